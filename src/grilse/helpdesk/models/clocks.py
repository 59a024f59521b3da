"""Business hours and holidays of a company, and service levels of tickets."""

from django.db import models
from django.db.models import F, Q

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantModel, tenant_foreign_key

YEAR = 525_600
"""Minutes: the longest due time or escalation."""


@track_changes()
class BusinessHours(TenantModel):
    """Start and end of work on a day of the week, in the company's zone; a company without any works all hours."""

    weekday = models.PositiveSmallIntegerField()
    """0 is Monday."""
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "weekday"], name="helpdesk_businesshours_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="helpdesk_businesshours_weekday"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="helpdesk_businesshours_times"),
        ]

    def __str__(self) -> str:
        return f"of day {self.weekday}"


@track_changes()
class Holiday(TenantModel):
    """A day without work on tickets."""

    date = models.DateField()
    name = models.CharField(max_length=80, blank=True, db_default="", default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "date"], name="helpdesk_holiday_once")]

    def __str__(self) -> str:
        return self.name or f"{self.date}"


@track_changes()
class ServiceLevel(TenantModel):
    """Business minutes within which tickets are answered and resolved."""

    priority = models.CharField(max_length=6)
    category = tenant_foreign_key("helpdesk.Category", null=True)
    """None is every category without a level of its own."""
    answer_minutes = models.PositiveIntegerField()
    resolve_minutes = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "priority", "category"], nulls_distinct=False, name="helpdesk_servicelevel_once"
            ),
            models.CheckConstraint(
                condition=Q(priority__in=["low", "normal", "high", "urgent"]), name="helpdesk_servicelevel_priority"
            ),
            models.CheckConstraint(
                condition=Q(answer_minutes__gt=0, resolve_minutes__gte=F("answer_minutes"), resolve_minutes__lte=YEAR),
                name="helpdesk_servicelevel_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"of priority {self.priority}"
