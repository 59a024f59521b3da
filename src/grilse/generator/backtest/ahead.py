"""Forecasts and alarms of a group beside what came."""

from collections.abc import Sequence

import numpy as np

from grilse.generator.backtest.part import Column
from grilse.generator.backtest.seen import Seen, feeding_rows
from grilse.growth.hindcasts import HORIZONS, Outcome, outcome
from grilse.science.estimation import Version, default_priors
from grilse.science.estimation.alarm import alarms, answered, losses, quiet
from grilse.science.estimation.weighings import weighings
from grilse.science.hindcast import hindcast
from grilse.science.origins import Pairs, expected_ahead, pairs_every

EVERY = 30  # days from one origin of a forecast to the next


def forecasts(seen: Seen, versions: Sequence[Version]) -> dict[int, Outcome]:
    """Forecasts of the true mean weight, with the temperatures that were to be expected."""
    group, weighed, found = seen.group, weighings(seen.group), {}
    for horizon in HORIZONS:
        pairs = pairs_every(group, horizon, EVERY)
        rows = group.rows
        weighed_once = weighed.last(rows.placement[pairs.origin], rows.day[pairs.origin]) >= 0
        kept = weighed_once & seen.true.there[pairs.origin] & seen.true.there[pairs.target]
        pairs = Pairs(origin=pairs.origin[kept], target=pairs.target[kept])
        ahead = expected_ahead(group, seen.usual, pairs.origin, horizon)
        made = hindcast(group, seen.withheld, weighed, pairs, ahead, versions, default_priors())
        stage = group.placements.stage[rows.placement[pairs.origin]]
        found[horizon] = outcome(made, seen.true.weight[pairs.target], 0.0, stage)
    return found


def alarms_of(seen: Seen) -> tuple[Column, int, int]:
    """Days from each loss of growth to its alarm, false alarms, and placement-days watched."""
    weeks, group = seen.withheld.feed, seen.group
    judged = np.flatnonzero(quiet(group, weeks.placement, weeks.day))
    pen, day = alarms(weeks.placement[judged], weeks.day[judged], weeks.off[judged])
    fed = feeding_rows(seen)
    spells = losses(group.rows, np.where(fed, seen.true.lost, 0.0))
    found = answered(group.rows, spells, pen, day)
    return found.delay, found.false, int(fed.sum())
