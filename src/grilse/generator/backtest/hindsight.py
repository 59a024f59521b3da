"""What hindsight gains on the answer as known, beside the truth."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from grilse.generator.backtest.part import ANSWERS, Column, Gain
from grilse.generator.backtest.seen import Seen, answers
from grilse.science.estimation import OPEN, Kind, States
from grilse.science.scores import relative_error

AT_SEA = (120, 240)  # days between which hindsight is judged


def weight_gain(seen: Seen) -> Gain:
    """Hindsight of weight from weights alone."""
    return _gained(seen.alone.placements, "weight", seen.true.weight, _at_sea(seen))


def fed_gain(seen: Seen) -> Gain:
    """Hindsight of weight from weights and feed."""
    return _gained(seen.withheld.placements, "weight", seen.true.weight, _at_sea(seen))


def biomass_gain(seen: Seen) -> Gain:
    """Hindsight of biomass in pens whose harvest is in."""
    return _gained(seen.told.placements, "biomass", seen.true.biomass, _harvested(seen))


def harvest_gain(seen: Seen) -> Gain:
    """The same hindsight beside what was known of biomass from weights alone."""
    from_weights = _gained(seen.alone.placements, "biomass", seen.true.biomass, _harvested(seen))
    return replace(from_weights, hindsight=biomass_gain(seen).hindsight)


def _harvested(seen: Seen) -> NDArray[np.bool_]:
    """Rows of the judged days in pens that were harvested."""
    movements = seen.group.movements
    harvested = np.zeros(seen.group.placements.start.size, dtype=np.bool_)
    harvested[movements.source[movements.kind == Kind.HARVEST]] = True
    return np.asarray(_at_sea(seen) & harvested[seen.group.rows.placement])


def _at_sea(seen: Seen) -> NDArray[np.bool_]:
    """Rows of the days at sea on which hindsight is judged."""
    group = seen.group
    sea = group.placements.sea
    arrived = np.full(group.batch_start.size, OPEN)
    np.minimum.at(arrived, group.placements.batch[sea], group.placements.start[sea])
    days = group.rows.day - arrived[group.placements.batch[group.rows.placement]]
    first, last = AT_SEA
    return np.asarray(sea[group.rows.placement] & (days >= first) & (days <= last) & seen.true.there)


def _gained(states: States, quantity: str, true: Column, judged: NDArray[np.bool_]) -> Gain:
    known, hindsight = (
        np.abs(relative_error(answers(states, answer)[quantity][0][judged], true[judged])).sum()
        for answer in ANSWERS
    )
    return Gain(known=float(known), hindsight=float(hindsight), number=int(judged.sum()))
