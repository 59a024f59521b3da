"""Readings, their changes, and their daily summary."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from grilse.access.tenancy import TenantLeaf, TenantModel, tenant_foreign_key


def build_real_column() -> models.Field:
    """Return a column of single precision; null where not measured."""
    return RealField(null=True)


class RealField(models.FloatField):
    """PostgreSQL's `real`: half the size of a double, and finer than any sensor."""

    def db_type(self, connection: object) -> str:
        """Return the column type."""
        return "real"


class Reading(TenantLeaf):
    """Values that sensors measured in a container at one time, a column for each parameter."""

    pk = models.CompositePrimaryKey("container_id", "at")
    container = models.ForeignKey(
        "farm.Container", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    at = models.DateTimeField()
    temperature_c = build_real_column()
    oxygen_pct = build_real_column()
    salinity_ppt = build_real_column()
    ph = build_real_column()
    co2_mg_l = build_real_column()
    ammonium_mg_l = build_real_column()
    nitrite_mg_l = build_real_column()
    nitrate_mg_l = build_real_column()
    entered_at = models.DateTimeField(null=True)
    """Null for a reading of a bulk load; the database sets it."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(temperature_c=None) | Q(temperature_c__range=(-3, 40)),
                name="environment_reading_temperature",
            ),
            models.CheckConstraint(
                condition=Q(oxygen_pct=None) | Q(oxygen_pct__range=(0, 300)), name="environment_reading_oxygen"
            ),
        ]


class ReadingChange(TenantModel):
    """The values of a reading before it was replaced or withdrawn; triggers write it."""

    container = tenant_foreign_key("farm.Container")
    at = models.DateTimeField()
    """Of the reading."""
    temperature_c = build_real_column()
    oxygen_pct = build_real_column()
    salinity_ppt = build_real_column()
    ph = build_real_column()
    co2_mg_l = build_real_column()
    ammonium_mg_l = build_real_column()
    nitrite_mg_l = build_real_column()
    nitrate_mg_l = build_real_column()
    entered_at = models.DateTimeField(null=True)
    withdrawn = models.BooleanField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    changed_at = models.DateTimeField(db_default=Now())
    reason = models.TextField(blank=True, db_default="")

    class Meta:
        indexes = [models.Index(fields=["company", "container", "at"], name="environment_change_reading")]


class DailyEnvironment(TenantLeaf):
    """The day's mean, lowest, highest and number of readings in a container."""

    pk = models.CompositePrimaryKey("container_id", "date")
    container = models.ForeignKey(
        "farm.Container", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    date = models.DateField()
    temperature_mean = build_real_column()
    temperature_min = build_real_column()
    temperature_max = build_real_column()
    temperature_n = models.PositiveSmallIntegerField(db_default=0)
    oxygen_mean = build_real_column()
    oxygen_min = build_real_column()
    oxygen_max = build_real_column()
    oxygen_n = models.PositiveSmallIntegerField(db_default=0)
