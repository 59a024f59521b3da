"""The totals of a comparison: sums and columns that can be merged over batches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.growth.hindcast_scores import HindcastOutcome, join_outcomes

ANSWERS = ("known", "hindsight")
QUANTITIES = ("weight", "count", "biomass")
STAGES = 8  # orders 0 to 7
FIRST_YEAR, YEARS = 1990, 100

Column = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class PenDays:
    """Days before the first harvest of each pen, shape (n,); an error is estimate over truth less 1."""

    batch: NDArray[np.int64]
    pen: NDArray[np.int64]
    day: NDArray[np.int64]
    error: Column
    hindsight_error: Column
    baselines: dict[str, Column]


@dataclass(frozen=True, kw_only=True, slots=True)
class SmoothingGain:
    """Sums of absolute errors of filtered and smoothed estimates, and their number."""

    filtered_error: float
    smoothed_error: float
    row_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BacktestTotals:
    """The comparison of some batches."""

    batches: NDArray[np.int64]
    harvest_end_day: NDArray[np.int64]
    """Day of the last harvest of each batch, -1 until then."""
    pen_days: PenDays
    by_stage: NDArray[np.int64]
    """Number of placement-days by the central interval that they need: (ANSWERS, QUANTITIES, STAGES, LEVELS + 1)."""
    by_year: NDArray[np.int64]
    """The same by year, (ANSWERS, QUANTITIES, YEARS, LEVELS + 1)."""
    weight_error_sums: Column
    """Sums by stage of the absolute and signed errors of filtered weights, and of the errors of the baselines."""
    gains: dict[str, SmoothingGain]
    """Gains by their names in the report."""
    outcomes: dict[int, HindcastOutcome]
    delays: Column
    false_alarms: int
    watched_days: int


def merge_totals(parts: Sequence[BacktestTotals]) -> BacktestTotals:
    """Return the totals of all parts, in their order."""
    values = {field.name: [getattr(part, field.name) for part in parts] for field in fields(BacktestTotals)}
    return BacktestTotals(**{name: _MERGE_BY_FIELD.get(name, _sum_values)(of) for name, of in values.items()})


def _sum_values(values: Sequence[Any]) -> Any:
    return sum(values[1:], start=values[0])


def combine_pen_days(parts: Sequence[PenDays], combine: Callable[[list[Any]], Any]) -> PenDays:
    """Return pen days whose columns are combined from those of all parts."""
    names = (field.name for field in fields(PenDays) if field.name != "baselines")
    return PenDays(
        **{name: combine([getattr(days, name) for days in parts]) for name in names},
        baselines={name: combine([days.baselines[name] for days in parts]) for name in parts[0].baselines},
    )


def _sum_gains(parts: Sequence[dict[str, SmoothingGain]]) -> dict[str, SmoothingGain]:
    names = [field.name for field in fields(SmoothingGain)]
    return {
        kind: SmoothingGain(**{name: _sum_values([getattr(gains[kind], name) for gains in parts]) for name in names})
        for kind in parts[0]
    }


def _join_outcomes(parts: Sequence[dict[int, HindcastOutcome]]) -> dict[int, HindcastOutcome]:
    return {horizon: join_outcomes(outcomes[horizon] for outcomes in parts) for horizon in parts[0]}


_MERGE_BY_FIELD: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("batches", "harvest_end_day", "delays"), np.concatenate),
    "pen_days": lambda parts: combine_pen_days(parts, np.concatenate),
    "gains": _sum_gains,
    "outcomes": _join_outcomes,
}
