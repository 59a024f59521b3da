"""Moments and lengths of time, in the time zone that the page was asked in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86400


@register.filter("moment")
def format_time(value: datetime | None) -> str | SafeString:
    """Return a moment such as 2 May 2023, 14:05, of the page's time zone; programs read its offset too."""
    if value is None:
        return "–"
    here = timezone.localtime(value)
    zone = " UTC" if timezone.get_current_timezone_name() == "UTC" else ""
    text = f"{here.day} {here:%b %Y, %H:%M}{zone}"
    return format_html('<time datetime="{}">{}</time>', here.isoformat(timespec="seconds"), text)


@register.filter("iso_moment")
def format_iso_time(value: str) -> str | SafeString:
    """Return a moment that is told as ISO 8601."""
    return format_time(datetime.fromisoformat(value))


@register.filter("hour")
def format_hour(value: datetime | None) -> str | SafeString:
    """Return the hour and minute of a moment, where its day is said already."""
    if value is None:
        return "–"
    here = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', here.isoformat(timespec="seconds"), f"{here:%H:%M}")


@register.filter("ago")
def format_age(value: datetime | None) -> str:
    """Return how long ago a moment was, as 3 h ago."""
    return "never" if value is None else f"{format_duration(datetime.now(UTC) - value)} ago"


@register.filter("lasting")
def format_duration(value: timedelta) -> str:
    """Return a length of time by its largest units: 5 min, 3 h 20 min, 2 days."""
    seconds = abs(value.total_seconds())
    if seconds < MINUTE:
        return "less than a minute"
    if seconds < HOUR:
        return f"{seconds // MINUTE:.0f} min"
    if seconds < 6 * HOUR and seconds % HOUR >= MINUTE:
        return f"{seconds // HOUR:.0f} h {seconds % HOUR // MINUTE:.0f} min"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR:.0f} h"
    return f"{seconds // DAY:.0f} days"


@register.filter("stay")
def format_visit_duration(visit: Any) -> str:
    """Return how long a visit was."""
    return format_duration(visit.left_at - visit.arrived_at)


@register.filter("plain_moment")
def format_plain_time(value: datetime) -> str:
    """Return a moment as words alone, where no element may stand."""
    here = timezone.localtime(value)
    return f"{here.day} {here:%b %Y, %H:%M}"


@register.filter("business")
def format_business_minutes(minutes: float) -> str:
    """Return minutes of business by their largest units; no days, whose length is the company's."""
    rounded_minutes = round(abs(minutes))
    if rounded_minutes < 60:
        return f"{rounded_minutes} min"
    return (
        f"{rounded_minutes // 60} h"
        if rounded_minutes % 60 == 0 or rounded_minutes >= 24 * 60
        else f"{rounded_minutes // 60} h {rounded_minutes % 60} min"
    )
