"""How many lice come from outside: the area's waters and its neighbours, never another batch's lice."""

from functools import lru_cache

import numpy as np

from grilse.generator.random_streams import create_random_stream
from grilse.generator.schedule.plan import HistoryPlan
from grilse.generator.truth.batch_setup import BatchSetup
from grilse.generator.truth.water_temperature import compute_dates, draw_site_shocks
from grilse.generator.world.sites import WorldArea
from grilse.generator.world.world import World
from grilse.science.arrays import Counts, Floats
from grilse.science.lice import eggs_per_female, external_attachment
from grilse.science.parameters import load_parameters
from grilse.science.temperature import day_of_year

_LICE = load_parameters("lice")
_NEIGHBOURS = int(_LICE["neighbours"])
# Without a plan: about the average with one.
_USUAL_OCCUPANCY = _NEIGHBOURS / 2


def compute_attachment(setup: BatchSetup, area: str, start: int, temperature: Floats) -> Floats:
    """Lice from outside per fish and day, by day, before the factor of the pen."""
    days = temperature.size
    wave = draw_site_shocks(setup, "lice.wave", area, start, days, _LICE["exposure_memory"], _LICE["exposure_log_sd"])
    level = _LICE["area_log_sd"] * create_random_stream(setup.seed, "lice.area", area).standard_normal()
    dates = compute_dates(setup, start, days)
    pressure = _compute_occupancy(setup, area, dates) * eggs_per_female(temperature) / eggs_per_female(10.0)
    outside = external_attachment(temperature, day_of_year(dates), pressure)
    return np.exp(level + wave - _LICE["exposure_log_sd"] ** 2 / 2.0) * outside


def _compute_occupancy(setup: BatchSetup, area: str, dates: Counts) -> Floats:
    """How many of the nearest areas hold fish, weighed by how long their lice have had to grow up."""
    if setup.plan is None:
        return np.full(dates.size, _USUAL_OCCUPANCY)
    near = _find_neighbours(setup.world, area)
    ripe = np.zeros(dates.size)
    for first, last in _list_stays(setup.plan, near):
        at_sea = dates - first
        ripe += np.where(dates < last, np.clip(at_sea / _LICE["ripening_days"], 0.0, 1.0), 0.0)
    return ripe


def _list_stays(plan: HistoryPlan, areas: frozenset[str]) -> list[tuple[int, int]]:
    """First and last planned day, since 1970-01-01, of each year-class in some areas."""
    epoch = np.datetime64("1970-01-01", "D")
    return [
        (int((np.datetime64(stage.start) - epoch).astype(int)), int((np.datetime64(stage.stop) - epoch).astype(int)))
        for batch in plan.batches
        for stage in batch.stages[-1:]
        if stage.site in areas
    ]


@lru_cache(maxsize=4096)
def _find_nearest_names(areas: tuple[WorldArea, ...], name: str) -> frozenset[str]:
    here = next(area for area in areas if area.name == name)
    shrink = np.cos(np.radians(here.latitude))

    def distance(other: WorldArea) -> float:
        return float(np.hypot(other.latitude - here.latitude, (other.longitude - here.longitude) * shrink))

    others = [area for area in areas if area.geography == here.geography and area.name != name]
    return frozenset(area.name for area in sorted(others, key=distance)[:_NEIGHBOURS])


def _find_neighbours(world: World, area: str) -> frozenset[str]:
    return _find_nearest_names(world.areas, area)
