"""Eggs and alevins in trays: they develop with the water temperature and do not feed."""

import numpy as np

from grilse.generator.truth.assembly import StageRows, StageStock
from grilse.generator.truth.batch_setup import BatchSetup
from grilse.generator.truth.site_conditions import draw_hall_temperature
from grilse.science.arrays import Counts, Floats
from grilse.science.eggs import hatch_progress, yolk_weight
from grilse.science.mortality import cumulative_hazard, mortality_risk
from grilse.science.oxygen import oxygen_saturation
from grilse.science.parameters import load_parameters

_MORTALITY = load_parameters("mortality")
_EGGS = load_parameters("eggs")
_OXYGEN = load_parameters("oxygen")


def stock_eggs(setup: BatchSetup) -> StageStock:
    """Return the eyed eggs, spread evenly over the trays."""
    trays = len(setup.get_stage(1).containers)
    shares = np.arange(trays + 1) * setup.batch.eggs // trays
    return StageStock(count=np.diff(shares), weight=np.full(trays, _EGGS["egg_weight"]))


def incubate_eggs(setup: BatchSetup) -> StageRows:
    """Return the rows of the trays from the arrival of the eggs until the alevins leave."""
    stop = setup.get_batch_day(setup.get_stage(2).start)
    days = min(stop, setup.last + 1)
    stock = stock_eggs(setup)
    rows = StageRows(1, 0, days, stock.count.size)
    temperature = draw_hall_temperature(setup, 1, 0, stop)
    rows.temperature[:] = temperature[:days]
    rows.weight[:] = yolk_weight(temperature)[:days]
    rows.count[:], rows.dead[:] = _draw_deaths(setup, stock.count, _compute_risks(setup, temperature)[:days])
    noise = setup.create_stream("oxygen", 1).standard_normal((days, stock.count.size))
    rows.oxygen[:] = oxygen_saturation(0.0, temperature[:days], 0.0, sea=False) + _OXYGEN["tank_noise_sd"] * noise
    if stop <= setup.last:
        rows.close_containers(stop, StageStock(count=rows.count[-1], weight=rows.weight[-1]))
    return rows


def _compute_risks(setup: BatchSetup, temperature: Floats) -> Floats:
    """Return the daily risk of death: constant hazards for eggs until hatch and for alevins after it."""
    out = hatch_progress(temperature) >= 1.0
    egg_days = np.maximum((~out).sum(axis=0), 1)
    alevin_days = np.maximum(out.sum(axis=0), 1)
    random = setup.create_stream("hatchery")
    quality = setup.egg_quality * np.exp(_MORTALITY["tray_log_sd"] * random.standard_normal(temperature.shape[1]))
    eggs = cumulative_hazard(_MORTALITY["eggs"]) * quality / egg_days
    alevins = cumulative_hazard(_MORTALITY["alevins"]) * quality / alevin_days
    return mortality_risk(np.where(out, alevins, eggs))


def _draw_deaths(setup: BatchSetup, count: Counts, risks: Floats) -> tuple[Counts, Counts]:
    random = setup.create_stream("deaths", 1)
    counts, deaths = np.empty(risks.shape, np.int64), np.empty(risks.shape, np.int64)
    for day, chance in enumerate(risks):
        deaths[day] = random.binomial(count, chance)
        count = count - deaths[day]
        counts[day] = count
    return counts, deaths
