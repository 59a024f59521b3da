"""Infection pressure of lice from outside an area: its waters and the stays in neighbouring areas."""

from functools import lru_cache

import numpy as np

from grilse.generator.random_streams import create_random_stream
from grilse.generator.truth.batch_setup import EPOCH, BatchSetup
from grilse.generator.truth.water_temperature import compute_dates, draw_site_shocks
from grilse.generator.world.sites import WorldArea
from grilse.science.arrays import Counts, Floats
from grilse.science.lice import eggs_per_female, external_attachment
from grilse.science.parameters import load_parameters
from grilse.science.temperature import day_of_year

_LICE = load_parameters("lice")
_NEIGHBOURS = int(_LICE["neighbours"])
# The occupancy without a plan: about the average with a plan.
_USUAL_OCCUPANCY = _NEIGHBOURS / 2


def compute_attachment(setup: BatchSetup, area: str, start: int, temperature: Floats) -> Floats:
    """Return the lice from outside per fish, by day, before the factor of the pen."""
    days = temperature.size
    wave = draw_site_shocks(setup, "lice.wave", area, start, days, _LICE["exposure_memory"], _LICE["exposure_log_sd"])
    level = _LICE["area_log_sd"] * create_random_stream(setup.seed, "lice.area", area).standard_normal()
    dates = compute_dates(setup, start, days)
    pressure = _compute_occupancy(setup, area, dates) * eggs_per_female(temperature) / eggs_per_female(10.0)
    outside = external_attachment(temperature, day_of_year(dates), pressure)
    return np.exp(level + wave - _LICE["exposure_log_sd"] ** 2 / 2.0) * outside


def _compute_occupancy(setup: BatchSetup, area: str, dates: Counts) -> Floats:
    """Return how many of the nearest areas hold fish, weighted by the time that their lice had to develop."""
    if setup.plan is None:
        return np.full(dates.size, _USUAL_OCCUPANCY)
    near = _find_nearest_names(setup.world.areas, area)
    ripe = np.zeros(dates.size)
    for stage in (batch.stages[-1] for batch in setup.plan.batches):
        if stage.site in near:
            first, last = ((day - EPOCH).days for day in (stage.start, stage.stop))
            ripe += np.where(dates < last, np.clip((dates - first) / _LICE["ripening_days"], 0.0, 1.0), 0.0)
    return ripe


@lru_cache(maxsize=4096)
def _find_nearest_names(areas: tuple[WorldArea, ...], name: str) -> frozenset[str]:
    """Return the nearest areas of the same geography."""
    here = next(area for area in areas if area.name == name)
    shrink = np.cos(np.radians(here.latitude))

    def distance(other: WorldArea) -> float:
        return float(np.hypot(other.latitude - here.latitude, (other.longitude - here.longitude) * shrink))

    others = [area for area in areas if area.geography == here.geography and area.name != name]
    return frozenset(area.name for area in sorted(others, key=distance)[:_NEIGHBOURS])
