"""What the comparison of some batches leaves: sums, and a few columns, that add up over batches."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.growth.hindcasts import Outcome, joined
from grilse.science.scores import LEVELS

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
class Gain:
    """What hindsight gains on an answer as known: sums of absolute errors and their number."""

    known: float
    hindsight: float
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Comparison of some batches."""

    batches: NDArray[np.int64]
    over: NDArray[np.int64]
    """Day of the last harvest of each batch, -1 while fish stand."""
    pen_days: PenDays
    by_stage: NDArray[np.int64]
    """How many placement-days need which central interval: (ANSWERS, QUANTITIES, STAGES, LEVELS + 1)."""
    by_year: NDArray[np.int64]
    """The same by year, (ANSWERS, QUANTITIES, YEARS, LEVELS + 1)."""
    off: Column
    """Sums by stage of the absolute and signed errors of weight as known and of those of the baselines."""
    weight_gain: Gain
    fed_gain: Gain
    biomass_gain: Gain
    harvest_gain: Gain
    outcomes: dict[int, Outcome]
    delays: Column
    false_alarms: int
    watched_days: int


def nothing() -> NDArray[np.int64]:
    """Return counts of needed intervals with nothing in them."""
    return np.zeros((len(ANSWERS), len(QUANTITIES), STAGES, LEVELS + 1), dtype=np.int64)


def added(parts: Sequence[Part]) -> Part:
    """Put parts together, in their order."""
    values = {field.name: [getattr(part, field.name) for part in parts] for field in fields(Part)}
    return Part(**{name: _ADD.get(name, _sum)(of) for name, of in values.items()})


def _sum(of: Sequence[Any]) -> Any:
    return sum(of[1:], start=of[0])


def _end_to_end(of: Sequence[Any]) -> Any:
    return np.concatenate(of)


def _pen_days(of: Sequence[PenDays]) -> PenDays:
    columns = ("batch", "pen", "day", "error", "hindsight_error")
    return PenDays(
        **{name: np.concatenate([getattr(one, name) for one in of]) for name in columns},
        baselines={name: np.concatenate([one.baselines[name] for one in of]) for name in of[0].baselines},
    )


def _gain(of: Sequence[Gain]) -> Gain:
    return Gain(
        known=sum(one.known for one in of),
        hindsight=sum(one.hindsight for one in of),
        number=sum(one.number for one in of),
    )


def _outcomes(of: Sequence[dict[int, Outcome]]) -> dict[int, Outcome]:
    return {horizon: joined(one[horizon] for one in of) for horizon in of[0]}


_ADD = {
    "batches": _end_to_end,
    "over": _end_to_end,
    "pen_days": _pen_days,
    "weight_gain": _gain,
    "fed_gain": _gain,
    "biomass_gain": _gain,
    "harvest_gain": _gain,
    "outcomes": _outcomes,
    "delays": _end_to_end,
}
