"""The hours in which a company works on tickets, and how long these may wait."""

from django.db import models
from django.db.models import F, Q

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantModel, tenant_foreign_key

YEAR = 525_600
"""Minutes around the clock: the most that a ticket may be promised or wait for a level."""


@track_changes()
class BusinessHours(TenantModel):
    """When work on tickets begins and ends on a day of the week, in the company's time zone.

    A company without any works around the clock.
    """

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
    """A day on which nobody works on tickets."""

    date = models.DateField()
    name = models.CharField(max_length=80, blank=True, db_default="", default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "date"], name="helpdesk_holiday_once")]

    def __str__(self) -> str:
        return self.name or f"{self.date}"


@track_changes()
class ServiceLevel(TenantModel):
    """Minutes of business within which a ticket is to be answered and resolved."""

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
