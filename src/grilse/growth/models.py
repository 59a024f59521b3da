"""Growth and mortality models, temperature profiles, and the estimated daily state."""

from django.db import models
from django.db.models import Q

from grilse.environment.models import RealField
from grilse.farm.tenancy import TenantLeaf, TenantModel, tenant_link


class GrowthModel(TenantModel):
    """TGC by order of stage."""

    name = models.CharField(max_length=80)
    tgc = models.JSONField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="growth_growthmodel_name")]


class MortalityModel(TenantModel):
    """Deaths per fish and month by order of stage."""

    name = models.CharField(max_length=80)
    monthly_rate = models.JSONField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="growth_mortalitymodel_name")]


class TemperatureProfile(TenantModel):
    """The usual sea temperature on a day of the year, of a geography or of one of its areas."""

    geography = tenant_link("farm.Geography")
    area = tenant_link("farm.Area", null=True)
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
            models.CheckConstraint(
                condition=Q(day_of_year__range=(1, 366)), name="growth_temperatureprofile_range"
            ),
        ]


class State(TenantLeaf):
    """The estimate at the end of a day."""

    date = models.DateField()
    count = models.IntegerField()
    count_estimate = RealField()
    count_sd = RealField()
    mean_weight_g = RealField()
    mean_weight_sd_g = RealField()
    biomass_kg = RealField()
    biomass_sd_kg = RealField()
    temperature_c = RealField()
    degree_days = RealField()
    deaths = models.IntegerField()
    feed_kg = RealField()
    fcr = RealField(null=True)
    tgc_multiplier = RealField()
    provenance = models.IntegerField()

    class Meta:
        abstract = True


class DailyState(State):
    """The estimate of a placement; its mean weight and count are as known on the day."""

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
