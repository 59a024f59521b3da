"""What people do with fish on land: vaccinate, grade, make room, and move them on early."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.truth.events import EventLog
from grilse.generator.truth.life import Life
from grilse.generator.truth.record import CULL_REASONS, VACCINES
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load

_APPETITE = load("appetite")
_MORTALITY = load("mortality")

# Stage, first and last day of the stage on which the first tank may be done.
_VACCINATION = {3: ("dip", 8, 25), 4: ("injection", 8, 30)}
_GRADING = {5: (20, 45)}
_TANKS_A_DAY = 2
# A group this far above the stage's end weight moves early, after these days of notice.
_HEAVY = 1.05
_NOTICE_DAYS = 3
# Surplus is taken out before a tank reaches its limit.
_CROWDED, _RELIEVED = 0.97, 0.94


class LandWork:
    """The work in one hall while a batch stands there."""

    def __init__(self, life: Life, order: int, start: int) -> None:
        stage = life.stage(order)
        next_stage = life.stage(order + 1)
        self.stop = life.day(next_stage.start)
        self._earliest = max(self.stop - life.world.early_days[order], start + 1)
        self._early = life.world.early_days[order] > 0
        self._heavy = _HEAVY * life.world.stage(order).end_weight_g
        containers = [life.world.container(name) for name in stage.containers]
        self.volumes = np.array([container.volume_m3 for container in containers])
        self._limit_kg = self.volumes * np.array([container.max_density_kg_m3 for container in containers])
        self._fast = _APPETITE["fast_before_move"] if order == 5 else 1
        random = life.random("land-work", order)
        queue = start + np.arange(len(containers)) // _TANKS_A_DAY
        self._vaccine, self._vaccination = -1, np.full(len(containers), -1)
        if order in _VACCINATION:
            vaccine, first, last = _VACCINATION[order]
            self._vaccine = VACCINES.index(vaccine)
            self._vaccination = queue + random.integers(first, last + 1)
        self._grading = np.full(len(containers), -1)
        if order in _GRADING:
            self._grading = queue + random.integers(*_GRADING[order])
        least, most = _MORTALITY["grading_cull"]
        self._cull_share = np.clip(
            random.uniform(least, most) + 0.004 * random.standard_normal(len(containers)), least, most
        )

    def fasting(self, day: int) -> bool:
        """Whether the fish get no feed because they are moved soon."""
        return day >= self.stop - self._fast

    def do(
        self, day: int, count: Counts, weight: Floats, shock: Floats, log: EventLog, first_placement: int
    ) -> tuple[Counts, Floats]:
        """The work of a day: fish and shock after it."""
        handled = self._vaccination == day
        if handled.any():
            log.add("vaccinations", day, first_placement + np.flatnonzero(handled), self._vaccine)
        graded = self._grading == day
        out = np.where(graded, np.rint(count * self._cull_share), 0).astype(np.int64)
        _cull(log, day, first_placement, out, "grading")
        surplus = self._surplus(count - out, weight)
        _cull(log, day, first_placement, surplus, "surplus")
        self._consider_moving(day, count, weight)
        return count - out - surplus, np.where(handled | graded, _APPETITE["handling_loss"], shock)

    def _surplus(self, count: Counts, weight: Floats) -> Counts:
        mass = count * weight / 1000.0
        room = np.floor(self._limit_kg * _RELIEVED / weight * 1000.0).astype(np.int64)
        return np.where(mass > self._limit_kg * _CROWDED, np.maximum(count - room, 0), 0)

    def _consider_moving(self, day: int, count: Counts, weight: Floats) -> None:
        """Bring the move forward when the group is heavy."""
        notice = day + _NOTICE_DAYS
        if not self._early or notice >= self.stop:
            return
        mean = np.round((count * weight).sum() / max(int(count.sum()), 1), 1)
        if mean >= self._heavy:
            self.stop = max(notice, self._earliest)
            self._early = False


def _cull(log: EventLog, day: int, first_placement: int, fish: Counts, reason: str) -> None:
    tanks: NDArray[np.int64] = np.flatnonzero(fish)
    if tanks.size:
        log.add("culls", day, first_placement + tanks, fish[tanks], CULL_REASONS.index(reason))
