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
from grilse.admin.site import ModelPermissions, admin_site, has_permissions
from grilse.admin.stock_forms import MoveForm, PlanForm
from grilse.farm.models import SITE_PATHS
from grilse.stock.actions import transfer_orders
from grilse.stock.models import TransferLine, TransferOrder

READ, ORDER, MOVE = ((f"stock.{verb}",) for verb in ("read", "order", "move"))
LINE = "admin:stock_transferline"


class LineInline(TabularInline):
    """The lines of an order."""

    model = TransferLine
    fields = ("source", "container", "stage", "count", "status")
    readonly_fields = ("to_do",)
    extra = 0

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Return the fields of a line, for users who may carry it out with a link."""
        return [*self.fields, "to_do"] if has_permissions(request, MOVE) else self.fields

    @admin.display(description="to do")
    def to_do(self, row: TransferLine) -> str:
        """Return a link to carry out a planned line."""
        if row.status != TransferLine.Status.PLANNED:
            return ""
        return format_html('<a href="{}">carry out</a>', reverse(f"{LINE}_change", args=[row.pk]))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell whether the user may view lines: with their order."""
        return has_permissions(request, READ)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell that lines are not edited here."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return lines with the rows that they refer to."""
        return (
            super()
            .get_queryset(request)
            .select_related("source", *(f"container__{path}" for path in SITE_PATHS), "stage")
        )

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(TransferOrder, site=admin_site)
class TransferOrderAdmin(ActionAdmin):
    """Transfer orders: planned with all their lines, carried out line by line."""

    permissions = ModelPermissions(view=READ, add=ORDER, delete=ORDER)
    form = PlanForm
    inlines = (LineInline,)
    compressed_fields = False
    list_display = ("number", "batch", "planned_date", "status")
    list_filter = ("status",)
    search_fields = ("number",)

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> Any:
        """Return the lines of an existing order."""
        return () if obj is None else self.inlines

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Return the fields of the order and, for a new one, those of its lines."""
        if obj is not None:
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ("batch", "planned_date")}), *self.form.list_row_fieldsets("Lines")]

    def add_row(self, form: ActionForm) -> Model:
        """Plan an order."""
        assert isinstance(form, PlanForm)
        return TransferOrder.objects.get(pk=transfer_orders.plan_order(form.build_order()).order)

    def response_post_save_add(self, request: HttpRequest, obj: Model) -> HttpResponseRedirect:
        """Go to the order; its page has links to carry out the lines."""
        return HttpResponseRedirect(self._build_url("change", obj))

    def remove_row(self, row: Model, why: str) -> None:
        """Cancel the planned lines; the order stays in the list."""
        transfer_orders.cancel_order(row.pk, reason=why)


@admin.register(TransferLine, site=admin_site)
class TransferLineAdmin(ActionAdmin):
    """Lines of orders: to change a line is to carry it out, to remove it is to cancel it."""

    permissions = ModelPermissions(view=READ, change=MOVE, delete=ORDER)
    form = MoveForm
    list_display = ("order", "source", "container", "stage", "count", "status")
    list_display_links = ("source",)
    list_filter = ("status",)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Return the fields of a move, without permission the columns of the line."""
        moves = obj is not None and self.has_change_permission(request, obj)
        names = [name for name in MoveForm.declared_fields if name not in ("why", "confirm")]
        return [*names, "confirm"] if moves else self.get_column_names()

    def describe_row(self, row: Model) -> str:
        """Return the order, source, container and status."""
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
        """Show the result; the action of the form has saved it."""
        assert isinstance(form, MoveForm)
        self.message_user(request, form.completed_move.said or f"{self.describe_row(obj)}")

    def remove_row(self, row: Model, why: str) -> None:
        """Cancel a planned line."""
        assert isinstance(row, TransferLine)
        transfer_orders.cancel_order(row.order_id, lines=[row.pk], reason=why)
