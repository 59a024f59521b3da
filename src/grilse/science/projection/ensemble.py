"""The futures of a group of batches: every member grows, warms and dies in its own way."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.estimation.base import GrowthBase
from grilse.science.estimation.priors import Priors, alevin_growth
from grilse.science.estimation.records import Places
from grilse.science.forecast import growth_at
from grilse.science.projection.departures import Stretch, drawn, matrix_root
from grilse.science.projection.losses import Losses, loss_habit, toll

EGGS = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """Joint belief of the k pens that stand at the end of the last day known."""

    root: Floats
    """Cube root of mean weight, g^(1/3), shape (k,)."""
    multiplier: Floats
    """Of growth, batch and pen together."""
    count: Floats
    covariance: Floats
    """Of root, multiplier and count one after another, shape (3k, 3k)."""
    batch_spread: Floats
    """Variance around 1 in which the multiplier of the pen's batch wanders."""
    pen_spread: Floats
    """Variance in which the pen's own wanders around it."""
    jumps: Floats
    """Relative variance of mean weight that shifts of level add a day."""
    degree_days: Floats
    """°C d since the fish were stocked as eggs."""
    batch: Places
    """Position of the batch whose losses the pen shares."""
    water: Places
    """Position of the water in which the pen stands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Water:
    """What lies ahead in one water, by steps; planned changes of stage lead on into the next one's."""

    stage: Places
    """Order of the stage, shape (steps,)."""
    sea: NDArray[np.bool_]
    usual_c: Floats
    """Usual temperature, °C."""
    departures: Sequence[Stretch]
    """Of the temperature, °C."""
    resting: Floats
    """Share of the days on which the fish fast and do not grow."""
    usual_hazard: Floats
    """Mean over batches without what grading and delousing take at once, 1/d."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """What lies ahead of a group."""

    step_days: int
    waters: Sequence[Water]
    losses: Sequence[Losses]
    """Of each batch."""
    unrecorded: float
    """Hazard of losses that nobody writes down, 1/d."""

    @property
    def steps(self) -> int:
        """Number of steps."""
        return int(self.waters[0].stage.size)


@dataclass(frozen=True, kw_only=True, slots=True)
class Futures:
    """Pens of every member now and at the end of each step, shape (steps + 1, k, members)."""

    step_days: int
    weight: Floats
    """g."""
    count: Floats
    biomass: Floats
    """kg."""


def futures(
    start: Start, ahead: Ahead, base: GrowthBase, priors: Priors, members: int, random: Generator
) -> Futures:
    """Draw an ensemble.

    Parameters
    ----------
    start, ahead : where the pens stand, and what is usual and believed of water and losses.
    base, priors : the estimator's growth at multiplier 1, and how the multiplier reverts and wanders.
    members : size of the ensemble.
    random : the group's own stream; the result depends on nothing else that is drawn.

    Returns
    -------
    Futures
        Deaths are expected ones of a drawn hazard: of thousands of fish, chance alone moves few.

    Source: Monte Carlo of the estimator's model; log-normal hazards after Persson 2021.
    """
    run = _Run(start, ahead, base, priors, members, random)
    weight = np.empty((ahead.steps + 1, start.root.size, members))
    count = np.empty_like(weight)
    weight[0], count[0] = run.weight, run.count
    for step in range(ahead.steps):
        run.live(step)
        weight[step + 1], count[step + 1] = run.weight, run.count
    biomass = weight * count
    biomass /= 1000.0
    return Futures(step_days=ahead.step_days, weight=weight, count=count, biomass=biomass)


class _Run:
    """The members of one group on their way; arrays are (k, members) where nothing else is said."""

    def __init__(
        self, start: Start, ahead: Ahead, base: GrowthBase, priors: Priors, members: int, random: Generator
    ) -> None:
        self.start, self.ahead, self.base, self.priors, self.random = start, ahead, base, priors, random
        self.shape = (start.root.size, members)
        mean = np.concatenate([start.root, start.multiplier, start.count])
        shocks = random.standard_normal((mean.size, members))
        first = mean[:, None] + np.einsum("ij,jm->im", matrix_root(start.covariance), shocks)
        self.root, self.multiplier, self.count = first.reshape(3, *self.shape)
        np.maximum(self.root, 0.1, out=self.root)
        np.maximum(self.count, 0.0, out=self.count)
        self.degree_days = np.repeat(start.degree_days[:, None], members, axis=1)
        self._look_ahead(members)
        self.toll = toll(ahead.losses, ahead.step_days, members, random)
        self.memory = loss_habit(young=False).memory ** ahead.step_days
        self.own_wave = random.standard_normal(self.shape)

    def _look_ahead(self, members: int) -> None:
        """Lay out what is ahead by step and water; temperature by member too."""
        ahead, random = self.ahead, self.random
        self.temperature = np.stack(
            [
                water.usual_c[:, None] + drawn(water.departures, ahead.step_days, members, random)
                for water in ahead.waters
            ],
            axis=1,
        )
        self.stage = np.stack([water.stage for water in ahead.waters], axis=1)
        self.sea = np.stack([water.sea for water in ahead.waters], axis=1)
        self.hazard = np.stack([water.usual_hazard for water in ahead.waters], axis=1)
        self.growing = 1.0 - np.stack([water.resting for water in ahead.waters], axis=1)

    @property
    def weight(self) -> Floats:
        """Mean weight, g; a product is far faster than a power."""
        return np.asarray(self.root * self.root * self.root)

    def live(self, step: int) -> None:
        """Grow and die for a step."""
        before = self.multiplier
        self.multiplier = self._wandered(step)
        self._grow(step, (before + self.multiplier) / 2.0)
        self._die(step)

    def _wandered(self, step: int) -> Floats:
        """Multiplier after a step: it reverts to 1, pushed by what the batch shares and by the pen's own."""
        start, shared = self.start, (len(self.ahead.losses), self.shape[1])
        keep = self.priors.keep**self.ahead.step_days
        together = self.random.standard_normal(shared)[start.batch]
        moved = self.random.standard_normal(shared)[start.batch] * self.priors.stage_multiplier_sd
        alone = self.random.standard_normal(self.shape)
        together *= np.sqrt(start.batch_spread * (1.0 - keep**2))[:, None]
        alone *= np.sqrt(start.pen_spread * (1.0 - keep**2))[:, None]
        new_stage = self.stage[step] != self.stage[max(step - 1, 0)]
        shift = np.where(new_stage[start.water][:, None], moved, 0.0)
        return np.asarray(1.0 + keep * (self.multiplier - 1.0) + together + alone + shift)

    def _grow(self, step: int, multiplier: Floats) -> None:
        stage, water = self.stage[step], self.start.water
        warmth = self.temperature[step]
        points, onward = self.base.points(warmth.T, stage, self.sea[step])
        points[:, stage == EGGS] = self.base.still
        gain, slope = growth_at(
            self.base, points.T[water].ravel(), onward.T[water].ravel(), self.root.ravel()
        )
        days = self.ahead.step_days * self.growing[step][water][:, None] * multiplier
        # What growth itself changes within the step counts to the second order.
        self.root += days * gain.reshape(self.shape) * (1.0 + 0.5 * days * slope.reshape(self.shape))
        if self.start.jumps.any():
            shift = np.sqrt(self.start.jumps * self.ahead.step_days)[:, None] / 3.0
            self.root *= 1.0 + shift * self.random.standard_normal(self.shape)
        warmer = self.degree_days + self.ahead.step_days * np.maximum(warmth, 0.0)[water]
        young = np.flatnonzero(stage[water] == EGGS)
        if young.size:
            path = alevin_growth(warmer[young], self.priors) / alevin_growth(
                self.degree_days[young], self.priors
            )
            self.root[young] *= np.cbrt(path)
        self.degree_days = warmer

    def _die(self, step: int) -> None:
        batch, toll = self.start.batch, self.toll
        self.own_wave *= self.memory
        self.own_wave += np.sqrt(1.0 - self.memory**2) * self.random.standard_normal(self.shape)
        own = toll.own_sd[step][batch][:, None] * self.own_wave
        hazard = self.hazard[step][self.start.water][:, None] * np.exp(toll.log_factor[step][batch] + own)
        self.count *= np.exp(-self.ahead.step_days * (hazard + self.ahead.unrecorded))
        self.count *= 1.0 - toll.culled[step][batch]
        if toll.deloused[step].any():
            treated = self.random.random(self.shape) < toll.treated[step][batch]
            self.count *= 1.0 - np.where(treated, toll.deloused[step][batch], 0.0)
