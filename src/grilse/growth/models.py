"""Growth and mortality models, temperature profiles, estimated daily states and flagged records."""

from django.db import models
from django.db.models import Q

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantLeaf, TenantModel, tenant_foreign_key
from grilse.environment.models import RealField


@track_changes()
class GrowthModel(TenantModel):
    """TGC by order of stage; or, learned from harvested batches, a version of the estimator's base."""

    name = models.CharField(max_length=80)
    tgc = models.JSONField()
    source = models.CharField(max_length=200, blank=True)
    learned_before = models.DateField(null=True)
    """A version was learned from batches harvested before this day; estimates use it from this day on."""
    learned = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="growth_growthmodel_name"),
            models.CheckConstraint(
                condition=Q(learned_before=None, learned=None) | Q(learned_before__isnull=False, learned__isnull=False),
                name="growth_growthmodel_learned",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@track_changes()
class MortalityModel(TenantModel):
    """Deaths per fish and month by order of stage."""

    name = models.CharField(max_length=80)
    monthly_rate = models.JSONField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="growth_mortalitymodel_name")]

    def __str__(self) -> str:
        return self.name


@track_changes()
class TemperatureProfile(TenantModel):
    """The typical sea temperature on a day of the year, of a geography or of one of its areas."""

    geography = tenant_foreign_key("farm.Geography")
    area = tenant_foreign_key("farm.Area", null=True)
    day_of_year = models.PositiveSmallIntegerField()
    temperature_c = models.FloatField()
    sd_c = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "geography", "area", "day_of_year"],
                nulls_distinct=False,
                name="growth_temperatureprofile_day",
            ),
            models.CheckConstraint(condition=Q(day_of_year__range=(1, 366)), name="growth_temperatureprofile_range"),
        ]


class FilteredState(TenantLeaf):
    """The estimate at the end of a day, as known on that day."""

    date = models.DateField()
    count = models.IntegerField()
    """Fish by the ledger."""
    count_estimate = RealField()
    count_sd = RealField()
    mean_weight_g = RealField()
    mean_weight_sd_g = RealField()
    biomass_kg = RealField()
    """Of the estimates of count and mean weight."""
    biomass_sd_kg = RealField()

    class Meta:
        abstract = True


class State(FilteredState):
    """The estimate at the end of a day: as known on that day, and in hindsight from all records."""

    hindsight_count = RealField()
    hindsight_count_sd = RealField()
    hindsight_weight_g = RealField()
    hindsight_weight_sd_g = RealField()
    hindsight_biomass_kg = RealField()
    hindsight_biomass_sd_kg = RealField()
    temperature_c = RealField()
    """Mean of the day, °C."""
    degree_days = RealField()
    deaths = models.IntegerField()
    feed_kg = RealField()
    fcr = RealField(null=True)
    """Biological feed conversion ratio of the last 28 days."""
    tgc_multiplier = RealField()
    provenance = models.IntegerField()
    growth_model = models.ForeignKey(
        GrowthModel, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True, related_name="+"
    )
    """The version that was used; null where the literature's was."""
    digest = models.BigIntegerField(default=0)
    """Digest of the other columns, by which changed rows are found; 0 for rows that no estimate wrote."""

    class Meta:
        abstract = True


STATE_COLUMNS = tuple(
    str(field.attname) for field in State._meta.local_fields if field.attname not in ("company_id", "date", "digest")
)
"""Columns of an estimate, as the API and lists name them."""


class DailyState(State):
    """The estimate of a placement."""

    pk = models.CompositePrimaryKey("placement_id", "date")
    placement = models.ForeignKey(
        "stock.Placement", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )


class BatchState(State):
    """The estimate of a whole batch, from the joint covariance of its placements."""

    pk = models.CompositePrimaryKey("batch_id", "date")
    batch = models.ForeignKey(
        "stock.Batch", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    day = models.IntegerField()


class FlaggedRecord(TenantModel):
    """A weight record that lies too far from the expected weight."""

    class Record(models.TextChoices):
        """Record in which the weight was measured."""

        SAMPLE = "sample"
        TRANSFER = "transfer"
        HARVEST = "harvest"

    class Verdict(models.TextChoices):
        """What later records say of it."""

        BAD_RECORD = "bad record"
        LEVEL_SHIFT = "level shift"
        OPEN = "open"

    placement = tenant_foreign_key("stock.Placement")
    date = models.DateField()
    record = models.CharField(max_length=8, choices=Record)
    record_id = models.BigIntegerField()
    measured_g = models.FloatField()
    expected_g = models.FloatField()
    sigmas = models.FloatField()
    """Standard deviations between the two."""
    verdict = models.CharField(max_length=12, choices=Verdict)

    class Meta:
        indexes = [models.Index(fields=["company", "placement"], name="growth_flaggedrecord_of")]
        constraints = [
            models.UniqueConstraint(fields=["company", "record", "record_id"], name="growth_flaggedrecord_once"),
            models.CheckConstraint(
                condition=Q(verdict__in=["bad record", "level shift", "open"]), name="growth_flaggedrecord_verdict"
            ),
            models.CheckConstraint(
                condition=Q(record__in=["sample", "transfer", "harvest"]), name="growth_flaggedrecord_record"
            ),
        ]
