"""Batches and where they stand, the ledger, samples and grades."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from grilse.access.change_history import RowChange
from grilse.access.requests import permission_required
from grilse.admin import ledger
from grilse.admin.base import BaseAdmin
from grilse.admin.editing import ActionAdmin, EventAdmin
from grilse.admin.forms import ActionForm
from grilse.admin.permissions import ModelPermissions, has_permissions
from grilse.admin.row_forms import list_row_fields
from grilse.admin.site import View, admin_site, declare_permissions
from grilse.admin.stock_forms import BatchStartForm, StartForm
from grilse.stock.actions import batches, weight_samples
from grilse.stock.actions.movements import NewMovement
from grilse.stock.models import Batch, HarvestGrade, Movement, Placement, WeightSample

READ, CORRECT, SAMPLE = ((f"stock.{verb}",) for verb in ("read", "correct", "sample"))


class BatchAdmin(ActionAdmin):
    """Batches, which start with all that they are stocked into."""

    permissions = ModelPermissions(view=READ, add=("stock.stock",))
    form = StartForm
    plural_name = "batches"
    list_display = ("number", "species", "start_date", "status")
    list_filter = ("status",)
    list_select_related = ("species",)
    search_fields = ("number",)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Ask for the batch, and for the containers that it is stocked into."""
        if obj is not None:
            return super().get_fieldsets(request, obj)
        batch = ("number", "species", "start_date")
        return [(None, {"fields": batch}), ("Stocked into", {"fields": list_row_fields(self.form)})]

    def add_row(self, form: ActionForm) -> Model:
        """Start a batch."""
        assert isinstance(form, BatchStartForm)
        return Batch.objects.get(pk=batches.start_batch(form.build_batch()).batch)


class PlacementAdmin(BaseAdmin):
    """Batches in containers; movements begin and end them."""

    permissions = ModelPermissions(view=READ)
    list_display = ("name", "batch", "container", "stage", "start", "stop")
    list_select_related = ("batch", "container", "stage")
    search_fields = ("name",)


class MovementAdmin(EventAdmin):
    """The ledger: a row is never changed, another replaces it."""

    permissions = ModelPermissions(view=READ, add=("stock.mortality",), change=CORRECT, delete=CORRECT)
    entry_class = NewMovement
    excluded_fields = ("replaces",)
    placement_fields = ("source", "target")
    list_display = ("date", "kind", "source", "target", "count", "mean_weight_g", "cause", "entry_state")
    list_filter = ("kind",)
    list_select_related = ("source", "target")
    autocomplete_fields = ("source", "target", "order")
    search_fields = placement_fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read along whether a row is replaced."""
        later = Movement.objects.filter(replaces=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_replaced=Exists(later))

    @admin.display(description="entry")
    def entry_state(self, row: Any) -> str:
        """Show whether another row stands for this one."""
        return "replaced" if row.is_replaced else "stands"

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Ask for a reason with a new row too: a count is corrected for one."""
        return [*super().get_fields(request, obj), *(["why"] if obj is None else [])]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether rows of some kind may be entered."""
        return bool(_list_allowed_kinds(request))

    def build_add_view(self) -> View:
        """Return the view that enters a row, under what its kind needs."""
        return declare_permissions(self.kind_view, self.permissions.view)

    def kind_view(self, request: HttpRequest) -> HttpResponseBase:
        """Enter a row; the form offers the kinds that the login may enter."""
        return permission_required(*ledger.KIND_PERMISSIONS.get(request.POST.get("kind", ""), self.permissions.view))(
            self.add_view
        )(request)

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: Any) -> Any:
        """Return a form of the kinds that may be entered; a correction is of the same kind."""
        form = super().get_form(request, obj, change, **options)
        if "kind" in form.base_fields:
            kinds = form.base_fields["kind"]
            kinds.choices = [choice for choice in kinds.choices if change or choice[0] in _list_allowed_kinds(request)]
            kinds.disabled = change
        return form

    def add_row(self, form: ActionForm) -> Model:
        """Enter a row."""
        return Movement.objects.get(
            pk=ledger.record_movement(self.build_entry(form), reason=form.cleaned_data.get("why", ""))
        )

    def change_row(self, form: ActionForm) -> Model:
        """Enter a row that replaces the one shown."""
        new_id = ledger.correct_movement(form.instance, self.build_entry(form), reason=form.cleaned_data["why"])
        return Movement.objects.get(pk=new_id)

    def remove_row(self, row: Model, why: str) -> None:
        """Enter a row of no fish that replaces the one shown."""
        assert isinstance(row, Movement)
        ledger.withdraw_movement(row, reason=why)

    def list_changes(self, object_id: int) -> list[RowChange]:
        """Return the rows that replaced one another: the ledger is its own history."""
        return ledger.list_replacements(object_id)


class WeightSampleAdmin(EventAdmin):
    """Fish weighed."""

    permissions = ModelPermissions(view=READ, add=SAMPLE, change=CORRECT, delete=CORRECT)
    entry_class = weight_samples.NewSample
    record_rows, correct_row, withdraw_row = (
        weight_samples.record_samples,
        weight_samples.correct_sample,
        weight_samples.withdraw_sample,
    )
    list_display = ("date", "placement", "fish_weighed", "mean_weight_g", "sd_g", "k_factor", "method")
    list_select_related = autocomplete_fields = ("placement",)
    search_fields = ("placement",)


class HarvestGradeAdmin(BaseAdmin):
    """Grades, which come with their harvest."""

    permissions = ModelPermissions(view=READ)
    list_display = ("date", "placement", "grade", "count", "gutted_kg", "lot")
    list_select_related = ("placement",)
    search_fields = ("lot",)


def _list_allowed_kinds(request: HttpRequest) -> list[str]:
    return [kind for kind, needed in ledger.KIND_PERMISSIONS.items() if has_permissions(request, needed)]


for model, rows in {
    Batch: BatchAdmin,
    Placement: PlacementAdmin,
    Movement: MovementAdmin,
    WeightSample: WeightSampleAdmin,
    HarvestGrade: HarvestGradeAdmin,
}.items():
    admin_site.register(model, rows)
