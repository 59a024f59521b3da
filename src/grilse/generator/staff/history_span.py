"""The days of a history in the time zone of the company."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from grilse.generator.observation.records import DAY_MICROSECONDS, EPOCH, MINUTE_MICROSECONDS, days_since_epoch
from grilse.generator.schedule.run import GeneratorRun
from grilse.science.arrays import Counts, Floats

MONDAY = 4  # the first Monday after 1970-01-01
WEEK = 7


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
        return cls(days_since_epoch(min(first, until)), days_since_epoch(until), run.world.staff.time_zone)

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
        local = (self.first + day) * DAY_MICROSECONDS + np.rint(minute * MINUTE_MICROSECONDS).astype(np.int64)
        return local - self._utc_offsets[day]

    @cached_property
    def _utc_offsets(self) -> Counts:
        """Offset of the local clock from UTC on every day, microseconds."""
        zone = ZoneInfo(self.zone)
        noons = (EPOCH + timedelta(days=int(day)) for day in self.days)
        offsets = [
            datetime(noon.year, noon.month, noon.day, 12, tzinfo=UTC).astimezone(zone).utcoffset() for noon in noons
        ]
        return np.array([0 if offset is None else offset // timedelta(microseconds=1) for offset in offsets], np.int64)
