"""What the comparison of some batches leaves: sums, and a few columns, that add up over batches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.growth.hindcast_scores import HindcastOutcome, join_outcomes
from grilse.science.accuracy import LEVELS

ANSWERS = ("known", "hindsight")
QUANTITIES = ("weight", "count", "biomass")
STAGES = 8  # orders 0 to 7
FIRST_YEAR, YEARS = 1990, 100

Column = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class PenDays:
    """Days before the first harvest of each pen, shape (n,); errors are estimate over truth less 1."""

    batch: NDArray[np.int64]
    pen: NDArray[np.int64]
    day: NDArray[np.int64]
    error: Column
    hindsight_error: Column
    baselines: dict[str, Column]


@dataclass(frozen=True, kw_only=True, slots=True)
class SmoothingGain:
    """What hindsight gains on an answer as known: sums of absolute errors and their number."""

    filtered_error: float
    smoothed_error: float
    row_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BacktestTotals:
    """Comparison of some batches."""

    batches: NDArray[np.int64]
    harvest_end_day: NDArray[np.int64]
    """Day of the last harvest of each batch, -1 while fish stand."""
    pen_days: PenDays
    by_stage: NDArray[np.int64]
    """How many placement-days need which central interval: (ANSWERS, QUANTITIES, STAGES, LEVELS + 1)."""
    by_year: NDArray[np.int64]
    """The same by year, (ANSWERS, QUANTITIES, YEARS, LEVELS + 1)."""
    weight_error_sums: Column
    """Sums by stage of the absolute and signed errors of weight as known and of those of the baselines."""
    weight_gain: SmoothingGain
    fed_gain: SmoothingGain
    biomass_gain: SmoothingGain
    harvest_gain: SmoothingGain
    outcomes: dict[int, HindcastOutcome]
    delays: Column
    false_alarms: int
    watched_days: int


def make_empty_counts() -> NDArray[np.int64]:
    """Return counts of needed intervals with nothing in them."""
    return np.zeros((len(ANSWERS), len(QUANTITIES), STAGES, LEVELS + 1), dtype=np.int64)


def merge_totals(parts: Sequence[BacktestTotals]) -> BacktestTotals:
    """Put parts together, in their order."""
    values = {field.name: [getattr(part, field.name) for part in parts] for field in fields(BacktestTotals)}
    return BacktestTotals(**{name: _MERGE_BY_FIELD.get(name, _sum_values)(of) for name, of in values.items()})


def _sum_values(values: Sequence[Any]) -> Any:
    return sum(values[1:], start=values[0])


def _concatenate_arrays(arrays: Sequence[Any]) -> Any:
    return np.concatenate(arrays)


def _concatenate_pen_days(parts: Sequence[PenDays]) -> PenDays:
    columns = ("batch", "pen", "day", "error", "hindsight_error")
    return PenDays(
        **{name: np.concatenate([getattr(days, name) for days in parts]) for name in columns},
        baselines={name: np.concatenate([days.baselines[name] for days in parts]) for name in parts[0].baselines},
    )


def _sum_gains(gains: Sequence[SmoothingGain]) -> SmoothingGain:
    return SmoothingGain(
        filtered_error=sum(gain.filtered_error for gain in gains),
        smoothed_error=sum(gain.smoothed_error for gain in gains),
        row_count=sum(gain.row_count for gain in gains),
    )


def _join_outcomes(parts: Sequence[dict[int, HindcastOutcome]]) -> dict[int, HindcastOutcome]:
    return {horizon: join_outcomes(outcomes[horizon] for outcomes in parts) for horizon in parts[0]}


_MERGE_BY_FIELD: dict[str, Callable[[Any], Any]] = {
    "batches": _concatenate_arrays,
    "harvest_end_day": _concatenate_arrays,
    "pen_days": _concatenate_pen_days,
    "weight_gain": _sum_gains,
    "fed_gain": _sum_gains,
    "biomass_gain": _sum_gains,
    "harvest_gain": _sum_gains,
    "outcomes": _join_outcomes,
    "delays": _concatenate_arrays,
}
