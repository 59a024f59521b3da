"""Business hours: the time after some business minutes, and the business minutes between two times."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from grilse.errors import GrilseError

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MAX_LOOKAHEAD = timedelta(days=3660)
"""How far ahead a due time is searched for."""

Window = tuple[datetime, datetime]
Period = tuple[time, time]
"""Start and end on the clock; an end at 00:00 is the midnight at the end of the day."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEK = len(WEEKDAYS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """The business hours of a company."""

    zone: ZoneInfo
    hours: tuple[tuple[Period, ...], ...] = ()
    """The periods of work of each day of the week, Monday first, none over midnight; empty is around the clock."""
    holidays: frozenset[date] = frozenset()

    def find_windows(self, day: date) -> list[Window]:
        """Return the starts and ends of business on a day of the company's zone, in order; none on a day off."""
        if day in self.holidays:
            return []
        windows: list[Window] = []
        for opens, closes in self.hours[day.weekday()] if self.hours else [(time.min, time.min)]:
            begins = self._convert_to_utc(day, opens)
            ends = self._convert_to_utc(day if closes > time.min else day + DAY, closes)
            # A minute that periods share is counted once.
            begins = max(begins, windows[-1][1]) if windows else begins
            if begins < ends:
                windows.append((begins, ends))
        return windows

    def iter_windows(self, after: datetime) -> Iterator[Window]:
        """Yield the business windows that end after a time, in order."""
        day, last = self._convert_to_date(after), self._convert_to_date(after) + MAX_LOOKAHEAD
        while day < last:
            yield from (window for window in self.find_windows(day) if window[1] > after)
            day += DAY

    def _convert_to_date(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _convert_to_utc(self, day: date, at: time) -> datetime:
        """Return the moment at which the clock first shows a time of a day, or a later one if it skips that time."""
        local = datetime.combine(day, at, self.zone)
        moment, other = local.astimezone(UTC), local.replace(fold=1)
        if other.astimezone(UTC) >= moment:
            return moment
        # The time is skipped, and the moment is after the change of clocks by as much as the time is after its start.
        moment = moment.replace(second=0, microsecond=0)
        while (moment - MINUTE).astimezone(self.zone).utcoffset() == other.utcoffset():
            moment -= MINUTE
        return moment


def read_calendar() -> Calendar:
    """Return the company's business hours and holidays; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(CALENDAR)
        zone, hours, holidays = cursor.fetchone()
    periods = [(weekday, time.fromisoformat(opens), time.fromisoformat(closes)) for weekday, opens, closes in hours]
    return Calendar(zone=ZoneInfo(zone), hours=split_periods(periods), holidays=frozenset(holidays))


def split_periods(periods: Iterable[tuple[int, time, time]]) -> tuple[tuple[Period, ...], ...]:
    """Return the periods of each day of the week; one over midnight becomes one of each day. Of none, none."""
    days: list[list[Period]] = [[] for _ in WEEKDAYS]
    for weekday, opens, closes in periods:
        if time.min < closes <= opens:
            days[weekday].append((opens, time.min))
            days[(weekday + 1) % WEEK].append((time.min, closes))
        else:
            days[weekday].append((opens, closes))
    return tuple(tuple(sorted(day)) for day in days) if any(days) else ()


def format_period(opens: time, closes: time) -> str:
    """Return a period as people write it."""
    return f"{opens:%H:%M}–{format_closing_time(closes)}"


def parse_closing_time(value: Any) -> Any:
    """Return 00:00 for 24:00, the end of a day; any other value as it is."""
    return "00:00" if value in ("24:00", "24:00:00") else value


def format_closing_time(closes: time) -> str:
    """Return the end of a period; the midnight at the end of a day is 24:00."""
    return f"{closes:%H:%M}" if closes > time.min else "24:00"


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
