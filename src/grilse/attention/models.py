"""Findings with their history, and the thresholds that companies change."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantModel, tenant_foreign_key
from grilse.environment.models import RealField

LONGEST_HORIZON = 90
"""Days that any rule looks ahead."""


class Kind(models.TextChoices):
    """What a finding is about."""

    LICE = "lice"
    MORTALITY = "mortality"
    APPETITE = "appetite"
    DRIFT = "drift"
    DENSITY = "density"
    SITE_BIOMASS = "site biomass"
    COMPANY_BIOMASS = "company biomass"
    OXYGEN = "oxygen"
    FEED = "feed"
    SAMPLE = "weight sample"
    LICE_COUNT = "lice count"
    DEATH_ROUND = "death round"
    SENSOR = "sensor"
    WITHDRAWAL = "withdrawal"
    FLAGGED_RECORD = "flagged record"
    LATE_TICKET = "late ticket"
    PLANNED_MOVE = "planned move"


@track_changes()
class AlertRule(TenantModel):
    """Thresholds of a kind of finding that differ from the defaults, of the company or of one geography."""

    kind = models.CharField(max_length=16, choices=Kind)
    geography = tenant_foreign_key("farm.Geography", null=True)
    """None is every geography without a rule of its own."""
    active = models.BooleanField(db_default=True, default=True)
    """Whether findings of the kind are raised."""
    threshold = models.FloatField(null=True, blank=True)
    """From where a finding is raised, in the unit of its kind; None is the default."""
    severe = models.FloatField(null=True, blank=True)
    """From where it is severe."""
    horizon_days = models.PositiveSmallIntegerField(null=True, blank=True)
    """How far ahead the threshold is looked for."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "geography"], nulls_distinct=False, name="attention_alertrule_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="attention_alertrule_kind"),
            models.CheckConstraint(condition=Q(threshold=None) | Q(threshold__gte=0), name="attention_alertrule_above"),
            models.CheckConstraint(condition=Q(severe=None) | Q(severe__gte=0), name="attention_alertrule_severe"),
            models.CheckConstraint(
                condition=Q(horizon_days=None) | Q(horizon_days__lte=LONGEST_HORIZON),
                name="attention_alertrule_horizon",
            ),
        ]

    def __str__(self) -> str:
        return f"for {self.kind}"


@track_changes(exclude=["trend", "checked_at"])
class Finding(TenantModel):
    """Something that needs attention, from the day on which it begins to the day on which it ends."""

    kind = models.CharField(max_length=16, choices=Kind)
    subject = models.CharField(max_length=40)
    """What it is about: `area:3`, `order:17`. One finding of a kind is open for it."""
    geography = tenant_foreign_key("farm.Geography", null=True)
    """None for the company as a whole."""
    area = tenant_foreign_key("farm.Area", null=True)
    hall = tenant_foreign_key("farm.Hall", null=True)
    container = tenant_foreign_key("farm.Container", null=True)
    """The container that is worst."""
    batch = tenant_foreign_key("stock.Batch", null=True)
    reference = models.CharField(max_length=120, blank=True, db_default="", default="")
    """The number of the order or ticket, the parameter of the sensor, or the record."""
    severe = models.BooleanField()
    score = RealField()
    """How far it is beyond its threshold: 1 is at the threshold."""
    figure = RealField()
    threshold = RealField()
    """In the unit of the figure."""
    cases = models.PositiveIntegerField()
    """Containers, or records, that are beyond the threshold."""
    watched = models.PositiveIntegerField()
    """Containers, or records, that were looked at."""
    expected_on = models.DateField(null=True)
    """The day on which the threshold is expected to be reached; None where it is reached."""
    trend = ArrayField(RealField(null=True, blank=True), default=list, blank=True)
    """The figure on the last days, the last one last; None where it is not known."""
    day = models.DateField()
    """The last day of records, on which the figure stands."""
    begun_on = models.DateField()
    """The last day of records when it began."""
    begun_at = models.DateTimeField(db_default=Now())
    ended_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(db_default=Now())
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = tenant_foreign_key("people.Person", null=True)
    acknowledged_until = models.DateField(null=True)
    """The last day of records on which it stays out of sight."""
    acknowledged_score = RealField(null=True)
    acknowledged_severe = models.BooleanField(db_default=False, default=False)
    """Whether it was severe then; a finding that gets worse comes back."""
    note = models.CharField(max_length=400, blank=True, db_default="", default="")
    assignee = tenant_foreign_key("people.Person", null=True)
    ticket = tenant_foreign_key("helpdesk.Ticket", null=True)
    """The ticket that was opened from it."""

    class Meta:
        indexes = [
            models.Index(fields=["company", "-begun_on", "-id"], name="attention_finding_listed"),
            models.Index(fields=["company", "-id"], condition=Q(ended_at=None), name="attention_finding_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "subject"], condition=Q(ended_at=None), name="attention_finding_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="attention_finding_kind"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_on=None) | Q(ended_at__isnull=False, ended_on__gte=F("begun_on")),
                name="attention_finding_ended",
            ),
            models.CheckConstraint(condition=Q(area=None) | Q(hall=None), name="attention_finding_of_one_site"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject}"


