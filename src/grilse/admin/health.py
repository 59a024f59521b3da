"""Lice counts, treatments, health samples, lice limits."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget

from grilse.admin.editing import EventAdmin, MasterDataAdmin
from grilse.admin.forms import ActionForm, label_words
from grilse.admin.site import ModelPermissions, admin_site
from grilse.health.actions import lice, samples, treatments
from grilse.health.models import HealthSample, LiceCount, LiceLimit, Treatment

READ, CORRECT, COUNT, TREAT, SAMPLE = ((f"health.{verb}",) for verb in ("read", "correct", "count", "treat", "sample"))
PLACES = ("farm.change",)
METHODS = {
    "Delousing": ("thermal", "mechanical", "freshwater", "bath"),
    "Medication": ("in feed", "bath", "injection"),
    "Vaccination": ("injection", "dip"),
}
"""Methods of treatments by kind."""


@admin.register(LiceCount, site=admin_site)
class LiceCountAdmin(EventAdmin):
    """Lice counts."""

    permissions = ModelPermissions(view=READ, add=COUNT, change=CORRECT, delete=CORRECT)
    words = {"method": label_words("manual", "automatic")}
    event_actions, entry_class = lice.LICE_COUNTS, lice.NewLiceCount
    totals = {"fish counted": lambda row: row.fish_counted, "adult females": lambda row: row.adult_female}
    list_display = ("date", "placement", "fish_counted", "adult_female", "mobile", "attached", "total")


@admin.register(Treatment, site=admin_site)
class TreatmentAdmin(EventAdmin):
    """Delousings, vaccinations, medications."""

    permissions = ModelPermissions(view=READ, add=TREAT, change=CORRECT, delete=CORRECT)
    words = {"method": [(kind, label_words(*methods)) for kind, methods in METHODS.items()]}
    event_actions, entry_class = treatments.TREATMENTS, treatments.NewTreatment
    list_display = ("start", "stop", "placement", "kind", "method", "withdrawal_days", "efficacy")
    list_filter = ("kind",)


class ScoreForm(ActionForm):
    """Asks for scores as text, a parameter a line."""

    scores = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget,
        help_text="A parameter a line: its name, then how many fish had score 0, 1, 2 and 3: gill 60 10 5 0",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            rows = self.instance.scores.order_by("pk").values_list(
                "parameter", "score_0", "score_1", "score_2", "score_3"
            )
            self.initial["scores"] = "\n".join(" ".join(map(str, row)) for row in rows)

    def clean_scores(self) -> Mapping[str, list[int]]:
        """Return the fish of each score by parameter."""
        lines = [line.split() for line in self.cleaned_data["scores"].splitlines() if line.strip()]
        try:
            return {name: [int(fish) for fish in counts] for name, *counts in lines}
        except ValueError:
            raise ValidationError("write a parameter a line: its name, then four numbers of fish") from None


@admin.register(HealthSample, site=admin_site)
class HealthSampleAdmin(EventAdmin):
    """Health samples."""

    permissions = ModelPermissions(view=READ, add=SAMPLE, change=CORRECT, delete=CORRECT)
    form = ScoreForm
    event_actions, entry_class = samples.HEALTH_SAMPLES, samples.NewHealthSample
    view_fields = ("placement", "date", "fish", "fish_by_score")
    list_display = ("date", "placement", "fish")

    def fish_by_score(self, row: HealthSample) -> str:
        """Return the fish of each score."""
        return str(ScoreForm(instance=row).initial["scores"])


@admin.register(LiceLimit, site=admin_site)
class LiceLimitAdmin(MasterDataAdmin):
    """Lice limits."""

    permissions = ModelPermissions(view=READ, add=PLACES, change=PLACES, delete=PLACES)
    list_display = ("geography", "kind", "valid_from", "valid_to", "week_from", "week_to", "adult_females")
    list_filter = ("kind",)
