"""Water temperature of halls and areas, which depends on seed, site and date only."""

import numpy as np

from grilse.generator.random_streams import create_random_stream
from grilse.generator.truth.batch_setup import EPOCH, BatchSetup
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load_parameters
from grilse.science.temperature import (
    anomaly_autocorrelation,
    ar1_anomalies,
    day_of_year,
    freshwater_climatology,
    sea_climatology,
)

_CLIMATE = load_parameters("climate")


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
