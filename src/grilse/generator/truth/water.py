"""Temperature of halls and areas: functions of seed, site and date, the same for whoever stands there."""

import numpy as np

from grilse.generator.streams import stream
from grilse.generator.truth.life import EPOCH, Life
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load
from grilse.science.temperature import (
    anomaly_memory,
    ar1,
    day_of_year,
    freshwater_climatology,
    sea_climatology,
)

_CLIMATE = load("climate")


def site_shocks(life: Life, tag: str, site: str, start: int, days: int, memory: float, sd: float) -> Floats:
    """Anomaly of a site for some days of the batch, from a series that begins with the world.

    A longer series begins with the shorter one, so every batch sees the same anomaly on a date.
    """
    first = life.first_day + start - (life.world.since - EPOCH).days
    shocks = stream(life.seed, tag, site).standard_normal(first + days)
    return ar1(shocks, memory, sd)[first:]


def calendar(life: Life, start: int, days: int) -> Counts:
    """Days since 1970-01-01 of some days of the batch."""
    return life.first_day + start + np.arange(days)


def sea_temperature(life: Life, area: str, start: int, days: int) -> Floats:
    """Daily mean water temperature of an area, °C."""
    place = _CLIMATE["sea"][life.climate]
    usual = sea_climatology(life.climate, day_of_year(calendar(life, start, days)))
    offset = place["site_offset_sd"] * stream(life.seed, "sea.offset", area).standard_normal()
    anomaly = site_shocks(life, "sea.anomaly", area, start, days, anomaly_memory(), place["anomaly_sd"])
    return usual + offset + anomaly


def hall_temperature(life: Life, order: int, start: int, days: int) -> Floats:
    """Daily mean water temperature of the containers of a hall, °C, shape (days, containers)."""
    water, stage = _CLIMATE["freshwater"], life.stage(order)
    usual = freshwater_climatology(order, day_of_year(calendar(life, start, days)))
    wander = site_shocks(
        life, "hall.anomaly", stage.site, start, days, water["anomaly_memory"], water["anomaly_sd"]
    )
    offsets = [stream(life.seed, "container.offset", name).standard_normal() for name in stage.containers]
    return (usual + wander)[:, None] + water["container_sd"] * np.array(offsets)
