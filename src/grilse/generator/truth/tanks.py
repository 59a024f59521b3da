"""Fry to post-smolt in their tanks."""

from dataclasses import dataclass

import numpy as np

from grilse.generator.truth.appetite import shock_fading, sickness, usual_appetite
from grilse.generator.truth.events import EventLog
from grilse.generator.truth.land_work import LandWork
from grilse.generator.truth.life import Life, container_growth, hazard_deviates
from grilse.generator.truth.stages import StageRows, Stock
from grilse.generator.truth.water import hall_temperature
from grilse.science.arrays import Floats
from grilse.science.feeding import day_of_feeding
from grilse.science.growth import tgc_weight
from grilse.science.mortality import daily, hazard_of_share, heavy_tail, risk
from grilse.science.oxygen import appetite_left, saturation
from grilse.science.parameters import load
from grilse.science.temperature import ar1

_GROWTH = load("growth")
_MORTALITY = load("mortality")
_APPETITE = load("appetite")
_OXYGEN = load("oxygen")


@dataclass(frozen=True, kw_only=True)
class _Conditions:
    """What does not depend on the fish; arrays are (days, tanks)."""

    temperature: Floats
    tgc: Floats
    hazard: Floats  # per day, above the weight of fry
    fry_hazard: Floats  # per day, up to it
    sick: Floats
    appetite: Floats
    oxygen_noise: Floats

    @classmethod
    def of(cls, life: Life, order: int, start: int, days: int) -> "_Conditions":
        tanks = len(life.stage(order).containers)
        lasting, waves = hazard_deviates(life, order, start, days, tanks)
        random = life.random("tanks", order)
        sick = sickness(lasting, waves)
        quality = life.brood * np.exp(_MORTALITY["tray_log_sd"] * random.standard_normal(tanks))
        tgc = _GROWTH["stage_tgc"][order - 1] * _GROWTH["freshwater_multiplier"]
        return cls(
            temperature=hall_temperature(life, order, start, days),
            tgc=tgc * container_growth(life, order, start, days, tanks),
            hazard=daily(heavy_tail(_MORTALITY["freshwater"], lasting + waves, _MORTALITY["freshwater_cap"])),
            fry_hazard=hazard_of_share(_MORTALITY["fry"]) * quality / _MORTALITY["fry_days"],
            sick=sick,
            appetite=usual_appetite(sick, random.standard_normal((days, tanks))),
            oxygen_noise=ar1(random.standard_normal((days, tanks)), 0.5, _OXYGEN["tank_noise_sd"]),
        )


def rear(life: Life, order: int, start: int, stock: Stock, log: EventLog, first_placement: int) -> StageRows:
    """The tanks of a stage from the day its fish arrive until they leave or the history ends."""
    hall = _Hall(life, order, start, stock)
    for day in range(start, life.last + 1):
        if day == hall.work.stop:
            break
        hall.live(day, log, first_placement)
    hall.rows.rows[:] = min(hall.work.stop, life.last + 1) - start
    if hall.work.stop <= life.last:
        hall.rows.leave_all(hall.work.stop, Stock(count=hall.count, weight=hall.weight))
    return hall.rows


class _Hall:
    """The tanks of a batch in one hall, stepped day by day."""

    def __init__(self, life: Life, order: int, start: int, stock: Stock) -> None:
        self.work = LandWork(life, order, start)
        longest = self.work.stop - start
        self._start = start
        self._given = _Conditions.of(life, order, start, longest)
        self._random = life.random("deaths", order)
        self.rows = StageRows.empty(order, start, longest, stock.count.size)
        self.count, self.weight = stock.count.copy(), stock.weight.copy()
        self._appetite = np.ones(stock.count.size)
        # Fry come from their trays down a pipe; all others were pumped.
        self._shock = np.full(stock.count.size, 0.0 if order == 2 else _APPETITE["handling_loss"])

    def live(self, day: int, log: EventLog, first_placement: int) -> None:
        """Breathe, eat, grow, die, and bear what people do."""
        t, given, rows = day - self._start, self._given, self.rows
        oxygen, eaten, gain = self._feed(day)
        hazard = np.where(self.weight < _MORTALITY["fry_limit"], given.fry_hazard, given.hazard[t])
        stress = 1.0 + _MORTALITY["handling_peak"] * self._shock
        dead = self._random.binomial(self.count, risk(hazard * stress))
        self.weight = self.weight + gain
        self.count, self._shock = self.work.do(
            day, self.count - dead, self.weight, self._shock * shock_fading(), log, first_placement
        )
        rows.count[t], rows.weight[t], rows.dead[t] = self.count, self.weight, dead
        rows.temperature[t], rows.oxygen[t], rows.appetite[t] = given.temperature[t], oxygen, self._appetite
        rows.eaten[t], rows.sick[t] = eaten, given.sick[t]

    def _feed(self, day: int) -> tuple[Floats, Floats, Floats]:
        """Oxygen of the day, and what the fish eat and gain in it."""
        t, given, weight = day - self._start, self._given, self.weight
        warmth, mass = given.temperature[t], self.count * weight / 1000.0
        oxygen = (
            saturation(mass / self.work.volumes, warmth, self._appetite, sea=False) + given.oxygen_noise[t]
        )
        oxygen = np.minimum(oxygen, _OXYGEN["tank_most"])
        usual = given.appetite[t] * (1.0 - self._shock) * appetite_left(oxygen, warmth)
        self._appetite = np.zeros(weight.size) if self.work.fasting(day) else usual * self.work.ration(mass)
        potential = tgc_weight(weight, given.tgc[t], warmth) - weight
        eaten, gain = day_of_feeding(weight, warmth, potential, self._appetite)
        return oxygen, eaten, gain
