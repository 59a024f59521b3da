"""Work with fish on land: vaccination, grading, culls for room, and early moves."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.truth.batch_setup import BatchSetup
from grilse.generator.truth.batch_truth import CULL_REASONS, VACCINES, EventLog
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load_parameters

_APPETITE = load_parameters("appetite")
_MORTALITY = load_parameters("mortality")

_HUSBANDRY = load_parameters("husbandry")
_VACCINE_OF_STAGE = {3: "dip", 4: "injection"}
_GRADED_STAGE = 5


class HallHusbandry:
    """The work with a batch in one hall."""

    def __init__(self, setup: BatchSetup, order: int, start: int) -> None:
        stage = setup.get_stage(order)
        next_stage = setup.get_stage(order + 1)
        self.stop = setup.get_batch_day(next_stage.start)
        self._earliest = max(self.stop - setup.world.early_days[order], start + 1)
        self._early = setup.world.early_days[order] > 0
        self._heavy = _HUSBANDRY["heavy"] * setup.world.get_stage(order).end_weight_g
        containers = [setup.world.get_container(name) for name in stage.containers]
        self.volumes = np.array([container.volume_m3 for container in containers])
        self._limit_kg = self.volumes * np.array([container.max_density_kg_m3 for container in containers])
        self._fast = _APPETITE["fast_before_move"] if order == 5 else 1
        random = setup.create_stream("land-work", order)
        queue = start + np.arange(len(containers)) // _HUSBANDRY["tanks_a_day"]
        self._vaccine, self._vaccination = -1, np.full(len(containers), -1)
        if order in _VACCINE_OF_STAGE:
            vaccine = _VACCINE_OF_STAGE[order]
            self._vaccine = VACCINES.index(vaccine)
            self._vaccination = queue + random.integers(*_HUSBANDRY[vaccine])
        self._grading = np.full(len(containers), -1)
        if order == _GRADED_STAGE:
            self._grading = queue + random.integers(*_HUSBANDRY["grading"])
        least, most = _MORTALITY["grading_cull"]
        self._cull_share = np.clip(
            random.uniform(least, most) + 0.004 * random.standard_normal(len(containers)), least, most
        )

    def is_fasting(self, day: int) -> bool:
        """Return whether the fish get no feed before their move."""
        return day >= self.stop - self._fast

    def compute_ration(self, mass_kg: Floats) -> Floats:
        """Return the share of the usual feed of each tank: less if it is nearly full."""
        return np.interp(mass_kg / self._limit_kg, _HUSBANDRY["ration_density"], [1.0, _HUSBANDRY["ration"]])

    def perform_work(
        self, day: int, count: Counts, weight: Floats, shock: Floats, log: EventLog, first_placement: int
    ) -> tuple[Counts, Floats]:
        """Do the work of a day, and return fish and shock after it."""
        handled = self._vaccination == day
        if handled.any():
            log.add("vaccinations", day, first_placement + np.flatnonzero(handled), self._vaccine)
        graded = self._grading == day
        out = np.where(graded, np.rint(count * self._cull_share), 0).astype(np.int64)
        _log_cull(log, day, first_placement, out, "grading")
        surplus = self._compute_surplus(count - out, weight)
        _log_cull(log, day, first_placement, surplus, "surplus")
        self._consider_moving(day, count, weight)
        return count - out - surplus, np.where(handled | graded, _APPETITE["handling_loss"], shock)

    def _compute_surplus(self, count: Counts, weight: Floats) -> Counts:
        crowded, relieved = _HUSBANDRY["tank_density"]
        mass = count * weight / 1000.0
        room = np.floor(self._limit_kg * relieved / weight * 1000.0).astype(np.int64)
        return np.where(mass > self._limit_kg * crowded, np.maximum(count - room, 0), 0)

    def _consider_moving(self, day: int, count: Counts, weight: Floats) -> None:
        """Move the fish earlier if they are heavy."""
        notice = day + int(_HUSBANDRY["move_notice"])
        if not self._early or notice >= self.stop:
            return
        mean = np.round((count * weight).sum() / max(int(count.sum()), 1), 1)
        if mean >= self._heavy:
            self.stop = max(notice, self._earliest)
            self._early = False


def _log_cull(log: EventLog, day: int, first_placement: int, fish: Counts, reason: str) -> None:
    tanks: NDArray[np.int64] = np.flatnonzero(fish)
    if tanks.size:
        log.add("culls", day, first_placement + tanks, fish[tanks], CULL_REASONS.index(reason))
