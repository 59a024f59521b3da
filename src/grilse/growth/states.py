"""Series of daily states, their calendar weeks, and the texts on their origin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Mask
from grilse.science.days import from_epoch_day
from grilse.science.estimation.weight_observations import Provenance

Column = NDArray[np.float64]

DAYS_A_WEEK = 7
NOT_CARRIED = f"({{}}.provenance & {int(Provenance.CARRIED_FORWARD)}) = 0"
"""SQL condition: records reach the day of a state."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PartWeek:
    """A week whose values are those of an earlier day than its Sunday, or that has fewer than seven days of states."""

    sunday: date
    last: date
    """The day whose values are shown: the last day with a record, if the week has one."""
    days: int
    """Days of the week with states, up to the last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StateSeries:
    """States at a regular step; a date without a state is NaN in every column."""

    first: date
    step: int
    """Days from one value to the next: 1, or 7 for weeks named by their Sunday."""
    columns: dict[str, Column]
    part_weeks: tuple[PartWeek, ...] = ()

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @property
    def is_carried(self) -> NDArray[np.bool_]:
        """Whether each value is an estimate carried forward."""
        flags = np.nan_to_num(self.columns["provenance"]).astype(np.int64)
        return (flags & int(Provenance.CARRIED_FORWARD)) != 0

    @property
    def last_recorded(self) -> int | None:
        """Index of the last state that records reach, None without one."""
        known = np.flatnonzero(np.isfinite(self.columns["count"]) & ~self.is_carried)
        return int(known[-1]) if known.size else None

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Days from `first` to the day that each value belongs to."""
        days = self.step * np.arange(len(self))
        for week in self.part_weeks:
            days[(week.sunday - self.first).days // self.step] = (week.last - self.first).days
        return days

    @property
    def last_date(self) -> date:
        """Date of the last value."""
        return self.find_date(len(self) - 1)

    def find_date(self, index: int) -> date:
        """Return the date of a value, of a week its Sunday."""
        return self.first + timedelta(days=self.step * index)


def build_daily_series(days: Sequence[int], columns: Mapping[str, Sequence[Any] | Column]) -> StateSeries | None:
    """Build a daily series from values on ascending days since 1970; None without days."""
    if not len(days):
        return None
    place = np.asarray(days, dtype=np.int64) - int(days[0])
    laid = {name: np.full(place[-1] + 1, np.nan) for name in columns}
    for name, column in columns.items():
        laid[name][place] = np.asarray(column, dtype=np.float64)
    return StateSeries(first=from_epoch_day(int(days[0])), step=1, columns=laid)


def add_mortality_rate(states: StateSeries) -> StateSeries:
    """Add the mortality of the seven days up to each day, % of the fish at risk; NaN where nobody kept records."""
    deaths, count = states.columns["deaths"], states.columns["count"]
    died = _compute_trailing_sum(np.nan_to_num(deaths), DAYS_A_WEEK)
    known = np.maximum(_compute_trailing_sum(np.isfinite(count), DAYS_A_WEEK), 1)
    # A fish that died in the week was at risk for half of it.
    at_risk = _compute_trailing_sum(np.nan_to_num(count), DAYS_A_WEEK) / known + died / 2
    is_known = np.isfinite(count) & ~states.is_carried
    rate = np.where(is_known, 100 * died / np.maximum(at_risk, 1), np.nan)
    return replace(states, columns={**states.columns, "mortality_pct_week": rate})


def aggregate_weeks(states: StateSeries) -> StateSeries:
    """Return calendar weeks: deaths and feed summed, temperature averaged, every other value that of the last day.

    The last day of a week is the last one that records reach, if any of its days has records.
    """
    week = (np.arange(len(states)) + states.first.weekday()) // DAYS_A_WEEK
    sunday = states.first + timedelta(days=DAYS_A_WEEK - 1 - states.first.weekday())
    used = _select_days_of_weeks(week, np.isfinite(states.columns["count"]), states.is_carried)
    columns = {name: _aggregate_column(name, column, week, used) for name, column in states.columns.items()}
    part_weeks = _find_part_weeks(states.first, sunday, week, used)
    return StateSeries(first=sunday, step=DAYS_A_WEEK, columns=columns, part_weeks=part_weeks)


def _select_days_of_weeks(week: NDArray[np.int64], known: Mask, is_carried: Mask) -> NDArray[np.int64]:
    """Return the indices of the days whose values stand for their weeks: those with records, else all with states."""
    recorded = np.bincount(week[known & ~is_carried], minlength=week[-1] + 1) > 0
    return np.flatnonzero(known & ~(is_carried & recorded[week]))


def _aggregate_column(name: str, column: Column, week: NDArray[np.int64], used: NDArray[np.int64]) -> Column:
    if name in ("deaths", "feed_kg"):
        return _sum_by_week(week, column)
    aggregated = np.full(week[-1] + 1, np.nan)
    if name == "temperature_c":
        return _average_by_week(week, column)
    if name == "provenance":
        return _unite_flags_by_week(week[used], column[used], aggregated.size)
    # Of several values for one index numpy assigns the last, that of the latest day.
    aggregated[week[used]] = column[used]
    return aggregated


def _find_part_weeks(
    first: date, sunday: date, week: NDArray[np.int64], used: NDArray[np.int64]
) -> tuple[PartWeek, ...]:
    days = np.bincount(week[used], minlength=week[-1] + 1)
    last = np.zeros(days.size, dtype=np.int64)
    last[week[used]] = used
    return tuple(
        PartWeek(
            sunday=sunday + timedelta(days=DAYS_A_WEEK * i),
            last=first + timedelta(days=int(last[i])),
            days=int(days[i]),
        )
        for i in np.flatnonzero((days > 0) & (days < DAYS_A_WEEK)).tolist()
    )


def _compute_trailing_sum(column: NDArray[Any], back: int) -> Column:
    total = np.concatenate([[0.0], np.cumsum(column, dtype=np.float64)])
    end = np.arange(1, len(total))
    return np.asarray(total[end] - total[np.maximum(end - back, 0)])


def _sum_by_week(week: NDArray[np.int64], column: Column) -> Column:
    known = np.isfinite(column)
    summed = np.bincount(week[known], weights=column[known], minlength=week[-1] + 1)
    return np.where(np.bincount(week[known], minlength=week[-1] + 1) > 0, summed, np.nan)


def _average_by_week(week: NDArray[np.int64], column: Column) -> Column:
    number = np.bincount(week[np.isfinite(column)], minlength=week[-1] + 1)
    return np.asarray(_sum_by_week(week, column) / np.maximum(number, 1))


def _unite_flags_by_week(week: NDArray[np.int64], column: Column, weeks: int) -> Column:
    flags = np.zeros(weeks, dtype=np.int64)
    np.bitwise_or.at(flags, week, np.nan_to_num(column).astype(np.int64))
    return flags.astype(np.float64)


MEANINGS = {
    Provenance.TEMPERATURE_INTERPOLATED: "temperature between two measured days",
    Provenance.TEMPERATURE_OF_SITE: "temperature from other containers of the site",
    Provenance.TEMPERATURE_OF_CLIMATE: "temperature usual for the season",
    Provenance.TEMPERATURE_ASSUMED: "temperature assumed",
    Provenance.WEIGHT_SAMPLED: "weight sample",
    Provenance.WEIGHT_AT_TRANSFER: "weighed at transfer",
    Provenance.SAMPLE_SELECTED: "largest or smallest fish weighed",
    Provenance.OUTLIER: "record far from the rest, taken with less weight",
    Provenance.WEIGHT_ASSUMED: "weight assumed from the stage",
    Provenance.BEFORE_FEEDING: "before first feeding",
    Provenance.FISH_ARRIVED: "fish arrived",
    Provenance.WEIGHT_AT_HARVEST: "weighed at harvest",
    Provenance.STAGE_DEFAULTS: "growth model from the literature",
    Provenance.FASTED: "fish fasted",
    Provenance.FED: "feed of the week",
    Provenance.CARRIED_FORWARD: "carried forward without records",
    Provenance.FEED_SHORT: "alarm: feed keeps falling short of the expected",
}


def list_flag_names(flags: int) -> list[str]:
    """Return the names of the flags that are set, such as WEIGHT_SAMPLED."""
    return [str(flag.name) for flag in Provenance(flags)]


def describe_model_source(learned_before: date) -> str:
    """Return the text on the harvests that a growth model version was learned from."""
    return f"growth model learned from harvests before {learned_before.day} {learned_before:%b %Y}"