class MortalityBand(TenantModel):
    """The upper end of the weekly mortality that is usual: for a weight in a season, or at a site."""

    band = models.IntegerField(null=True)
    """The weight class and season, as `mortality_bands.number_bands` numbers them; None is that of a site."""
    site = models.BigIntegerField(null=True)
    """The sea area, or the hall as a negative number; None is all of the company."""
    upper_pct = RealField()
    """% a week."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "band", "site"], nulls_distinct=False, name="attention_mortalityband_once"
            ),
            models.CheckConstraint(
                condition=Q(band=None, site__isnull=False) | Q(band__isnull=False, site=None),
                name="attention_mortalityband_of_one",
            ),
        ]


@track_changes(exclude=["digested_on"])
class AlertSettings(TenantModel):
    """What a person gets by e-mail: findings at once, and a digest."""

    person = tenant_foreign_key("people.Person")
    at_once = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    """Kinds of findings that are sent when they begin or get worse."""
    only_severe = models.BooleanField(db_default=False, default=False)
    """Whether only severe findings are sent at once."""
    geography = tenant_foreign_key("farm.Geography", null=True)
    """None is every geography in which the person's roles hold."""
    digest_at = models.TimeField(null=True)
    """The time of the company's day at which all open findings are sent; None sends no digest."""
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    """Between the two nothing is sent: it waits until then."""
    digested_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "person"], name="attention_alertsettings_once"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None) | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="attention_alertsettings_quiet",
            ),
        ]

    def __str__(self) -> str:
        return f"of {self.person}"


@track_changes(exclude=["secret"])
class Webhook(TenantModel):
    """An address of another system that gets findings as they begin, get worse and end."""

    name = models.CharField(max_length=80)
    url = models.CharField(max_length=400)
    secret = models.CharField(max_length=80)
    """The key of the signature; shown once."""
    kinds = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    """Kinds of findings; empty is all."""
    only_severe = models.BooleanField(db_default=False, default=False)
    geography = tenant_foreign_key("farm.Geography", null=True)
    """None is every geography."""
    active = models.BooleanField(db_default=True, default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="attention_webhook_name")]

    def __str__(self) -> str:
        return self.name


class AlertMessage(TenantModel):
    """A message to a person or a webhook, from when it is queued until it is sent or given up."""

    person = tenant_foreign_key("people.Person", null=True)
    webhook = tenant_foreign_key("attention.Webhook", null=True)
    findings = ArrayField(models.BigIntegerField(), default=list)
    """Ids of the findings that a person gets; empty is a digest of all open ones."""
    payload = models.JSONField(null=True)
    """What a webhook gets."""
    queued_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    """When it is sent first: now, or after the quiet hours."""
    attempts = models.PositiveSmallIntegerField(db_default=0, default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    """When it was given up."""
    error = models.CharField(max_length=400, blank=True, db_default="", default="")
    """Why the last attempt failed, or why nothing was sent."""

    class Meta:
        indexes = [models.Index(fields=["company", "-id"], name="attention_alertmessage_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, webhook__isnull=False, payload__isnull=False)
                | Q(person__isnull=False, webhook=None, payload=None),
                name="attention_alertmessage_to_one",
            )
        ]
