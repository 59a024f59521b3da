"""The true water at the times of the readings: daily means with the changes within a day."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.observation.context import BatchContext
from grilse.generator.random_streams import create_random_stream
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load_parameters
from grilse.science.temperature import ar1_anomalies, day_of_year

_OBSERVATION = load_parameters("observation")
_WATER = _OBSERVATION["water"]
_BLOOM_DAY, _DRY_DAY = 130.0, 200.0  # highest pH and highest salinity of the year


def simulate_true_values(context: BatchContext, hours: Floats) -> dict[str, Floats]:
    """Return true values by parameter, shape (placement-days, readings); NaN if nobody measures the parameter."""
    sea = context.at_sea[context.row_placement][:, None]
    values = _simulate_common_values(context, hours, sea)
    shape = values["temperature_c"].shape
    daily = _simulate_sea_values(context) | _simulate_land_values(context)
    return values | {name: np.broadcast_to(means[:, None], shape) for name, means in daily.items()}


def _simulate_common_values(context: BatchContext, hours: Floats, sea: NDArray[np.bool_]) -> dict[str, Floats]:
    truth = context.truth
    warmth = np.cos(2.0 * np.pi * (hours - _WATER["warmest_hour"]) / 24.0)
    light = np.cos(2.0 * np.pi * (hours - _WATER["most_oxygen_hour"]) / 24.0)
    summer = 0.5 - 0.5 * np.cos(2.0 * np.pi * day_of_year(context.row_date) / 365.25)
    swing = np.where(sea, _WATER["sea_temperature_swing"], _WATER["land_temperature_swing"])
    breath = np.where(sea, _WATER["sea_oxygen_swing"] * summer[:, None], _WATER["land_oxygen_swing"])
    return {
        "temperature_c": truth.temperature_c[:, None] + swing * warmth,
        "oxygen_pct": truth.oxygen_pct[:, None] + breath * light,
    }


def _simulate_sea_values(context: BatchContext) -> dict[str, Floats]:
    rows = np.flatnonzero(context.at_sea[context.row_placement])
    ph, salinity = np.full((2, context.row_date.size), np.nan)
    if rows.size:
        site = context.placement_sites[context.row_placement[rows[0]]]
        climate = _OBSERVATION["salinity"][context.world.get_site_geography(site).climate]
        date = context.row_date[rows]
        season = 2.0 * np.pi / 365.25 * day_of_year(date)
        dry = np.cos(season - 2.0 * np.pi * _DRY_DAY / 365.25)
        bloom = np.cos(season - 2.0 * np.pi * _BLOOM_DAY / 365.25)
        fresh = _draw_site_anomaly(context, "salinity", site, date)
        salinity[rows] = climate["mean"] + climate["season"] * dry - climate["anomaly"] * np.abs(fresh)
        bloom += 0.5 * _draw_site_anomaly(context, "ph", site, date)
        ph[rows] = _WATER["sea_ph"] + _WATER["sea_ph_season"] * bloom
    return {"sea_ph": ph, "salinity_ppt": salinity}


def _draw_site_anomaly(context: BatchContext, what: str, site: str, date: Counts) -> Floats:
    """Return the standard anomaly of a site; its series begins with the world and is the same for every batch."""
    since = np.datetime64(context.world.since, "D").astype(np.int64)
    shocks = create_random_stream(context.seed, f"seen.{what}", site).standard_normal(int(date.max() - since) + 1)
    return ar1_anomalies(shocks, _OBSERVATION["site_memory"], 1.0)[date - since]


def _simulate_land_values(context: BatchContext) -> dict[str, Floats]:
    """Return the values of recirculated water, which carries the waste of the feed."""
    land = ~context.at_sea[context.row_placement]
    feed = context.truth.feed_g / 1000.0 / context.placement_volume[context.row_placement]
    co2 = _WATER["co2_base"] + _WATER["co2_feed"] * feed
    ammonium = _WATER["ammonium_base"] + _WATER["ammonium_feed"] * feed
    water = {
        "land_ph": _WATER["land_ph"] - _WATER["co2_ph"] * (co2 - _WATER["co2_base"]),
        "co2_mg_l": co2,
        "ammonium_mg_l": ammonium,
        "nitrite_mg_l": _WATER["nitrite_share"] * ammonium,
        "nitrate_mg_l": _WATER["nitrate_base"] + _WATER["nitrate_feed"] * feed,
    }
    return {name: np.where(land, values, np.nan) for name, values in water.items()}
