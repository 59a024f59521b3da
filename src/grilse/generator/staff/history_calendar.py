"""The days of a history in the time zone of the company, and the business hours of the help desk."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from grilse.generator.observation.records import MINUTE_MICROSECONDS
from grilse.generator.schedule.run import GeneratorRun
from grilse.generator.staff.settings import WORKDAYS, load_staff_settings
from grilse.helpdesk.business_hours import Calendar
from grilse.science.arrays import Counts, Floats
from grilse.science.days import DAY_MICROSECONDS, from_epoch_day, to_epoch_day

MONDAY = 4  # the first Monday after 1970-01-01
WEEK = 7
DAYS_AFTER_END = 120  # days after the end of the history in which open tickets become due


@dataclass(frozen=True)
class HistorySpan:
    """The days from the first delivery of eggs to the last day."""

    first: int  # days since 1970-01-01
    last: int
    zone: str

    @classmethod
    def from_run(cls, run: GeneratorRun) -> "HistorySpan":
        """Return the days of a run, at least its last day."""
        until = run.plan.until
        first = min((batch.start for batch in run.plan.batches), default=until)
        return cls(to_epoch_day(min(first, until)), to_epoch_day(until), run.world.staff.time_zone)

    @property
    def day_count(self) -> int:
        """Number of days."""
        return self.last - self.first + 1

    @cached_property
    def days(self) -> Counts:
        """Every day, since 1970-01-01."""
        return np.arange(self.first, self.last + 1)

    @cached_property
    def weekday(self) -> Counts:
        """Day of the week of every day, 0 is Monday."""
        return (self.days - MONDAY) % WEEK

    @cached_property
    def end_time(self) -> int:
        """The end of the history, microseconds since 1970."""
        return int(self.compute_times(np.array([self.day_count - 1]), np.array([24 * 60.0]))[0])

    def compute_times(self, day: Counts, minute: Floats) -> Counts:
        """Return times of minutes after local midnight, microseconds since 1970.

        The offset at noon is used all day, because clocks change at night.
        """
        day = np.minimum(day, self.day_count - 1)  # of what ends after the history
        local = (self.first + day) * DAY_MICROSECONDS + np.rint(minute * MINUTE_MICROSECONDS).astype(np.int64)
        return local - self._utc_offsets[day]

    @cached_property
    def _utc_offsets(self) -> Counts:
        """Offset of the local clock from UTC on every day, microseconds."""
        zone = ZoneInfo(self.zone)
        noons = (from_epoch_day(day) for day in self.days)
        offsets = [
            datetime(noon.year, noon.month, noon.day, 12, tzinfo=UTC).astimezone(zone).utcoffset() for noon in noons
        ]
        return np.array([0 if offset is None else offset // timedelta(microseconds=1) for offset in offsets], np.int64)


def build_calendar(span: HistorySpan) -> Calendar:
    """Return the business hours of the company."""
    settings = load_staff_settings()["tickets"]["business"]
    hours = (time(*divmod(settings["opens"], 60)), time(*divmod(settings["closes"], 60)))
    return Calendar(
        zone=ZoneInfo(span.zone),
        hours=((hours,),) * WORKDAYS + ((),) * (7 - WORKDAYS),
        holidays=frozenset(list_holidays(span)),
    )


def list_holidays(span: HistorySpan) -> dict[date, str]:
    """Return the holidays with their names."""
    years = range(from_epoch_day(span.first).year, from_epoch_day(span.last + DAYS_AFTER_END).year + 1)
    return {
        date(year, int(month), int(day)): name
        for year in years
        for when, name in load_staff_settings()["holidays"].items()
        for month, day in [when.split("-")]
    }


class BusinessClock:
    """Counts minutes of business hours, as `helpdesk.business_hours` does for one ticket."""

    def __init__(self, span: HistorySpan) -> None:
        calendar = build_calendar(span)
        days = range(span.first, span.last + DAYS_AFTER_END)
        windows = [window for day in days for window in calendar.find_windows(from_epoch_day(day))]
        window_bounds = [[int(bound.timestamp() * 1e6) for bound in window] for window in windows]
        self.begins, self.ends = np.array(window_bounds, np.int64).T
        self.worked = np.cumsum(self.ends - self.begins)

    def count_minutes(self, at: Counts) -> Floats:
        """Return the business minutes from the begin of the history to each time."""
        window = np.searchsorted(self.begins, at, side="right") - 1
        before = np.append(self.worked, 0)[window - 1]
        within = np.minimum(at, self.ends[window]) - self.begins[window]
        return np.where(window < 0, 0, np.where(window < 1, 0, before) + within) / MINUTE_MICROSECONDS

    def find_times(self, minutes: Floats) -> Counts:
        """Return the times at which these business minutes have passed since the begin of the history."""
        worked = np.rint(minutes * MINUTE_MICROSECONDS).astype(np.int64)
        window = np.searchsorted(self.worked, worked)
        return self.ends[window] - (self.worked[window] - worked)
