"""Eggs and alevins in their trays: they develop with the water's temperature and do not feed."""

import numpy as np

from grilse.generator.truth.life import Life
from grilse.generator.truth.stages import StageRows, Stock
from grilse.generator.truth.water import hall_temperature
from grilse.science.arrays import Counts, Floats
from grilse.science.eggs import hatched, yolk_weight
from grilse.science.mortality import hazard_of_share, risk
from grilse.science.oxygen import saturation
from grilse.science.parameters import load

_MORTALITY = load("mortality")
_EGGS = load("eggs")
_OXYGEN = load("oxygen")


def stocked(life: Life) -> Stock:
    """Eyed eggs, spread evenly over the trays."""
    trays = len(life.stage(1).containers)
    shares = np.arange(trays + 1) * life.batch.eggs // trays
    return Stock(count=np.diff(shares), weight=np.full(trays, _EGGS["egg_weight"]))


def incubate(life: Life) -> StageRows:
    """The trays from the arrival of the eggs until the alevins leave."""
    stop = life.day(life.stage(2).start)
    days = min(stop, life.last + 1)
    stock = stocked(life)
    rows = StageRows.empty(1, 0, days, stock.count.size)
    temperature = hall_temperature(life, 1, 0, stop)
    rows.temperature[:] = temperature[:days]
    rows.weight[:] = yolk_weight(temperature)[:days]
    rows.count[:], rows.dead[:] = _die(life, stock.count, _risks(life, temperature)[:days])
    noise = life.random("oxygen", 1).standard_normal((days, stock.count.size))
    rows.oxygen[:] = saturation(0.0, temperature[:days], 0.0, sea=False) + _OXYGEN["tank_noise_sd"] * noise
    if stop <= life.last:
        rows.leave_all(stop, Stock(count=rows.count[-1], weight=rows.weight[-1]))
    return rows


def _risks(life: Life, temperature: Floats) -> Floats:
    """Daily risk of death: the loss of eggs falls evenly until hatch, that of alevins after it."""
    out = hatched(temperature) >= 1.0
    egg_days = np.maximum((~out).sum(axis=0), 1)
    alevin_days = np.maximum(out.sum(axis=0), 1)
    random = life.random("hatchery")
    quality = life.brood * np.exp(_MORTALITY["tray_log_sd"] * random.standard_normal(temperature.shape[1]))
    eggs = hazard_of_share(_MORTALITY["eggs"]) * quality / egg_days
    alevins = hazard_of_share(_MORTALITY["alevins"]) * quality / alevin_days
    return risk(np.where(out, alevins, eggs))


def _die(life: Life, count: Counts, risks: Floats) -> tuple[Counts, Counts]:
    random = life.random("deaths", 1)
    counts, deaths = np.empty(risks.shape, np.int64), np.empty(risks.shape, np.int64)
    for day, chance in enumerate(risks):
        deaths[day] = random.binomial(count, chance)
        count = count - deaths[day]
        counts[day] = count
    return counts, deaths
