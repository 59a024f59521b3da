"""One group of batches held against its hidden truth, in all respects."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from grilse.generator.backtest.ahead import alarms_of, forecasts
from grilse.generator.backtest.hindsight import biomass_gain, fed_gain, harvest_gain, weight_gain
from grilse.generator.backtest.part import Part
from grilse.generator.backtest.seen import Seen
from grilse.generator.backtest.states import before_harvest, needed_intervals, walks_of, weight_errors
from grilse.science.estimation import OPEN, Group, Kind, Version


def compare(seen: Seen, versions: Sequence[Version]) -> Part:
    """Hold every answer about a group against its truth."""
    by_stage, by_year = needed_intervals(seen)
    walks = walks_of(seen.group)
    delays, false, watched = alarms_of(seen)
    return Part(
        batches=seen.named.batches,
        over=_over(seen.group),
        pen_days=before_harvest(seen, walks),
        by_stage=by_stage,
        by_year=by_year,
        off=weight_errors(seen, walks),
        weight_gain=weight_gain(seen),
        fed_gain=fed_gain(seen),
        biomass_gain=biomass_gain(seen),
        harvest_gain=harvest_gain(seen),
        outcomes=forecasts(seen, versions),
        delays=delays,
        false_alarms=false,
        watched_days=watched,
    )


def _over(group: Group) -> NDArray[np.int64]:
    """Day on which the last pen of each batch was left, -1 while fish stand or where there was no harvest."""
    placements, movements = group.placements, group.movements
    last = np.full(group.batch_start.size, -1)
    np.maximum.at(last, placements.batch, placements.stop)
    harvested = np.zeros(last.size, dtype=np.bool_)
    harvested[placements.batch[movements.source[movements.kind == Kind.HARVEST]]] = True
    return np.where(harvested & (last < OPEN), last, -1)
