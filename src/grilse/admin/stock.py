"""Batches, placements, the ledger, weight samples and harvest grades."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import F, Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from grilse.access.change_history import RowChange
from grilse.access.requests import permission_required
from grilse.admin import ledger
from grilse.admin.base import BaseAdmin
from grilse.admin.editing import ActionAdmin, EventAdmin
from grilse.admin.forms import ActionForm, Words, label_words
from grilse.admin.site import ModelPermissions, View, admin_site, declare_permissions, has_permissions
from grilse.admin.stock_forms import WEIGHING_WORDS, MovementForm, StartForm
from grilse.health.models import MortalityCause
from grilse.stock.actions import batches, fish_counts, weight_samples
from grilse.stock.actions.movements import NewMovement
from grilse.stock.models import (
    Batch,
    FishCount,
    HarvestGrade,
    Movement,
    Placement,
    TransferLine,
    WeightSample,
    is_effective,
)
from grilse.web.templatetags.number_formats import format_day, format_grouped

CULL_REASONS = ("GRADING", "SURPLUS")
HARVEST_FIELDS = ("grades", "lot")
READ, CORRECT, SAMPLE = ((f"stock.{verb}",) for verb in ("read", "correct", "sample"))


@admin.register(Batch, site=admin_site)
class BatchAdmin(ActionAdmin):
    """Batches; a batch starts with its stockings."""

    permissions = ModelPermissions(view=READ, add=("stock.stock",), delete=CORRECT)
    form = StartForm
    plural_name = "batches"
    compressed_fields = False
    list_display = ("number", "species", "start_date", "status")
    list_filter = ("status",)
    search_fields = ("number",)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Return the fields of the batch and, for a new one, those of its stockings."""
        if obj is not None:
            return super().get_fieldsets(request, obj)
        batch, rows = ("number", "species", "start_date"), self.form.list_row_fieldsets("Stocked into")
        return [(None, {"fields": batch}), *rows, (None, {"fields": ("confirm",)})]

    def add_row(self, form: ActionForm) -> Model:
        """Start a batch."""
        assert isinstance(form, StartForm)
        return Batch.objects.get(pk=batches.start_batch(form.build_batch()).batch)

    def remove_row(self, row: Model, why: str) -> None:
        """Withdraw a batch that was entered by mistake."""
        batches.withdraw_batch(row.pk, reason=why)


@admin.register(Placement, site=admin_site)
class PlacementAdmin(BaseAdmin):
    """Placements; movements open and close them."""

    def list_choices(self, rows: QuerySet[Any], link: Any) -> QuerySet[Any]:
        """Return the placements to choose from, active ones first: fish are moved out of no other."""
        if link.model is TransferLine:
            rows = rows.filter(stop=None)
        return rows.order_by(F("stop").desc(nulls_first=True), "-pk")

    def describe_choice(self, row: Any) -> str:
        """Return the name of a placement, and when it ended."""
        return f"{row}" if row.stop is None else f"{row} (ended {format_day(row.stop)})"

    permissions = ModelPermissions(view=READ)
    list_display = ("name", "batch", "container", "stage", "start", "stop")
    search_fields = ("name",)


