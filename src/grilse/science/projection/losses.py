"""Coming losses: an anomaly of the hazard, and the losses at grading and delousing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.parameters import load_parameters
from grilse.science.projection.anomalies import (
    AnomalyModel,
    AnomalySegment,
    AnomalyState,
    draw_anomalies,
    filter_anomaly,
)
from grilse.science.temperature import YEAR_DAYS

DAYS_A_WEEK = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class LossConditions:
    """Coming conditions of a batch, by steps, shape (steps,)."""

    anomalies: Sequence[AnomalySegment]
    """Of the log hazard that its pens share, ln."""
    young: Mask
    """Whether the fish are eggs, alevins or fry."""
    sea: Mask
    grading: Mask
    """Steps in which the fish may be graded."""
    culled_share: float
    """Share that grading has culled already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnLosses:
    """Losses drawn for the members, shape (steps, batches, members)."""

    log_factor: Floats
    """Log of the hazard that the pens share over the typical one; with a pen's own anomaly the factor has mean 1."""
    pen_sd: Floats
    """SD of a pen's own anomaly of the log hazard, ln, shape (steps, batches)."""
    culled_share: Floats
    """Share culled at grading."""
    delousing_mortality: Floats
    """Share of the fish of a treated pen that a delousing kills."""
    treated_share: Floats
    """Probability that a pen is treated when there is a delousing."""


def hazard_anomaly_model(*, young: bool) -> AnomalyModel:
    """Return the anomaly model of the log hazard that a batch's pens share, ln; `young`: eggs, alevins and fry.

    Source: Persson et al. 2021, doi:10.1111/jfd.13560: log-SD 1.0, 70 % of the variance between
    batches; projection.toml.
    """
    values = load_parameters("projection")["losses"]
    memory = float(np.exp(-1.0 / values["wave_memory_days"]))
    lasting, waves = _split_hazard_variance(young)
    shared = waves if young else waves * (1.0 - values["own_share"])
    return AnomalyModel(persistent_sd=float(np.sqrt(lasting)), ar1_sd=float(np.sqrt(shared)), autocorrelation=memory)


def pen_hazard_sd(*, young: bool) -> float:
    """Return the SD of a pen's own anomaly of the log hazard, ln; its memory is that of `hazard_anomaly_model`.

    Source: projection.toml.
    """
    own = 0.0 if young else load_parameters("projection")["losses"]["own_share"]
    return float(np.sqrt(_split_hazard_variance(young)[1] * own))


def filter_hazard_anomaly(lost: Floats, usual: Floats, *, young: bool) -> AnomalyState:
    """Return the anomaly of a batch's log hazard, ln, estimated from the deaths of the last weeks.

    `lost` are the fish that died each week, oldest first, and `usual` the deaths of a typical batch, at least 0, both
    of shape (weeks,). With few expected deaths the estimate is shrunk to the mean over batches.

    Source: log of a Poisson count; a log-normal hazard has its mean half its log-variance above its median.
    """
    ratio = np.log((lost + 0.5) / (usual + 0.5)) + sum(_split_hazard_variance(young)) / 2.0
    error = load_parameters("projection")["losses"]["weekly_sd"] ** 2 + 1.0 / (usual + 0.5)
    return filter_anomaly(hazard_anomaly_model(young=young), ratio, error, DAYS_A_WEEK)


def gradual_hazard(hazard: Floats, stage: Indices, *, delousing: Mask) -> Floats:
    """Return the part of a planned hazard, 1/d, that does not occur at grading or, where `delousing`, at delousing.

    `hazard`, the orders `stage` and `delousing` have one shape. At least a tenth of the hazard remains, where a plan
    has less than these events take.

    Source: projection.toml.
    """
    values, month = load_parameters("projection"), load_parameters("mortality")["month_days"]
    grading = np.where(stage == values["grading"]["order"], values["grading"]["monthly"], 0.0)
    at_once = grading + np.where(delousing, values["delousing"]["monthly"], 0.0)
    return np.asarray(np.maximum(hazard - at_once / month, hazard / 10.0))


def draw_losses(batches: Sequence[LossConditions], step_days: int, members: int, random: Generator) -> DrawnLosses:
    """Draw the losses of the batches of a group for `members` members, from the group's stream.

    Grading happens once, on any day of its stage; delousings happen at random at sea.

    Source: projection.toml; share killed by a delousing: mortality.toml.
    """
    spread = [sum(_split_hazard_variance(young)) for young in (False, True)]
    total = np.stack([np.where(batch.young, spread[1], spread[0]) for batch in batches], axis=1)
    own = np.stack(
        [np.where(batch.young, pen_hazard_sd(young=True), pen_hazard_sd(young=False)) for batch in batches], axis=1
    )
    path = np.stack([draw_anomalies(batch.anomalies, step_days, members, random) for batch in batches], axis=1)
    culled = np.stack([_draw_culling(batch, members, random) for batch in batches], axis=1)
    sea = np.stack([batch.sea for batch in batches], axis=1)
    deloused, treated = _draw_delousing(sea, step_days, members, random)
    return DrawnLosses(
        log_factor=path - total[:, :, None] / 2.0,
        pen_sd=own,
        culled_share=culled,
        delousing_mortality=deloused,
        treated_share=treated,
    )


def _draw_culling(losses: LossConditions, members: int, random: Generator) -> Floats:
    values = load_parameters("projection")["grading"]
    share = values["share"] + values["sd"] * random.standard_normal(members) - losses.culled_share
    when = random.random(members)
    steps = np.flatnonzero(losses.grading)
    result = np.zeros((losses.grading.size, members))
    if steps.size:
        result[steps[(when * steps.size).astype(np.int64)], np.arange(members)] = np.maximum(share, 0.0)
    return result


def _draw_delousing(sea: Mask, step_days: int, members: int, random: Generator) -> tuple[Floats, Floats]:
    values, kills = load_parameters("projection")["delousing"], load_parameters("mortality")["delousing"]
    shape = (*sea.shape, members)
    # Some delousings treat only half of the pens: their rate is raised so that each pen has `yearly` delousings.
    reach = (1.0 + values["all_pens"]) / 2.0
    often = 1.0 - np.exp(-values["yearly"] * step_days / YEAR_DAYS / reach)
    comes = (random.random(shape) < often) & sea[:, :, None]
    share = kills["median"] * np.exp(kills["log_sd"] * random.standard_normal(shape))
    treated = np.where(random.random(shape) < values["all_pens"], 1.0, 0.5)
    return np.where(comes, np.minimum(share, kills["cap"]), 0.0), treated


def _split_hazard_variance(young: bool) -> tuple[float, float]:
    """Return the variances of the log hazard about its median: the lasting part, and the rest, a pen's own included."""
    mortality, losses = load_parameters("mortality"), load_parameters("projection")["losses"]
    total = losses["young_log_sd"] ** 2 if young else mortality["log_sd"] ** 2
    lasting = losses["young_lasting"] if young else mortality["between_batches"]
    return total * lasting, total * (1.0 - lasting)
