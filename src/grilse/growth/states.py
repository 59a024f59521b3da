"""Series of daily states, their calendar weeks, and the texts on their origin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.science.days import from_epoch_day
from grilse.science.estimation.weight_observations import Provenance

Column = NDArray[np.float64]

DAYS_A_WEEK = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class StateSeries:
    """States at a regular step; a date without a state is NaN in every column."""

    first: date
    step: int
    """Days from one value to the next: 1, or 7 for weeks named by their Sunday."""
    columns: dict[str, Column]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @property
    def last_date(self) -> date:
        """Date of the last value."""
        return self.first + timedelta(days=self.step * (len(self) - 1))


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
    """Add the mortality of the week up to each value, % of the fish at risk."""
    deaths, count = states.columns["deaths"], states.columns["count"]
    back = DAYS_A_WEEK // states.step
    died = _compute_trailing_sum(np.nan_to_num(deaths), back)
    known = np.maximum(_compute_trailing_sum(np.isfinite(count), back), 1)
    # A fish that died in the week was at risk for half of it.
    at_risk = _compute_trailing_sum(np.nan_to_num(count), back) / known + died / 2
    rate = np.where(np.isfinite(count), 100 * died / np.maximum(at_risk, 1), np.nan)
    return replace(states, columns={**states.columns, "mortality_pct_week": rate})


def aggregate_weeks(states: StateSeries) -> StateSeries:
    """Return calendar weeks: deaths and feed summed, temperature averaged, every other value that of the last day."""
    week = (np.arange(len(states)) + states.first.weekday()) // DAYS_A_WEEK
    sunday = states.first + timedelta(days=DAYS_A_WEEK - 1 - states.first.weekday())
    folds = {
        "deaths": _sum_by_week,
        "feed_kg": _sum_by_week,
        "temperature_c": _average_by_week,
        "provenance": _unite_flags_by_week,
    }
    columns = {name: folds.get(name, _take_last_of_week)(week, column) for name, column in states.columns.items()}
    return StateSeries(first=sunday, step=DAYS_A_WEEK, columns=columns)


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


def _unite_flags_by_week(week: NDArray[np.int64], column: Column) -> Column:
    flags = np.zeros(week[-1] + 1, dtype=np.int64)
    np.bitwise_or.at(flags, week, np.nan_to_num(column).astype(np.int64))
    return flags.astype(np.float64)


def _take_last_of_week(week: NDArray[np.int64], column: Column) -> Column:
    last = np.full(week[-1] + 1, np.nan)
    known = np.isfinite(column)
    # Of several values for one index numpy assigns the last, that of the latest day.
    last[week[known]] = column[known]
    return last


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
    Provenance.FEED_SHORT: "alarm: feed keeps falling short of the expected",
}


def list_flag_names(flags: int) -> list[str]:
    """Return the names of the flags that are set, such as WEIGHT_SAMPLED."""
    return [str(flag.name) for flag in Provenance(flags)]


def describe_model_source(learned_before: date) -> str:
    """Return the text on the harvests that a growth model version was learned from."""
    return f"growth model learned from harvests before {learned_before.day} {learned_before:%b %Y}"
