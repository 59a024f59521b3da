"""Estimated states of a group beside the true ones."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.backtest.part import ANSWERS, FIRST_YEAR, QUANTITIES, STAGES, YEARS, Column, PenDays
from grilse.generator.backtest.seen import Seen, answers, feeding_rows
from grilse.science.estimation import OPEN, Group, Kind, default_priors
from grilse.science.estimation.baselines import feed_over_fcr, plain_tgc
from grilse.science.parameters import load
from grilse.science.scores import LEVELS, interval_needed, relative_error

BEFORE_HARVEST = 7  # days
BASELINES = ("plain TGC", "reset at each sample", "feed / FCR")


def needed_intervals(seen: Seen) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many placement-days need which interval; hindsight knows the harvests, as on the page."""
    fed, rows = np.flatnonzero(feeding_rows(seen)), seen.group.rows
    stage = seen.group.placements.stage[rows.placement[fed]]
    year = rows.day[fed].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970 - FIRST_YEAR
    truth = {"weight": seen.true.weight, "count": seen.true.count, "biomass": seen.true.biomass}
    shape = (len(ANSWERS), len(QUANTITIES))
    by_stage = np.zeros((*shape, STAGES, LEVELS + 1), dtype=np.int64)
    by_year = np.zeros((*shape, YEARS, LEVELS + 1), dtype=np.int64)
    for a, estimate in enumerate((seen.withheld, seen.told)):
        for q, (value, sd) in enumerate(answers(estimate.placements, ANSWERS[a]).values()):
            needed = interval_needed(value[fed], sd[fed], truth[QUANTITIES[q]][fed])
            np.add.at(by_stage[a, q], (np.minimum(stage, STAGES - 1), needed), 1)
            np.add.at(by_year[a, q], (year, needed), 1)
    return by_stage, by_year


def walks_of(group: Group) -> dict[str, Column]:
    """Mean weights by the ways without an estimator, g."""
    priors, by_stage = default_priors(), load("planning")["stage_tgc"]
    tgc = np.array([by_stage.get(str(order), 0.0) for order in range(1, STAGES)])
    plain, reset, fed = BASELINES
    return {
        plain: plain_tgc(group, tgc, priors, reset=False),
        reset: plain_tgc(group, tgc, priors, reset=True),
        fed: feed_over_fcr(group, priors),
    }


def before_harvest(seen: Seen, walks: dict[str, Column]) -> PenDays:
    """Errors of biomass in the week before the first harvest of each pen."""
    group, movements = seen.group, seen.group.movements
    first = np.full(group.placements.start.size, OPEN)
    harvested = movements.kind == Kind.HARVEST
    np.minimum.at(first, movements.source[harvested], movements.day[harvested])
    ahead = first[group.rows.placement] - group.rows.day
    at = np.flatnonzero((ahead >= 1) & (ahead <= BEFORE_HARVEST) & seen.true.there)
    pen, states = group.rows.placement[at], seen.withheld.placements
    true = seen.true.biomass[at]
    return PenDays(
        batch=seen.named.batches[group.placements.batch[pen]],
        pen=seen.named.placements[pen],
        day=group.rows.day[at],
        error=relative_error(states.biomass[at], true),
        hindsight_error=relative_error(states.hindsight_biomass[at], true),
        baselines={
            name: relative_error(states.count[at] * weight[at] / 1000.0, true)
            for name, weight in walks.items()
        },
    )


def weight_errors(seen: Seen, walks: dict[str, Column]) -> Column:
    """Sums by stage over fed placement-days: days, |error| and error of weight, |error| of each baseline."""
    fed = feeding_rows(seen)
    stage = np.minimum(seen.group.placements.stage[seen.group.rows.placement[fed]], STAGES - 1)
    true = seen.true.weight[fed]
    error = relative_error(seen.withheld.placements.mean_weight[fed], true)
    columns = [np.ones(error.size), np.abs(error), error]
    columns += [np.abs(relative_error(weight[fed], true)) for weight in walks.values()]
    return np.stack([np.bincount(stage, column, STAGES) for column in columns])
