"""Transfer orders: planned with their lines, carried out line by line, cancelled."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import TabularInline

from grilse.admin.editing import ActionAdmin
from grilse.admin.forms import ActionForm
from grilse.admin.permissions import ModelPermissions, has_permissions
from grilse.admin.row_forms import list_row_fields
from grilse.admin.site import admin_site
from grilse.admin.stock_forms import MoveForm, OrderPlanForm, PlanForm
from grilse.stock.actions import transfer_orders
from grilse.stock.models import TransferLine, TransferOrder

READ, ORDER, MOVE = ((f"stock.{verb}",) for verb in ("read", "order", "move"))
LINE = "admin:stock_transferline"


class LineInline(TabularInline):
    """What an order is to move."""

    model = TransferLine
    fields = ("source", "container", "stage", "count", "status")
    readonly_fields = ("to_do",)
    extra = 0

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Return what a line shows; to those who may carry it out also where."""
        return [*self.fields, "to_do"] if has_permissions(request, MOVE) else self.fields

    @admin.display(description="to do")
    def to_do(self, row: TransferLine) -> str:
        """Lead to where a line is carried out that did not move yet."""
        if row.status != TransferLine.Status.PLANNED:
            return ""
        return format_html('<a href="{}">carry out</a>', reverse(f"{LINE}_change", args=[row.pk]))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell whether the lines may be seen: with their order."""
        return has_permissions(request, READ)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell that orders are planned and carried out whole."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read along what lines name."""
        return super().get_queryset(request).select_related("source", "container", "stage")

    has_change_permission = has_delete_permission = has_add_permission


class TransferOrderAdmin(ActionAdmin):
    """Moves, planned with all their lines and carried out line by line."""

    permissions = ModelPermissions(view=READ, add=ORDER, delete=ORDER)
    form = PlanForm
    inlines = (LineInline,)
    list_display = ("number", "batch", "planned_date", "status")
    list_filter = ("status",)
    list_select_related = autocomplete_fields = ("batch",)
    search_fields = ("number",)

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> Any:
        """Show the lines of an order that is there."""
        return () if obj is None else self.inlines

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Ask for the move, and for what goes where."""
        if obj is not None:
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ("batch", "planned_date")}), ("Lines", {"fields": list_row_fields(self.form)})]

    def add_row(self, form: ActionForm) -> Model:
        """Plan a move."""
        assert isinstance(form, OrderPlanForm)
        return TransferOrder.objects.get(pk=transfer_orders.plan_order(form.build_order()).order)

    def response_post_save_add(self, request: HttpRequest, obj: Model) -> HttpResponseRedirect:
        """Go to the order, whose lines are carried out from there."""
        return HttpResponseRedirect(self._build_url("change", obj))

    def remove_row(self, row: Model, why: str) -> None:
        """Give up what did not move yet; the order stays in the list."""
        transfer_orders.cancel_order(row.pk, reason=why)


class TransferLineAdmin(ActionAdmin):
    """Lines of orders: changing one is carrying it out, taking one away gives it up."""

    permissions = ModelPermissions(view=READ, change=MOVE, delete=ORDER)
    form = MoveForm
    list_display = ("order", "source", "container", "stage", "count", "status")
    list_display_links = ("source",)
    list_filter = ("status",)
    list_select_related = ("order", "source", "container", "stage")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Ask for what moved; show the line to those who only look."""
        moves = obj is not None and self.has_change_permission(request, obj)
        return list(MoveForm.declared_fields)[1:] if moves else self.get_column_names()

    def describe_row(self, row: Model) -> str:
        """Name the way that the fish go."""
        assert isinstance(row, TransferLine)
        return f"{row.order}: {row.source} to {row.container}, {row.status}"

    def change_row(self, form: ActionForm) -> Model:
        """Carry a line out."""
        assert isinstance(form, MoveForm)
        line: TransferLine = form.instance
        [form.completed_move] = transfer_orders.execute_transfer(line.order_id, [form.build_move(line.pk)])
        return TransferLine.objects.get(pk=line.pk)

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponseRedirect:
        """Go back to the order."""
        assert isinstance(obj, TransferLine)
        return HttpResponseRedirect(reverse("admin:stock_transferorder_change", args=[obj.order_id]))

    def save_model(self, request: HttpRequest, obj: Model, form: ActionForm, change: bool) -> None:
        """Say what was done: the form has done it."""
        assert isinstance(form, MoveForm)
        self.message_user(request, form.completed_move.said or f"{self.describe_row(obj)}")

    def remove_row(self, row: Model, why: str) -> None:
        """Give a line up that did not move yet."""
        assert isinstance(row, TransferLine)
        transfer_orders.cancel_order(row.order_id, lines=[row.pk], reason=why)


admin_site.register(TransferOrder, TransferOrderAdmin)
admin_site.register(TransferLine, TransferLineAdmin)
