"""Losses ahead: a hazard that departs from the usual, and what grading and delousing take at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.parameters import load
from grilse.science.projection.departures import Departure, Habit, Stretch, drawn, seen

DAYS_A_WEEK = 7
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Losses:
    """What lies ahead of a batch, by steps."""

    departures: Sequence[Stretch]
    """Of the log hazard that its pens share, ln."""
    young: NDArray[np.bool_]
    """Whether the fish are eggs, alevins or fry, shape (steps,)."""
    sea: NDArray[np.bool_]
    graded: NDArray[np.bool_]
    """Steps in which the fish may be graded."""
    culled: float
    """Share that grading took already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Toll:
    """Losses drawn for the members, shape (steps, batches, members)."""

    log_factor: Floats
    """Hazard that pens share over the usual, ln; with a pen's own waves the factor is 1 in the mean."""
    own_sd: Floats
    """SD of a pen's own waves of the log hazard, ln, shape (steps, batches)."""
    culled: Floats
    """Share taken out by grading."""
    deloused: Floats
    """Share of the fish of a treated pen that a delousing kills."""
    treated: Floats
    """Chance of a pen to be among the treated, where there is a delousing."""


def loss_habit(*, young: bool) -> Habit:
    """How the log hazard that all pens of a batch share departs from the mean over batches.

    Parameters
    ----------
    young : whether of eggs, alevins and fry.

    Returns
    -------
    Habit
        ln.

    Source: Persson 2021: log-SD 1.0, 70 % of the variance between batches; projection.toml.
    """
    values = load("projection")["losses"]
    memory = float(np.exp(-1.0 / values["wave_memory_days"]))
    lasting, waves = _variances(young)
    shared = waves if young else waves * (1.0 - values["own_share"])
    return Habit(lasting_sd=float(np.sqrt(lasting)), wave_sd=float(np.sqrt(shared)), memory=memory)


def own_sd(*, young: bool) -> float:
    """SD of the waves that a pen has for itself.

    Parameters
    ----------
    young : whether of eggs, alevins and fry.

    Returns
    -------
    float
        ln; their memory is that of `loss_habit`.

    Source: projection.toml.
    """
    own = 0.0 if young else load("projection")["losses"]["own_share"]
    return float(np.sqrt(_variances(young)[1] * own))


def loss_departure(lost: Floats, usual: Floats, *, young: bool) -> Departure:
    """What the recorded deaths of the last weeks say of a batch.

    Parameters
    ----------
    lost : fish that died each week, oldest first, shape (weeks,).
    usual : fish that the mean over batches would have lost, at least 0, shape (weeks,).
    young : whether of eggs, alevins and fry.

    Returns
    -------
    Departure
        Of the log hazard, ln, shrunk to the mean over batches where few fish were to be lost.

    Source: log of a Poisson count; a log-normal hazard has its mean half its log-variance above its median.
    """
    ratio = np.log((lost + 0.5) / (usual + 0.5)) + sum(_variances(young)) / 2.0
    error = load("projection")["losses"]["weekly_sd"] ** 2 + 1.0 / (usual + 0.5)
    return seen(loss_habit(young=young), ratio, error, DAYS_A_WEEK)


def gradual(hazard: Floats, stage: NDArray[np.int64], *, delousing: NDArray[np.bool_]) -> Floats:
    """Part of a plan's hazard that does not come at once.

    Parameters
    ----------
    hazard : of the plan, 1/d, any shape.
    stage : order of the stage.
    delousing : whether what delousing takes is left out; what grading takes always is.

    Returns
    -------
    Floats
        1/d, shape of `hazard`; at least a tenth of it stays, where a plan has less than these take.

    Source: projection.toml.
    """
    values, month = load("projection"), load("mortality")["month_days"]
    grading = np.where(stage == values["grading"]["order"], values["grading"]["monthly"], 0.0)
    at_once = grading + np.where(delousing, values["delousing"]["monthly"], 0.0)
    return np.asarray(np.maximum(hazard - at_once / month, hazard / 10.0))


def toll(batches: Sequence[Losses], step_days: int, members: int, random: Generator) -> Toll:
    """Draw the losses of the batches of a group.

    Parameters
    ----------
    batches : what lies ahead of each.
    step_days : length of a step, d.
    members : size of the ensemble.
    random : the group's stream.

    Returns
    -------
    Toll
        Grading comes once, on any day of its stage; delousings come at random at sea.

    Source: projection.toml; share killed by a delousing: mortality.toml.
    """
    spread = [sum(_variances(young)) for young in (False, True)]
    total = np.stack([np.where(one.young, spread[1], spread[0]) for one in batches], axis=1)
    own = np.stack([np.where(one.young, own_sd(young=True), own_sd(young=False)) for one in batches], axis=1)
    path = np.stack([drawn(one.departures, step_days, members, random) for one in batches], axis=1)
    culled = np.stack([_culled(one, members, random) for one in batches], axis=1)
    sea = np.stack([one.sea for one in batches], axis=1)
    deloused, treated = _deloused(sea, step_days, members, random)
    return Toll(
        log_factor=path - total[:, :, None] / 2.0,
        own_sd=own,
        culled=culled,
        deloused=deloused,
        treated=treated,
    )


def _culled(losses: Losses, members: int, random: Generator) -> Floats:
    values = load("projection")["grading"]
    share = values["share"] + values["sd"] * random.standard_normal(members) - losses.culled
    when = random.random(members)
    steps = np.flatnonzero(losses.graded)
    result = np.zeros((losses.graded.size, members))
    if steps.size:
        result[steps[(when * steps.size).astype(np.int64)], np.arange(members)] = np.maximum(share, 0.0)
    return result


def _deloused(
    sea: NDArray[np.bool_], step_days: int, members: int, random: Generator
) -> tuple[Floats, Floats]:
    values, kills = load("projection")["delousing"], load("mortality")["delousing"]
    shape = (*sea.shape, members)
    # Where half of the pens are left out, treatments come the oftener, so that a pen has its number of them.
    reach = (1.0 + values["all_pens"]) / 2.0
    often = 1.0 - np.exp(-values["yearly"] * step_days / DAYS_A_YEAR / reach)
    comes = (random.random(shape) < often) & sea[:, :, None]
    share = kills["median"] * np.exp(kills["log_sd"] * random.standard_normal(shape))
    treated = np.where(random.random(shape) < values["all_pens"], 1.0, 0.5)
    return np.where(comes, np.minimum(share, kills["cap"]), 0.0), treated


def _variances(young: bool) -> tuple[float, float]:
    """Variances of the log hazard about its median: what lasts, and waves, a pen's own among them."""
    mortality, losses = load("mortality"), load("projection")["losses"]
    total = losses["young_log_sd"] ** 2 if young else mortality["log_sd"] ** 2
    lasting = losses["young_lasting"] if young else mortality["between_batches"]
    return total * lasting, total * (1.0 - lasting)
