"""Planned stages and stored projections of batches."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantModel, tenant_foreign_key
from grilse.environment.models import RealField


@track_changes()
class PlannedStage(TenantModel):
    """The dates between which a batch is planned to be at a stage (half-open)."""

    batch = tenant_foreign_key("stock.Batch")
    stage = models.ForeignKey("stock.Stage", on_delete=models.PROTECT, db_index=False, related_name="+")
    start = models.DateField()
    stop = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "batch", "stage"], name="planning_plannedstage_once"),
            models.CheckConstraint(condition=Q(stop__gt=F("start")), name="planning_plannedstage_dates"),
        ]


def daily_values_field() -> models.Field:
    """Return a column of one value a day, from `as_of` on."""
    return ArrayField(RealField())


class Projection(TenantModel):
    """One run of the ensemble for a batch; it never changes, so that it can be compared with the outcome."""

    batch = tenant_foreign_key("stock.Batch")
    made_at = models.DateTimeField(db_default=Now())
    as_of = models.DateField()
    """The last day whose events it knew; the first of the daily values."""
    days = models.PositiveSmallIntegerField()
    members = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    growth_model = models.ForeignKey(
        "growth.GrowthModel",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    """The version that was used; null where the literature's was."""
    weight_p10_g = daily_values_field()
    weight_p50_g = daily_values_field()
    weight_p90_g = daily_values_field()
    count_p10 = daily_values_field()
    count_p50 = daily_values_field()
    count_p90 = daily_values_field()
    biomass_p10_kg = daily_values_field()
    biomass_p50_kg = daily_values_field()
    biomass_p90_kg = daily_values_field()
    dense_chance = daily_values_field()
    """Probability that a container exceeds its density limit, 0 to 1."""
    full_chance = daily_values_field()
    """Probability that a sea area exceeds its biomass limit, with all batches in it."""
    target_g = models.FloatField()
    target_p10 = models.DateField(null=True)
    """Null where it is beyond the projected days, as are the next two."""
    target_p50 = models.DateField(null=True)
    target_p90 = models.DateField(null=True)
    target_chance = models.FloatField()
    """Probability that the target is reached within the projected days."""
    placements = models.JSONField()
    """Of each placement: its quantiles on some days, and its probability of exceeding its limit."""

    class Meta:
        indexes = [models.Index(fields=["batch", "-id"], name="planning_projection_latest")]
        constraints = [
            models.CheckConstraint(condition=Q(days__gt=0), name="planning_projection_days"),
            models.CheckConstraint(condition=Q(members__gt=0), name="planning_projection_members"),
            models.CheckConstraint(condition=Q(target_g__gt=0), name="planning_projection_target"),
        ]

    def __str__(self) -> str:
        return f"from {self.as_of}"
