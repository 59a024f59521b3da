"""Batches and where they stand, the ledger, samples and grades."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from grilse.admin import ledger
from grilse.admin.forms import ActionForm
from grilse.admin.office import Rows
from grilse.admin.repeated import lines
from grilse.admin.rows import Acting, Events
from grilse.admin.site import View, office, stating
from grilse.admin.starts import StartForm, Stocking
from grilse.admin.verbs import May, holds
from grilse.door import may
from grilse.farm.history import Change
from grilse.stock.actions import batches, samples
from grilse.stock.actions.movements import NewMovement
from grilse.stock.models import (
    Batch,
    HarvestGrade,
    Movement,
    Placement,
    WeightSample,
)

READ, CORRECT, SAMPLE = ((f"stock.{verb}",) for verb in ("read", "correct", "sample"))


class BatchAdmin(Acting):
    """Batches, which start with all that they are stocked into."""

    may = May(see=READ, add=("stock.stock",))
    form = StartForm
    plural = "batches"
    list_display = ("number", "species", "start_date", "status")
    list_filter = ("status",)
    list_select_related = ("species",)
    search_fields = ("number",)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Ask for the batch, and for the containers that it is stocked into."""
        if obj is not None:
            return super().get_fieldsets(request, obj)
        batch = ("number", "species", "start_date")
        return [(None, {"fields": batch}), ("Stocked into", {"fields": lines(self.form)})]

    def added(self, form: ActionForm) -> Model:
        """Start a batch."""
        assert isinstance(form, Stocking)
        return Batch.objects.get(pk=batches.start(form.entered()).batch)


class PlacementAdmin(Rows):
    """Batches in containers; movements begin and end them."""

    may = May(see=READ)
    list_display = ("name", "batch", "container", "stage", "start", "stop")
    list_select_related = ("batch", "container", "stage")
    search_fields = ("name",)


class MovementAdmin(Events):
    """The ledger: a row is never changed, another replaces it."""

    may = May(see=READ, add=("stock.mortality",), change=CORRECT, remove=CORRECT)
    entry = NewMovement
    left_out = ("replaces",)
    placed = ("source", "target")
    list_display = ("date", "kind", "source", "target", "count", "mean_weight_g", "cause", "replaced")
    list_filter = ("kind",)
    list_select_related = ("source", "target")
    autocomplete_fields = ("source", "target", "order")
    search_fields = placed

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read along whether a row is replaced."""
        later = Movement.objects.filter(replaces=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_replaced=Exists(later))

    @admin.display(description="entry")
    def replaced(self, row: Any) -> str:
        """Show whether another row stands for this one."""
        return "replaced" if row.is_replaced else "stands"

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str]:
        """Ask for a reason with a new row too: a count is corrected for one."""
        return [*super().get_fields(request, obj), *(["why"] if obj is None else [])]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether rows of some kind may be entered."""
        return bool(_kinds(request))

    def adding(self) -> View:
        """Return the view that enters a row, under what its kind needs."""
        return stating(self.kind_view, self.may.see)

    def kind_view(self, request: HttpRequest) -> HttpResponseBase:
        """Enter a row; the form offers the kinds that the login may enter."""
        return may(*ledger.NEEDS.get(request.POST.get("kind", ""), self.may.see))(self.add_view)(request)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: Any
    ) -> Any:
        """Return a form of the kinds that may be entered; a correction is of the same kind."""
        form = super().get_form(request, obj, change, **options)
        if "kind" in form.base_fields:
            kinds = form.base_fields["kind"]
            kinds.choices = [choice for choice in kinds.choices if change or choice[0] in _kinds(request)]
            kinds.disabled = change
        return form

    def added(self, form: ActionForm) -> Model:
        """Enter a row."""
        return Movement.objects.get(
            pk=ledger.record(self.entered(form), reason=form.cleaned_data.get("why", ""))
        )

    def changed(self, form: ActionForm) -> Model:
        """Enter a row that replaces the one shown."""
        made = ledger.correct(form.instance, self.entered(form), reason=form.cleaned_data["why"])
        return Movement.objects.get(pk=made)

    def take_away(self, row: Model, why: str) -> None:
        """Enter a row of no fish that replaces the one shown."""
        assert isinstance(row, Movement)
        ledger.withdraw(row, reason=why)

    def changes(self, object_id: int) -> list[Change]:
        """Return the rows that replaced one another: the ledger is its own history."""
        return ledger.replacements(object_id)


class WeightSampleAdmin(Events):
    """Fish weighed."""

    may = May(see=READ, add=SAMPLE, change=CORRECT, remove=CORRECT)
    room, entry = samples, samples.NewSample
    list_display = ("date", "placement", "fish_weighed", "mean_weight_g", "sd_g", "k_factor", "method")
    list_select_related = autocomplete_fields = ("placement",)
    search_fields = ("placement",)


class HarvestGradeAdmin(Rows):
    """Grades, which come with their harvest."""

    may = May(see=READ)
    list_display = ("date", "placement", "grade", "count", "gutted_kg", "lot")
    list_select_related = ("placement",)
    search_fields = ("lot",)


def _kinds(request: HttpRequest) -> list[str]:
    return [kind for kind, needed in ledger.NEEDS.items() if holds(request, needed)]


for model, rows in {
    Batch: BatchAdmin,
    Placement: PlacementAdmin,
    Movement: MovementAdmin,
    WeightSample: WeightSampleAdmin,
    HarvestGrade: HarvestGradeAdmin,
}.items():
    office.register(model, rows)
