"""Conditions of halls and areas that depend on seed, site and date only: water temperature and lice from outside."""

from functools import lru_cache

import numpy as np

from grilse.generator.random_streams import create_random_stream
from grilse.generator.truth.batch_setup import EPOCH, BatchSetup
from grilse.generator.world.sites import WorldArea
from grilse.science.arrays import Counts, Floats
from grilse.science.lice import eggs_per_female, external_attachment
from grilse.science.parameters import load_parameters
from grilse.science.temperature import (
    anomaly_autocorrelation,
    ar1_anomalies,
    day_of_year,
    freshwater_climatology,
    sea_climatology,
)

_CLIMATE = load_parameters("climate")
_LICE = load_parameters("lice")
_NEIGHBOURS = int(_LICE["neighbours"])
# The occupancy without a plan: about the average with a plan.
_USUAL_OCCUPANCY = _NEIGHBOURS / 2


def draw_site_shocks(setup: BatchSetup, tag: str, site: str, start: int, days: int, memory: float, sd: float) -> Floats:
    """Return the anomaly of a site for some days of the batch, from a series that begins with the world.

    A longer series begins with the shorter one, so every batch has the same anomaly on a date.
    """
    first = setup.first_day + start - (setup.world.since - EPOCH).days
    shocks = create_random_stream(setup.seed, tag, site).standard_normal(first + days)
    return ar1_anomalies(shocks, memory, sd)[first:]


def compute_dates(setup: BatchSetup, start: int, days: int) -> Counts:
    """Return some days of the batch as days since 1970-01-01."""
    return setup.first_day + start + np.arange(days)


def draw_sea_temperature(setup: BatchSetup, area: str, start: int, days: int) -> Floats:
    """Return the daily mean water temperature of an area, °C."""
    place = _CLIMATE["sea"][setup.sea_climate]
    usual = sea_climatology(setup.sea_climate, day_of_year(compute_dates(setup, start, days)))
    offset = place["site_offset_sd"] * create_random_stream(setup.seed, "sea.offset", area).standard_normal()
    anomaly = draw_site_shocks(setup, "sea.anomaly", area, start, days, anomaly_autocorrelation(), place["anomaly_sd"])
    return usual + offset + anomaly


def draw_hall_temperature(setup: BatchSetup, order: int, start: int, days: int) -> Floats:
    """Return the daily mean water temperature of the containers of a hall, °C, shape (days, containers)."""
    water, stage = _CLIMATE["freshwater"], setup.get_stage(order)
    usual = freshwater_climatology(order, day_of_year(compute_dates(setup, start, days)))
    memory, sd = water["anomaly_memory"], water["anomaly_sd"]
    wander = draw_site_shocks(setup, "hall.anomaly", stage.site, start, days, memory, sd)
    streams = (create_random_stream(setup.seed, "container.offset", name) for name in stage.containers)
    offsets = np.array([stream.standard_normal() for stream in streams])
    return (usual + wander)[:, None] + water["container_sd"] * offsets


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