@admin.register(Movement, site=admin_site)
class MovementAdmin(EventAdmin):
    """The ledger; a correction is a row that replaces another."""

    plural_name = "events"
    labels = {"source": "From pen", "target": "To pen"}
    words = {"cause": lambda: list_causes(), "weight_method": WEIGHING_WORDS}
    permissions = ModelPermissions(view=READ, add=("stock.mortality",), change=CORRECT, delete=CORRECT)
    form = MovementForm
    entry_class = NewMovement
    excluded_fields = ("replaces", "last")
    search_fields = ("source", "target")
    list_display = ("date", "kind", "source", "target", "count", "mean_weight_g", "cause", "entry_state")
    list_filter = ("kind",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return rows with whether they are effective."""
        return super().get_queryset(request).annotate(is_effective=is_effective())

    def list_totals(self, rows: Sequence[Any]) -> list[tuple[str, str]]:
        """Return the fish of effective rows by kind."""
        fish: Counter[str] = Counter()
        for row in rows:
            fish[row.get_kind_display().lower()] += row.count if row.is_effective else 0
        return [(f"fish, {kind}", format_grouped(count)) for kind, count in fish.items() if count]

    @admin.display(description="entry")
    def entry_state(self, row: Any) -> str:
        """Return whether another row replaces this one."""
        return "effective" if row.is_effective else "replaced"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """Return the fields, of a harvest also its grades; a new count correction needs a reason."""
        names = super().get_fields(request, obj)
        if obj is None:
            return [*names, "last", *HARVEST_FIELDS, "why"]
        is_graded = obj.kind == Movement.Kind.HARVEST and "why" in names
        return [*names, *HARVEST_FIELDS] if is_graded else names

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may enter rows of any kind."""
        return bool(_list_allowed_kinds(request))

    def build_add_view(self) -> View:
        """Return the view that enters a row, under the permission of its kind."""
        return declare_permissions(self.kind_view, self.permissions.view)

    def kind_view(self, request: HttpRequest) -> HttpResponseBase:
        """Enter a row; the form offers the kinds that the user may enter."""
        return permission_required(*ledger.KIND_PERMISSIONS.get(request.POST.get("kind", ""), self.permissions.view))(
            self.add_view
        )(request)

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: Any) -> Any:
        """Return a form with the kinds that the user may enter; a correction keeps the kind."""
        form = super().get_form(request, obj, change, **options)
        if "kind" in form.base_fields:
            kinds = form.base_fields["kind"]
            kinds.choices = [choice for choice in kinds.choices if change or choice[0] in _list_allowed_kinds(request)]
            kinds.disabled = change
        return form

    def add_row(self, form: ActionForm) -> Model:
        """Enter a row."""
        return Movement.objects.get(
            pk=ledger.record_movement(
                self.build_entry(form), **_get_grades(form), reason=form.cleaned_data.get("why", "")
            )
        )

    def change_row(self, form: ActionForm) -> Model:
        """Enter a row that replaces the row of the form."""
        grades, why = _get_grades(form), form.cleaned_data["why"]
        new_id = ledger.correct_movement(form.instance, self.build_entry(form), **grades, reason=why)
        return Movement.objects.get(pk=new_id)

    def remove_row(self, row: Model, why: str) -> None:
        """Enter a row with a count of 0 that replaces a row."""
        assert isinstance(row, Movement)
        ledger.withdraw_movement(row, reason=why)

    def list_changes(self, object_id: int) -> list[RowChange]:
        """Return the rows that replaced one another: the ledger has no other history."""
        return ledger.list_replacements(object_id)


@admin.register(WeightSample, site=admin_site)
class WeightSampleAdmin(EventAdmin):
    """Weight samples."""

    words = {"method": WEIGHING_WORDS, "selection": label_words(*weight_samples.SELECTIONS)}
    permissions = ModelPermissions(view=READ, add=SAMPLE, change=CORRECT, delete=CORRECT)
    event_actions, entry_class = weight_samples.WEIGHT_SAMPLES, weight_samples.NewSample
    list_display = ("date", "placement", "fish_weighed", "mean_weight_g", "sd_g", "k_factor", "method")


@admin.register(FishCount, site=admin_site)
class FishCountAdmin(EventAdmin):
    """Fish counts; the ledger follows from them."""

    permissions = ModelPermissions(view=READ, add=CORRECT, change=CORRECT, delete=CORRECT)
    event_actions, entry_class = fish_counts.FISH_COUNTS, fish_counts.NewFishCount
    list_display = ("date", "placement", "count", "method", "note")


@admin.register(HarvestGrade, site=admin_site)
class HarvestGradeAdmin(BaseAdmin):
    """Harvest grades; harvests write them."""

    totals = {"fish": lambda row: row.count, "kg gutted": lambda row: row.gutted_kg}
    permissions = ModelPermissions(view=READ)
    list_display = ("date", "placement", "grade", "count", "gutted_kg", "lot", "movement")
    search_fields = ("lot",)


def list_causes() -> Words:
    """Return the causes of death, and the reasons of culls; one statement."""
    causes = MortalityCause.objects.order_by("name").values_list("code", "name")
    return [("Cause of death", list(causes)), ("Reason of a cull", label_words(*CULL_REASONS))]


def _get_grades(form: ActionForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in HARVEST_FIELDS if name in form.cleaned_data}


def _list_allowed_kinds(request: HttpRequest) -> list[str]:
    return [kind for kind, needed in ledger.KIND_PERMISSIONS.items() if has_permissions(request, needed)]
