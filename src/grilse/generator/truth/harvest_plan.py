"""Plans the harvest of the pens of a batch by weight, time and limits, pen by pen over weeks."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.truth.batch_setup import BatchSetup
from grilse.generator.world.sites import WorldArea
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load_parameters

_HARVEST = load_parameters("harvest")
_HUSBANDRY = load_parameters("husbandry")
_NEVER = 1_000_000
_LOOK_BACK = int(_HUSBANDRY["look_back"])
_CROWDED = float(_HUSBANDRY["sea_density"])
_NOTICE_DAYS = int(_HUSBANDRY["harvest_notice"])


class HarvestPlan:
    """The harvest day of each pen in `days`; a large number until the harvest is booked."""

    def __init__(self, setup: BatchSetup, start: int, pens: int) -> None:
        stage = setup.get_stage(len(setup.batch.stages))
        random = setup.create_stream("harvest")
        self.days = np.full(pens, _NEVER)
        self.target = random.uniform(*_HARVEST["target"])
        weeks = random.integers(_HARVEST["weeks"][0], _HARVEST["weeks"][1] + 1)
        self._span = int(weeks) * 7
        self._lead = _HARVEST["lead_days"]
        self._last = min(setup.get_batch_day(stage.stop), start + setup.world.stage_days[-1])
        site = setup.world.get_site(stage.site)
        self._area_limit = site.max_biomass_kg if isinstance(site, WorldArea) else np.inf
        containers = [setup.world.get_container(name) for name in stage.containers]
        self._pen_limit = np.array([c.volume_m3 * c.max_density_kg_m3 for c in containers])
        narrow, wide = _HARVEST["spread_cv"]
        self.cv = random.uniform(narrow, wide, size=pens)
        self._means: list[float] = []
        self._decided = False

    def update_bookings(self, day: int, count: Counts, weight: Floats, rested: NDArray[np.int64]) -> None:
        """Book the harvests that weight, time or limits require; `rested` is the first allowed day of each pen."""
        mass = count * np.round(weight) / 1000.0
        self._means.append(float(np.round(mass.sum() * 1000.0 / max(int(count.sum()), 1))))
        if not self._decided and (self._reaches_target() or day + self._lead + self._span >= self._last):
            self._book_harvest(day, weight, rested)
        crowded = mass > _CROWDED * self._pen_limit
        if crowded.any():
            self._bring_forward(day, crowded)
        if mass.sum() > _CROWDED * self._area_limit:
            self._relieve_area(day, mass)

    def _reaches_target(self) -> bool:
        """Return whether the batch is at its target weight in the middle of a harvest that starts now."""
        if len(self._means) <= _LOOK_BACK or self._means[-1 - _LOOK_BACK] <= 0:
            return False
        daily = (self._means[-1] / self._means[-1 - _LOOK_BACK]) ** (1.0 / _LOOK_BACK)
        return self._means[-1] * daily ** (self._lead + self._span / 2) >= self.target

    def _book_harvest(self, day: int, weight: Floats, rested: NDArray[np.int64]) -> None:
        """Book all pens, the heaviest first, spread over the span; a pen waits only after a delousing."""
        order = np.argsort(-np.round(weight), kind="stable")
        booked = np.empty(weight.size, np.int64)
        booked[order] = day + self._lead + np.rint(np.linspace(0, self._span, weight.size)).astype(np.int64)
        booked = np.minimum(np.maximum(booked, rested), max(self._last, day + _NOTICE_DAYS))
        self.days = np.minimum(self.days, booked)
        self._decided = True

    def _bring_forward(self, day: int, pens: NDArray[np.bool_]) -> None:
        self.days = np.where(pens, np.minimum(self.days, day + _NOTICE_DAYS), self.days)

    def _relieve_area(self, day: int, mass: Floats) -> None:
        """Harvest the heaviest pens early, until the others keep the limit of the area."""
        leaving = self.days <= day + _NOTICE_DAYS
        for pen in np.argsort(-mass, kind="stable"):
            if mass[~leaving].sum() <= _CROWDED * self._area_limit:
                break
            leaving[pen] = True
        self._bring_forward(day, leaving)
