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
    work = LandWork(life, order, start)
    longest = work.stop - start
    days = min(longest, life.last + 1 - start)
    given = _Conditions.of(life, order, start, longest)
    rows = StageRows.empty(order, start, days, stock.count.size)
    random = life.random("deaths", order)
    volume = work.volumes
    count, weight = stock.count.copy(), stock.weight.copy()
    appetite = np.ones(count.size)
    # Fry come from their trays down a pipe; all others were pumped.
    shock = np.full(count.size, 0.0 if order == 2 else _APPETITE["handling_loss"])
    for t in range(days):
        day = start + t
        if day == work.stop:
            break
        warmth = given.temperature[t]
        mass = count * weight / 1000.0
        oxygen = saturation(mass / volume, warmth, appetite, sea=False) + given.oxygen_noise[t]
        oxygen = np.minimum(oxygen, 110.0)
        appetite = given.appetite[t] * (1.0 - shock) * appetite_left(oxygen, warmth) * work.ration(mass)
        if work.fasting(day):
            appetite = np.zeros(count.size)
        eaten, gain = day_of_feeding(
            weight, warmth, tgc_weight(weight, given.tgc[t], warmth) - weight, appetite
        )
        hazard = np.where(weight < _MORTALITY["fry_limit"], given.fry_hazard, given.hazard[t])
        stress = 1.0 + _MORTALITY["handling_peak"] * shock
        dead = random.binomial(count, risk(hazard * stress))
        weight = weight + gain
        count = count - dead
        shock = shock * shock_fading()
        count, shock = work.do(day, count, weight, shock, log, first_placement)
        rows.count[t], rows.weight[t], rows.dead[t] = count, weight, dead
        rows.temperature[t], rows.oxygen[t], rows.appetite[t] = warmth, oxygen, appetite
        rows.eaten[t], rows.sick[t] = eaten, given.sick[t]
    if work.stop <= life.last:
        rows.leave_all(work.stop, Stock(count=count, weight=weight))
    return rows
