"""One group of batches, estimated in memory, beside its hidden truth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.generator.backtest.part import (
    ANSWERS,
    FIRST_YEAR,
    QUANTITIES,
    STAGES,
    YEARS,
    Column,
    Gain,
    Part,
    PenDays,
)
from grilse.generator.backtest.truth import TrueRows
from grilse.growth.groups import Named
from grilse.growth.hindcasts import HORIZONS, Outcome, outcome
from grilse.growth.usual import expected_ahead
from grilse.science.estimation import OPEN, Estimate, Group, Kind, States, Version, default_priors
from grilse.science.estimation.alarm import alarms, answered, losses, quiet
from grilse.science.estimation.baselines import feed_over_fcr, plain_tgc
from grilse.science.estimation.weighings import weighings
from grilse.science.hindcast import Pairs, hindcast, pairs_every
from grilse.science.parameters import load
from grilse.science.scores import LEVELS, interval_needed, relative_error

BEFORE_HARVEST = 7  # days
EVERY = 30  # days from one origin of a forecast to the next
AT_SEA = (120, 240)  # days between which hindsight is judged
FEEDING = 2  # order of the first stage that is fed
BASELINES = ("plain TGC", "reset at each sample", "feed / FCR")


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A group beside its truth."""

    named: Named
    true: TrueRows
    usual: Column
    """Usual °C by placement and day of the year."""
    withheld: Estimate
    """Of an estimate to which harvests told nothing."""
    told: Estimate
    """Of one to which they told all."""
    alone: Estimate
    """Of one that knew neither harvests nor feed: weights alone."""

    @property
    def group(self) -> Group:
        """The group."""
        return self.named.group


def compare(seen: Seen, versions: Sequence[Version]) -> Part:
    """Hold every answer about a group against its truth."""
    by_stage, by_year = _needed(seen)
    walks = _walks(seen.group)
    delays, false, watched = _alarms(seen)
    return Part(
        batches=seen.named.batches,
        over=_over(seen.group),
        pen_days=_before_harvest(seen, walks),
        by_stage=by_stage,
        by_year=by_year,
        off=_off(seen, walks),
        weight_gain=_weight_gain(seen),
        fed_gain=_fed_gain(seen),
        biomass_gain=_biomass_gain(seen),
        outcomes=_forecasts(seen, versions),
        delays=delays,
        false_alarms=false,
        watched_days=watched,
    )


def _fed(seen: Seen) -> NDArray[np.bool_]:
    """Rows on which fish stood that feed."""
    stage = seen.group.placements.stage[seen.group.rows.placement]
    return np.asarray((stage >= FEEDING) & seen.true.there)


def _answers(states: States, answer: str) -> dict[str, tuple[Column, Column]]:
    """Estimate and SD of each quantity."""
    if answer == "known":
        return {
            "weight": (states.mean_weight, states.mean_weight_sd),
            "count": (states.count_estimate, states.count_sd),
            "biomass": (states.biomass, states.biomass_sd),
        }
    return {
        "weight": (states.hindsight_weight, states.hindsight_weight_sd),
        "count": (states.hindsight_count, states.hindsight_count_sd),
        "biomass": (states.hindsight_biomass, states.hindsight_biomass_sd),
    }


