"""Business hours: the time after some business minutes, and the business minutes between two times."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from grilse.errors import GrilseError

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MAX_LOOKAHEAD = timedelta(days=3660)
"""How far ahead a due time is searched for."""

Window = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """The business hours of a company."""

    zone: ZoneInfo
    hours: tuple[tuple[time, time] | None, ...] = ()
    """Opening and closing times by day of the week, Monday first; empty is around the clock."""
    holidays: frozenset[date] = frozenset()

    def find_window(self, day: date) -> Window | None:
        """Return the start and end of business on a day of the company's zone; None for a day off."""
        if day in self.holidays:
            return None
        if not self.hours:
            return self._convert_to_utc(day, time.min), self._convert_to_utc(day + DAY, time.min)
        hours = self.hours[day.weekday()]
        if hours is None:
            return None
        begins, ends = (self._convert_to_utc(day, clock_time) for clock_time in hours)
        # Both may lie in the hour that summer time skips.
        return (begins, ends) if begins < ends else None

    def iter_windows(self, after: datetime) -> Iterator[Window]:
        """Yield the business windows that end after a time, in order."""
        day, last = self._convert_to_date(after), self._convert_to_date(after) + MAX_LOOKAHEAD
        while day < last:
            window = self.find_window(day)
            if window is not None and window[1] > after:
                yield window
            day += DAY

    def _convert_to_date(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _convert_to_utc(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


def read_calendar() -> Calendar:
    """Return the company's business hours and holidays; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(CALENDAR)
        zone, hours, holidays = cursor.fetchone()
    worked = {weekday: (time.fromisoformat(a), time.fromisoformat(b)) for weekday, a, b in hours}
    return Calendar(
        zone=ZoneInfo(zone),
        hours=tuple(worked.get(weekday) for weekday in range(7)) if worked else (),
        holidays=frozenset(holidays),
    )


def compute_due_time(start: datetime, minutes: float, calendar: Calendar) -> datetime:
    """Return the time at which some business minutes have passed since a start."""
    left = minutes * MINUTE
    if not left:
        return start.astimezone(UTC)
    for begins, ends in calendar.iter_windows(start):
        begins = max(begins, start)
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    raise GrilseError(
        f"{minutes:,g} business minutes take more than ten years: use fewer, or extend the business hours"
    )


def count_minutes(start: datetime, end: datetime, calendar: Calendar) -> float:
    """Return the business minutes between two times, 0 where the second is not later."""
    worked = timedelta()
    for begins, ends in calendar.iter_windows(start):
        if begins >= end:
            break
        worked += min(ends, end) - max(begins, start)
    return worked / MINUTE


CALENDAR = """
SELECT coalesce((SELECT time_zone FROM people_workrules), 'UTC'),
       (SELECT coalesce(json_agg(json_build_array(weekday, opens, closes)), '[]')
          FROM helpdesk_businesshours),
       (SELECT coalesce(array_agg(date), '{}') FROM helpdesk_holiday)
"""
