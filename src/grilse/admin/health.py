"""Lice, treatments, health samples, limits."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget

from grilse.admin.editing import EventAdmin, MasterDataAdmin
from grilse.admin.forms import ActionForm
from grilse.admin.permissions import ModelPermissions
from grilse.admin.site import admin_site
from grilse.health.actions import lice, samples, treatments
from grilse.health.models import HealthSample, LiceCount, LiceLimit, Treatment

READ, CORRECT, COUNT, TREAT, SAMPLE = ((f"health.{verb}",) for verb in ("read", "correct", "count", "treat", "sample"))
PLACES = ("farm.change",)


class LiceCountAdmin(EventAdmin):
    """Lice on the fish counted."""

    permissions = ModelPermissions(view=READ, add=COUNT, change=CORRECT, delete=CORRECT)
    entry_class = lice.NewLiceCount
    record_rows, correct_row, withdraw_row = lice.record_lice_counts, lice.correct_lice_count, lice.withdraw_lice_count
    list_display = ("date", "placement", "fish_counted", "adult_female", "mobile", "attached", "total")
    list_select_related = autocomplete_fields = ("placement",)
    search_fields = ("placement",)


class TreatmentAdmin(EventAdmin):
    """Delousings, vaccinations, medications."""

    permissions = ModelPermissions(view=READ, add=TREAT, change=CORRECT, delete=CORRECT)
    entry_class = treatments.NewTreatment
    record_rows, correct_row, withdraw_row = (
        treatments.record_treatments,
        treatments.correct_treatment,
        treatments.withdraw_treatment,
    )
    list_display = ("start", "stop", "placement", "kind", "method", "withdrawal_days", "efficacy")
    list_filter = ("kind",)
    list_select_related = autocomplete_fields = ("placement",)
    search_fields = ("placement",)


class ScoreForm(ActionForm):
    """Scores are written a parameter a line."""

    scores = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget,
        help_text="A parameter a line: its name, then how many fish had score 0, 1, 2 and 3: gill 60 10 5 0",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["scores"] = "\n".join(
                f"{row.parameter} {row.score_0} {row.score_1} {row.score_2} {row.score_3}"
                for row in self.instance.scores.order_by("pk")
            )

    def clean_scores(self) -> Mapping[str, list[int]]:
        """Return the fish of each score by parameter."""
        lines = [line.split() for line in self.cleaned_data["scores"].splitlines() if line.strip()]
        try:
            return {name: [int(fish) for fish in counts] for name, *counts in lines}
        except ValueError:
            raise ValidationError("write a parameter a line: its name, then four numbers of fish") from None


class HealthSampleAdmin(EventAdmin):
    """Fish looked over."""

    permissions = ModelPermissions(view=READ, add=SAMPLE, change=CORRECT, delete=CORRECT)
    form = ScoreForm
    entry_class = samples.NewHealthSample
    record_rows, correct_row, withdraw_row = (
        samples.record_health_samples,
        samples.correct_health_sample,
        samples.withdraw_health_sample,
    )
    view_fields = ("placement", "date", "fish", "fish_by_score")
    list_display = ("date", "placement", "fish")
    list_select_related = autocomplete_fields = ("placement",)
    search_fields = ("placement",)

    def fish_by_score(self, row: HealthSample) -> str:
        """Show the fish of each score."""
        return str(ScoreForm(instance=row).initial["scores"])


class LiceLimitAdmin(MasterDataAdmin):
    """What rules allow."""

    permissions = ModelPermissions(view=READ, add=PLACES, change=PLACES, delete=PLACES)
    list_display = ("geography", "kind", "valid_from", "valid_to", "week_from", "week_to", "adult_females")
    list_filter = ("kind",)
    list_select_related = autocomplete_fields = ("geography",)


admin_site.register(LiceCount, LiceCountAdmin)
admin_site.register(Treatment, TreatmentAdmin)
admin_site.register(HealthSample, HealthSampleAdmin)
admin_site.register(LiceLimit, LiceLimitAdmin)
