"""Simulates fry to post-smolt in tanks, with vaccination, grading, culls at high density and early moves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.generator.truth.assembly import StageRows, StageStock
from grilse.generator.truth.batch_setup import (
    BatchSetup,
    compute_daily_appetite,
    compute_shock_decay,
    compute_sickness,
    draw_container_growth,
    draw_hazard_deviates,
)
from grilse.generator.truth.batch_truth import CULL_REASONS, VACCINES, EventLog
from grilse.generator.truth.site_conditions import draw_hall_temperature
from grilse.science.arrays import Counts, Floats
from grilse.science.feeding import feed_intake_and_gain
from grilse.science.growth import tgc_weight
from grilse.science.mortality import cumulative_hazard, daily_hazard, lognormal_hazard, mortality_risk
from grilse.science.oxygen import appetite_share, oxygen_saturation
from grilse.science.parameters import load_parameters
from grilse.science.temperature import ar1_anomalies

_APPETITE = load_parameters("appetite")
_MORTALITY = load_parameters("mortality")
_HUSBANDRY = load_parameters("husbandry")
_VACCINE_OF_STAGE = {3: "dip", 4: "injection"}
_GRADED_STAGE = 5
_GROWTH = load_parameters("growth")
_OXYGEN = load_parameters("oxygen")


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


@dataclass(frozen=True, kw_only=True)
class _TankConditions:
    """The conditions that do not depend on the fish; arrays are (days, tanks)."""

    temperature: Floats
    tgc: Floats
    hazard: Floats  # per day, for fish heavier than fry
    fry_hazard: Floats  # per day, for fry
    sick: Floats
    appetite: Floats
    oxygen_noise: Floats

    @classmethod
    def draw_conditions(cls, setup: BatchSetup, order: int, start: int, days: int) -> "_TankConditions":
        tanks = len(setup.get_stage(order).containers)
        lasting, waves = draw_hazard_deviates(setup, order, start, days, tanks)
        random = setup.create_stream("tanks", order)
        sick = compute_sickness(lasting, waves)
        quality = setup.egg_quality * np.exp(_MORTALITY["tray_log_sd"] * random.standard_normal(tanks))
        tgc = _GROWTH["stage_tgc"][order - 1] * _GROWTH["freshwater_multiplier"]
        return cls(
            temperature=draw_hall_temperature(setup, order, start, days),
            tgc=tgc * draw_container_growth(setup, order, start, days, tanks),
            hazard=daily_hazard(
                lognormal_hazard(_MORTALITY["freshwater"], lasting + waves, _MORTALITY["freshwater_cap"])
            ),
            fry_hazard=cumulative_hazard(_MORTALITY["fry"]) * quality / _MORTALITY["fry_days"],
            sick=sick,
            appetite=compute_daily_appetite(sick, random.standard_normal((days, tanks))),
            oxygen_noise=ar1_anomalies(random.standard_normal((days, tanks)), 0.5, _OXYGEN["tank_noise_sd"]),
        )


def rear_stage(
    setup: BatchSetup, order: int, start: int, stock: StageStock, log: EventLog, first_placement: int
) -> StageRows:
    """Return the rows of the tanks of a stage until the fish leave or the history ends."""
    hall = _TankSimulation(setup, order, start, stock)
    for day in range(start, setup.last + 1):
        if day == hall.work.stop:
            break
        hall.simulate_day(day, log, first_placement)
    hall.rows.rows[:] = min(hall.work.stop, setup.last + 1) - start
    if hall.work.stop <= setup.last:
        hall.rows.close_containers(hall.work.stop, StageStock(count=hall.count, weight=hall.weight))
    return hall.rows


class _TankSimulation:
    """The tanks of a batch in one hall, simulated day by day."""

    def __init__(self, setup: BatchSetup, order: int, start: int, stock: StageStock) -> None:
        self.work = HallHusbandry(setup, order, start)
        longest = self.work.stop - start
        self._start = start
        self._conditions = _TankConditions.draw_conditions(setup, order, start, longest)
        self._random = setup.create_stream("deaths", order)
        self.rows = StageRows(order, start, longest, stock.count.size)
        self.count, self.weight = stock.count.copy(), stock.weight.copy()
        self._appetite = np.ones(stock.count.size)
        # Fry come from their trays through a pipe; all others are pumped.
        self._shock = np.full(stock.count.size, 0.0 if order == 2 else _APPETITE["handling_loss"])

    def simulate_day(self, day: int, log: EventLog, first_placement: int) -> None:
        """Simulate oxygen, feeding, growth, deaths and the work of a day."""
        t, conditions, rows = day - self._start, self._conditions, self.rows
        oxygen, eaten, gain = self._feed_fish(day)
        hazard = np.where(self.weight < _MORTALITY["fry_limit"], conditions.fry_hazard, conditions.hazard[t])
        stress = 1.0 + _MORTALITY["handling_peak"] * self._shock
        dead = self._random.binomial(self.count, mortality_risk(hazard * stress))
        self.weight = self.weight + gain
        self.count, self._shock = self.work.perform_work(
            day, self.count - dead, self.weight, self._shock * compute_shock_decay(), log, first_placement
        )
        rows.count[t], rows.weight[t], rows.dead[t] = self.count, self.weight, dead
        rows.temperature[t], rows.oxygen[t], rows.appetite[t] = (conditions.temperature[t], oxygen, self._appetite)
        rows.eaten[t], rows.sick[t] = eaten, conditions.sick[t]

    def _feed_fish(self, day: int) -> tuple[Floats, Floats, Floats]:
        """Return the oxygen of the day, and the feed eaten and the gain of the fish."""
        t, conditions, weight = day - self._start, self._conditions, self.weight
        warmth, mass = conditions.temperature[t], self.count * weight / 1000.0
        oxygen = (
            oxygen_saturation(mass / self.work.volumes, warmth, self._appetite, sea=False) + conditions.oxygen_noise[t]
        )
        oxygen = np.minimum(oxygen, _OXYGEN["tank_most"])
        usual = conditions.appetite[t] * (1.0 - self._shock) * appetite_share(oxygen, warmth)
        self._appetite = np.zeros(weight.size) if self.work.is_fasting(day) else usual * self.work.compute_ration(mass)
        potential = tgc_weight(weight, conditions.tgc[t], warmth) - weight
        eaten, gain = feed_intake_and_gain(weight, warmth, potential, self._appetite)
        return oxygen, eaten, gain