def _needed(seen: Seen) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many placement-days need which interval; hindsight knows the harvests, as on the page."""
    fed, rows = np.flatnonzero(_fed(seen)), seen.group.rows
    stage = seen.group.placements.stage[rows.placement[fed]]
    year = rows.day[fed].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970 - FIRST_YEAR
    truth = {"weight": seen.true.weight, "count": seen.true.count, "biomass": seen.true.biomass}
    shape = (len(ANSWERS), len(QUANTITIES))
    by_stage = np.zeros((*shape, STAGES, LEVELS + 1), dtype=np.int64)
    by_year = np.zeros((*shape, YEARS, LEVELS + 1), dtype=np.int64)
    for a, estimate in enumerate((seen.withheld, seen.told)):
        for q, (value, sd) in enumerate(_answers(estimate.placements, ANSWERS[a]).values()):
            needed = interval_needed(value[fed], sd[fed], truth[QUANTITIES[q]][fed])
            np.add.at(by_stage[a, q], (np.minimum(stage, STAGES - 1), needed), 1)
            np.add.at(by_year[a, q], (year, needed), 1)
    return by_stage, by_year


def _walks(group: Group) -> dict[str, Column]:
    """Mean weights by the ways without an estimator, g."""
    priors, by_stage = default_priors(), load("planning")["stage_tgc"]
    tgc = np.array([by_stage.get(str(order), 0.0) for order in range(1, STAGES)])
    plain, reset, fed = BASELINES
    return {
        plain: plain_tgc(group, tgc, priors, reset=False),
        reset: plain_tgc(group, tgc, priors, reset=True),
        fed: feed_over_fcr(group, priors),
    }


def _before_harvest(seen: Seen, walks: dict[str, Column]) -> PenDays:
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


def _off(seen: Seen, walks: dict[str, Column]) -> Column:
    """Sums by stage over fed placement-days: days, |error| and error of weight, |error| of each baseline."""
    fed = _fed(seen)
    stage = np.minimum(seen.group.placements.stage[seen.group.rows.placement[fed]], STAGES - 1)
    true = seen.true.weight[fed]
    error = relative_error(seen.withheld.placements.mean_weight[fed], true)
    columns = [np.ones(error.size), np.abs(error), error]
    columns += [np.abs(relative_error(weight[fed], true)) for weight in walks.values()]
    return np.stack([np.bincount(stage, column, STAGES) for column in columns])


def _at_sea(seen: Seen) -> NDArray[np.bool_]:
    """Rows of the days at sea on which hindsight is judged."""
    group = seen.group
    sea = group.placements.sea
    arrived = np.full(group.batch_start.size, OPEN)
    np.minimum.at(arrived, group.placements.batch[sea], group.placements.start[sea])
    days = group.rows.day - arrived[group.placements.batch[group.rows.placement]]
    first, last = AT_SEA
    return np.asarray(sea[group.rows.placement] & (days >= first) & (days <= last) & seen.true.there)


def _weight_gain(seen: Seen) -> Gain:
    """Hindsight of weight from weights alone."""
    return _gained(seen.alone.placements, "weight", seen.true.weight, _at_sea(seen))


def _fed_gain(seen: Seen) -> Gain:
    """Hindsight of weight from weights and feed."""
    return _gained(seen.withheld.placements, "weight", seen.true.weight, _at_sea(seen))


def _biomass_gain(seen: Seen) -> Gain:
    """Hindsight of biomass in pens whose harvest is in."""
    movements = seen.group.movements
    harvested = np.zeros(seen.group.placements.start.size, dtype=np.bool_)
    harvested[movements.source[movements.kind == Kind.HARVEST]] = True
    judged = _at_sea(seen) & harvested[seen.group.rows.placement]
    return _gained(seen.told.placements, "biomass", seen.true.biomass, judged)


def _gained(states: States, quantity: str, true: Column, judged: NDArray[np.bool_]) -> Gain:
    known, hindsight = (
        np.abs(relative_error(_answers(states, answer)[quantity][0][judged], true[judged])).sum()
        for answer in ANSWERS
    )
    return Gain(known=float(known), hindsight=float(hindsight), number=int(judged.sum()))


def _forecasts(seen: Seen, versions: Sequence[Version]) -> dict[int, Outcome]:
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


def _alarms(seen: Seen) -> tuple[Column, int, int]:
    """Days from each loss of growth to its alarm, false alarms, and placement-days watched."""
    weeks, group = seen.withheld.feed, seen.group
    judged = np.flatnonzero(quiet(group, weeks.placement, weeks.day))
    pen, day = alarms(weeks.placement[judged], weeks.day[judged], weeks.off[judged])
    fed = _fed(seen)
    spells = losses(group.rows, np.where(fed, seen.true.lost, 0.0))
    found = answered(group.rows, spells, pen, day)
    return found.delay, found.false, int(fed.sum())


def _over(group: Group) -> NDArray[np.int64]:
    """Day on which the last pen of each batch was left, -1 while fish stand or where there was no harvest."""
    placements, movements = group.placements, group.movements
    last = np.full(group.batch_start.size, -1)
    np.maximum.at(last, placements.batch, placements.stop)
    harvested = np.zeros(last.size, dtype=np.bool_)
    harvested[placements.batch[movements.source[movements.kind == Kind.HARVEST]]] = True
    return np.where(harvested & (last < OPEN), last, -1)
