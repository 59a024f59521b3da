"""The plan of a batch: one value a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

from grilse.planning.stages import PlannedSpan
from grilse.science.planned_growth import BatchTrajectory

DAYS_A_WEEK = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthPlan:
    """The green line, from the batch's first planned day to its planned harvest."""

    first: date
    step: int
    """Days from one value to the next: 1, or 7 for the Sundays of calendar weeks."""
    spans: tuple[PlannedSpan, ...]
    rates: Mapping[int, Sequence[float]]
    """Deaths per fish in the first, second, … month at a stage, by its order."""
    course: BatchTrajectory

    def find_weight(self, day: date) -> float | None:
        """Return the planned mean weight in g, None outside the plan."""
        index = (day - self.first).days // self.step
        return float(self.course.weight_g[index]) if 0 <= index < len(self.course.weight_g) else None

    def aggregate_weeks(self) -> Self:
        """Return the plan at the end of each calendar week."""
        to_sunday = DAYS_A_WEEK - 1 - self.first.weekday()
        course = self.course.take_every(to_sunday, None, DAYS_A_WEEK)
        return replace(self, first=self.first + timedelta(days=to_sunday), step=DAYS_A_WEEK, course=course)

    def select_dates(self, first: date, last: date) -> Self:
        """Return the part of the plan from a date to another, both on its calendar."""
        skipped = max((first - self.first).days // self.step, 0)
        stop = max((last - self.first).days // self.step + 1, skipped)
        start = self.first + timedelta(days=skipped * self.step)
        return replace(self, first=start, course=self.course.take_every(skipped, stop, 1))
