"""Template filters of times and durations, in the time zone of the page."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grilse.languages import format_date

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86400


@register.filter("moment")
def format_time(value: datetime | None) -> str | SafeString:
    """Return a time element such as 2 May 2023, 14:05."""
    zone = " UTC" if timezone.get_current_timezone_name() == "UTC" else ""
    return "–" if value is None else _format_element(value, f"{format_plain_time(value)}{zone}")


@register.filter("iso_moment")
def format_iso_time(value: str) -> str | SafeString:
    """Return a time element of an ISO 8601 text."""
    return format_time(datetime.fromisoformat(value))


@register.filter("hour")
def format_hour(value: datetime | None) -> str | SafeString:
    """Return a time element without the day, such as 14:05."""
    return "–" if value is None else _format_element(value, f"{timezone.localtime(value):%H:%M}")


def _format_element(value: datetime, text: str) -> SafeString:
    start = timezone.localtime(value).isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', start, text)


@register.filter("ago")
def format_age(value: datetime | None) -> str:
    """Return how long ago a time was, such as 3 h ago."""
    if value is None:
        return _("never")
    return _("%(duration)s ago") % {"duration": format_duration(datetime.now(UTC) - value)}


@register.filter("duration")
def format_duration(value: timedelta) -> str:
    """Return a duration in its largest units: 5 min, 3 h 20 min, 2 days."""
    seconds = abs(value.total_seconds())
    if seconds < MINUTE:
        return _("less than a minute")
    if seconds < HOUR:
        return _("%(minutes)d min") % {"minutes": seconds // MINUTE}
    if seconds < 6 * HOUR and seconds % HOUR >= MINUTE:
        return _("%(hours)d h %(minutes)d min") % {"hours": seconds // HOUR, "minutes": seconds % HOUR // MINUTE}
    if seconds < 2 * DAY:
        return _("%(hours)d h") % {"hours": seconds // HOUR}
    days = seconds // DAY
    return ngettext("%(days)d day", "%(days)d days", int(days)) % {"days": days}


@register.filter("visit_duration")
def format_visit_duration(visit: Any) -> str:
    """Return the duration of a visit."""
    return format_duration(visit.left_at - visit.arrived_at)


@register.filter("plain_moment")
def format_plain_time(value: datetime) -> str:
    """Return a time as plain text, such as 2 May 2023, 14:05."""
    return format_date(timezone.localtime(value), "DATETIME_FORMAT")


@register.filter("business")
def format_business_minutes(minutes: float) -> str:
    """Return business minutes in hours and minutes; not in days, whose length differs by company."""
    rounded_minutes = round(abs(minutes))
    if rounded_minutes < 60:
        return _("%(minutes)d min") % {"minutes": rounded_minutes}
    hours, minutes = divmod(rounded_minutes, 60)
    if minutes == 0 or hours >= 24:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
