"""Lice counts and their limits, treatments, health samples, and the tree of causes of death."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantModel, tenant_foreign_key


class MortalityCause(models.Model):
    """A cause that a movement's `cause` names; reference data of all companies, a tree."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")

    def __str__(self) -> str:
        return self.name


@track_changes()
class LiceLimit(TenantModel):
    """Adult females per fish that rules allow in certain weeks of the years between two dates."""

    class Kind(models.TextChoices):
        """What reaching the limit means."""

        LIMIT = "limit"
        REPORT = "report"
        ACT = "act"
        GUIDANCE = "guidance"

    geography = tenant_foreign_key("farm.Geography")
    kind = models.CharField(max_length=8, choices=Kind)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    week_from = models.PositiveSmallIntegerField()
    week_to = models.PositiveSmallIntegerField()
    adult_females = models.FloatField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "geography", "kind", "valid_from", "week_from"], name="health_licelimit_once"
            ),
            models.CheckConstraint(
                condition=Q(week_from__gte=1, week_to__lte=53, week_from__lte=F("week_to")),
                name="health_licelimit_weeks",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="health_licelimit_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.valid_from}"


@track_changes()
class LiceCount(TenantModel):
    """Lice on the counted fish, as totals; null where a form was not recorded."""

    placement = tenant_foreign_key("stock.Placement")
    date = models.DateField()
    fish_counted = models.PositiveSmallIntegerField()
    adult_female = models.PositiveIntegerField(null=True)
    mobile = models.PositiveIntegerField(null=True)
    attached = models.PositiveIntegerField(null=True)
    total = models.PositiveIntegerField(null=True)
    caligus = models.PositiveIntegerField(null=True)
    method = models.CharField(max_length=12, blank=True, db_default="")

    class Meta:
        indexes = [models.Index(fields=["company", "date"], name="health_licecount_listed")]
        constraints = [
            models.UniqueConstraint(fields=["company", "placement", "date"], name="health_licecount_once"),
            models.CheckConstraint(condition=Q(fish_counted__gt=0), name="health_licecount_fish"),
            models.CheckConstraint(
                condition=Q(total=None)
                | Q(total__gte=Coalesce("adult_female", 0) + Coalesce("mobile", 0) + Coalesce("attached", 0)),
                name="health_licecount_forms",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date}"


@track_changes()
class Treatment(TenantModel):
    """A delousing, vaccination or medication of a placement."""

    class Kind(models.TextChoices):
        """The purpose of the treatment."""

        DELOUSING = "delousing"
        VACCINATION = "vaccination"
        MEDICATION = "medication"

    placement = tenant_foreign_key("stock.Placement")
    kind = models.CharField(max_length=12, choices=Kind)
    method = models.CharField(max_length=40)
    start = models.DateField()
    stop = models.DateField()
    withdrawal_days = models.PositiveSmallIntegerField(db_default=0, default=0)
    reason = models.CharField(max_length=80, blank=True, db_default="")
    efficacy = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["company", "start"], name="health_treatment_listed")]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "placement", "kind", "method", "start"], name="health_treatment_once"
            ),
            models.CheckConstraint(condition=Q(stop__gte=F("start")), name="health_treatment_dates"),
            models.CheckConstraint(
                condition=Q(kind__in=["delousing", "vaccination", "medication"]), name="health_treatment_kind"
            ),
            models.CheckConstraint(
                condition=Q(efficacy=None) | Q(efficacy__range=(0, 1)), name="health_treatment_efficacy"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.start}"


@track_changes()
class HealthSample(TenantModel):
    """Fish of a placement examined on a day."""

    placement = tenant_foreign_key("stock.Placement")
    date = models.DateField()
    fish = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["company", "date"], name="health_healthsample_listed")]
        constraints = [
            models.UniqueConstraint(fields=["company", "placement", "date"], name="health_healthsample_once"),
            models.CheckConstraint(condition=Q(fish__gt=0), name="health_healthsample_fish"),
        ]

    def __str__(self) -> str:
        return f"{self.date}"


@track_changes()
class HealthScore(TenantModel):
    """How many of the sample's fish had each score, 0 (sound) to 3 (severe), for one parameter."""

    sample = tenant_foreign_key("health.HealthSample", related_name="scores")
    parameter = models.CharField(max_length=20)
    score_0 = models.PositiveSmallIntegerField()
    score_1 = models.PositiveSmallIntegerField()
    score_2 = models.PositiveSmallIntegerField()
    score_3 = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "sample", "parameter"], name="health_healthscore_once")
        ]
