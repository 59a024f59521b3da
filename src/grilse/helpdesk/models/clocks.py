"""Business hours and holidays of a company, and service levels of tickets."""

from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantModel, tenant_foreign_key
from grilse.helpdesk.business_hours import WEEK, WEEKDAYS, format_closing_time, format_period, parse_closing_time

YEAR = 525_600
"""Minutes: the longest due time or escalation."""


class ClosingTimeFormField(forms.TimeField):
    """The end of a period in a form."""

    def to_python(self, value: Any) -> time | None:
        """Return the time; 24:00 is 00:00."""
        return super().to_python(parse_closing_time(value))

    def prepare_value(self, value: Any) -> Any:
        """Return what the form shows."""
        return format_closing_time(value) if isinstance(value, time) else value


class PeriodTimeField(models.TimeField):
    """The start or end of a period of work, at a full minute."""

    def validate(self, value: Any, model_instance: Any) -> None:
        """Refuse seconds, which no list and no message shows."""
        super().validate(value, model_instance)
        if value.second or value.microsecond:
            raise ValidationError(f"{value} is no full minute: write {value:%H:%M}, without seconds")

    def deconstruct(self) -> Any:
        """Return the field as migrations know it: for the database it is a time."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.TimeField", arguments, options


class ClosingTimeField(PeriodTimeField):
    """The end of a period of work: 24:00, the end of the day, is stored as 00:00."""

    def to_python(self, value: Any) -> time | None:
        """Return the time."""
        return super().to_python(parse_closing_time(value))

    def formfield(self, **options: Any) -> Any:
        """Return the field of a form."""
        return super().formfield(**{"form_class": ClosingTimeFormField, **options})


@track_changes()
class BusinessHours(TenantModel):
    """A period of work that begins on a day of the week, in the company's zone; a company without any works all hours.

    A day may have several periods that do not overlap.
    """

    weekday = models.PositiveSmallIntegerField()
    """0 is Monday."""
    opens = PeriodTimeField()
    closes = ClosingTimeField()
    """24:00 is the end of the day; an earlier time than `opens` is on the day after."""

    class Meta:
        indexes = [models.Index(fields=["company", "weekday"], name="helpdesk_businesshours_day")]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="helpdesk_businesshours_weekday"),
            models.CheckConstraint(
                condition=~Q(closes=F("opens")) | Q(opens=time.min), name="helpdesk_businesshours_times"
            ),
        ]

    def __str__(self) -> str:
        return f"of {WEEKDAYS[self.weekday % WEEK]} {format_period(self.opens, self.closes)}"


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
