"""Simulates fry to post-smolt in tanks."""

from dataclasses import dataclass

import numpy as np

from grilse.generator.truth.assembly import StageRows, StageStock
from grilse.generator.truth.batch_setup import (
    BatchSetup,
    compute_daily_appetite,
    compute_shock_decay,
    compute_sickness,
    draw_container_growth,
    draw_hazard_deviates,
)
from grilse.generator.truth.batch_truth import EventLog
from grilse.generator.truth.hall_husbandry import HallHusbandry
from grilse.generator.truth.site_conditions import draw_hall_temperature
from grilse.science.arrays import Floats
from grilse.science.feeding import feed_intake_and_gain
from grilse.science.growth import tgc_weight
from grilse.science.mortality import cumulative_hazard, daily_hazard, lognormal_hazard, mortality_risk
from grilse.science.oxygen import appetite_share, oxygen_saturation
from grilse.science.parameters import load_parameters
from grilse.science.temperature import ar1_anomalies

_GROWTH = load_parameters("growth")
_MORTALITY = load_parameters("mortality")
_APPETITE = load_parameters("appetite")
_OXYGEN = load_parameters("oxygen")


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
