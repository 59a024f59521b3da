"""Ensemble of futures of a group of batches: temperature, growth and losses are drawn for every member."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation import PenStates
from grilse.science.estimation.growth_base import GrowthBase
from grilse.science.estimation.priors import Priors, alevin_growth
from grilse.science.forecast import interpolate_growth
from grilse.science.planned_growth import EGGS
from grilse.science.projection.anomalies import AnomalySegment, draw_anomalies, matrix_square_root
from grilse.science.projection.losses import LossConditions, draw_losses, hazard_anomaly_model


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectionStart(PenStates):
    """Joint estimate of the k active pens at the end of the last known day."""

    degree_days: Floats
    """°C d since the fish were stocked as eggs."""
    batch: Indices
    """Position of the batch whose losses the pen shares."""
    water: Indices
    """Position of the water in which the pen is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WaterConditions:
    """Coming conditions in one water, by steps, shape (steps,).

    A planned change of stage leads on into the conditions of the next stage.
    """

    stage: Indices
    """Order of the stage."""
    sea: Mask
    typical_temperature: Floats
    """°C."""
    anomalies: Sequence[AnomalySegment]
    """Of the temperature, °C."""
    fasting_share: Floats
    """Share of the days on which the fish fast and do not grow."""
    typical_hazard: Floats
    """Mean over batches without grading and delousing, 1/d."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectionConditions:
    """Coming conditions of a group."""

    step_days: int
    waters: Sequence[WaterConditions]
    losses: Sequence[LossConditions]
    """One per batch."""
    unrecorded_hazard: float
    """Hazard of unrecorded losses, 1/d."""

    @property
    def step_count(self) -> int:
        """Number of steps."""
        return int(self.waters[0].stage.size)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ensemble:
    """Pens of every member at the start and at the end of each step, shape (steps + 1, k, members)."""

    step_days: int
    weight: Floats
    """g."""
    count: Floats
    biomass: Floats
    """kg."""


def draw_ensemble(
    start: ProjectionStart,
    conditions: ProjectionConditions,
    base: GrowthBase,
    priors: Priors,
    members: int,
    random: Generator,
) -> Ensemble:
    """Draw an ensemble.

    Parameters
    ----------
    start, conditions : state of the pens, and the coming water and losses.
    base, priors : the estimator's growth at multiplier 1, and the mean reversion and noise of the multiplier.
    members : size of the ensemble.
    random : stream of the group; the result depends on no other draws.

    Deaths are the expected ones under a drawn hazard: among thousands of fish chance alone changes little.

    Source: Monte Carlo of the estimator's model; log-normal hazards after Persson et al. 2021.
    """
    run = _EnsembleRun(start, conditions, base, priors, members, random)
    weight = np.empty((conditions.step_count + 1, start.root.size, members))
    count = np.empty_like(weight)
    weight[0], count[0] = run.mean_weight, run.count
    for step in range(conditions.step_count):
        run.advance_step(step)
        weight[step + 1], count[step + 1] = run.mean_weight, run.count
    biomass = weight * count
    biomass /= 1000.0
    return Ensemble(step_days=conditions.step_days, weight=weight, count=count, biomass=biomass)


class _EnsembleRun:
    """The members of one group during the projection; arrays are (k, members) unless stated otherwise."""

    def __init__(
        self,
        start: ProjectionStart,
        conditions: ProjectionConditions,
        base: GrowthBase,
        priors: Priors,
        members: int,
        random: Generator,
    ) -> None:
        self.start, self.conditions, self.base, self.priors, self.random = (start, conditions, base, priors, random)
        self.shape = (start.root.size, members)
        mean = np.concatenate([start.root, start.multiplier, start.count])
        shocks = random.standard_normal((mean.size, members))
        first = mean[:, None] + np.einsum("ij,jm->im", matrix_square_root(start.covariance), shocks)
        self.root, self.multiplier, self.count = first.reshape(3, *self.shape)
        np.maximum(self.root, 0.1, out=self.root)
        np.maximum(self.count, 0.0, out=self.count)
        self.degree_days = np.repeat(start.degree_days[:, None], members, axis=1)
        self._stack_conditions(members)
        self.losses = draw_losses(conditions.losses, conditions.step_days, members, random)
        self.memory = hazard_anomaly_model(young=False).autocorrelation ** conditions.step_days
        self.own_wave = random.standard_normal(self.shape)

    def _stack_conditions(self, members: int) -> None:
        """Stack the conditions by step and water; temperature also by member."""
        conditions, random = self.conditions, self.random
        self.temperature = np.stack(
            [
                water.typical_temperature[:, None]
                + draw_anomalies(water.anomalies, conditions.step_days, members, random)
                for water in conditions.waters
            ],
            axis=1,
        )
        self.stage = np.stack([water.stage for water in conditions.waters], axis=1)
        self.sea = np.stack([water.sea for water in conditions.waters], axis=1)
        self.hazard = np.stack([water.typical_hazard for water in conditions.waters], axis=1)
        self.growing = 1.0 - np.stack([water.fasting_share for water in conditions.waters], axis=1)

    @property
    def mean_weight(self) -> Floats:
        """Mean weight, g; a product is far faster than a power."""
        return np.asarray(self.root * self.root * self.root)

    def advance_step(self, step: int) -> None:
        """Advance growth and losses by a step."""
        before = self.multiplier
        self.multiplier = self._revert_multiplier(step)
        self._grow_fish(step, (before + self.multiplier) / 2.0)
        self._apply_losses(step)

    def _revert_multiplier(self, step: int) -> Floats:
        """Return the multiplier after a step: it reverts to 1, with noise shared by the batch and noise of the pen."""
        start, shared = self.start, (len(self.conditions.losses), self.shape[1])
        keep = self.priors.multiplier_autocorrelation**self.conditions.step_days
        together = self.random.standard_normal(shared)[start.batch]
        moved = self.random.standard_normal(shared)[start.batch] * self.priors.stage_multiplier_sd
        alone = self.random.standard_normal(self.shape)
        together *= np.sqrt(start.batch_stationary_variance * (1.0 - keep**2))[:, None]
        alone *= np.sqrt(start.pen_stationary_variance * (1.0 - keep**2))[:, None]
        new_stage = self.stage[step] != self.stage[max(step - 1, 0)]
        shift = np.where(new_stage[start.water][:, None], moved, 0.0)
        return np.asarray(1.0 + keep * (self.multiplier - 1.0) + together + alone + shift)

    def _grow_fish(self, step: int, multiplier: Floats) -> None:
        stage, water = self.stage[step], self.start.water
        warmth = self.temperature[step]
        points, onward = self.base.find_grid_rows(warmth.T, stage, self.sea[step])
        points[:, stage == EGGS] = self.base.zero_growth_point
        gain, slope = interpolate_growth(self.base, points.T[water].ravel(), onward.T[water].ravel(), self.root.ravel())
        days = self.conditions.step_days * self.growing[step][water][:, None] * multiplier
        # Growth within the step changes the rate itself: second order.
        self.root += days * gain.reshape(self.shape) * (1.0 + 0.5 * days * slope.reshape(self.shape))
        if self.start.level_shift_variance.any():
            shift = np.sqrt(self.start.level_shift_variance * self.conditions.step_days)[:, None] / 3.0
            self.root *= 1.0 + shift * self.random.standard_normal(self.shape)
        warmer = self.degree_days + self.conditions.step_days * np.maximum(warmth, 0.0)[water]
        young = np.flatnonzero(stage[water] == EGGS)
        if young.size:
            path = alevin_growth(warmer[young], self.priors) / alevin_growth(self.degree_days[young], self.priors)
            self.root[young] *= np.cbrt(path)
        self.degree_days = warmer

    def _apply_losses(self, step: int) -> None:
        batch, losses = self.start.batch, self.losses
        self.own_wave *= self.memory
        self.own_wave += np.sqrt(1.0 - self.memory**2) * self.random.standard_normal(self.shape)
        own = losses.pen_sd[step][batch][:, None] * self.own_wave
        hazard = self.hazard[step][self.start.water][:, None] * np.exp(losses.log_factor[step][batch] + own)
        self.count *= np.exp(-self.conditions.step_days * (hazard + self.conditions.unrecorded_hazard))
        self.count *= 1.0 - losses.culled_share[step][batch]
        if losses.delousing_mortality[step].any():
            treated = self.random.random(self.shape) < losses.treated_share[step][batch]
            self.count *= 1.0 - np.where(treated, losses.delousing_mortality[step][batch], 0.0)
