"""Records of the sensors: the true water, faults, readings, and their daily summary."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.records import HOUR_MICROSECONDS, Columns, round_to_resolution, take_rows
from grilse.generator.random_streams import create_random_stream, draw_by_day
from grilse.science.arrays import Counts, Floats
from grilse.science.days import DAY_MICROSECONDS
from grilse.science.parameters import load_parameters
from grilse.science.temperature import ar1_anomalies, day_of_year

_OBSERVATION = load_parameters("observation")
_WATER = _OBSERVATION["water"]
_BLOOM_DAY, _DRY_DAY = 130.0, 200.0  # highest pH and highest salinity of the year
_SENSOR = _OBSERVATION["sensor"]
_FAULTS = _OBSERVATION["faults"]
_TIMES_A_YEAR = 2
PARAMETERS = tuple(_SENSOR)
_SUMMARIZED = {"temperature": "temperature_c", "oxygen": "oxygen_pct"}
Readings = dict[str, NDArray[np.float32]]


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


@dataclass(frozen=True, slots=True)
class SensorFault:
    """A period in which a sensor is silent, stuck or drifting."""

    kind: str
    begin: int  # microseconds since 1970-01-01
    end: int
    error: float  # of a drifting sensor at the end, in SDs


def find_faults(seed: int, container: str, parameter: str, begin: int, end: int) -> list[SensorFault]:
    """Return the faults of a sensor that overlap a period, in microseconds since 1970-01-01."""
    years = np.array([begin, end], "datetime64[us]").astype("datetime64[Y]").astype(int) + 1970
    # A fault may have begun in the year before.
    faults = [
        fault
        for year in range(int(years[0]) - 1, int(years[1]) + 1)
        for fault in _draw_faults(seed, container, year)[parameter]
    ]
    return [fault for fault in faults if fault.begin < end and fault.end > begin]


@lru_cache(maxsize=256)
def _draw_faults(seed: int, container: str, year: int) -> dict[str, list[SensorFault]]:
    rng = create_random_stream(seed, "seen.faults", container, year)
    shape = (len(PARAMETERS), len(_FAULTS), _TIMES_A_YEAR)
    chance_drawn, begins, lengths, errors = (
        rng.random(shape),
        rng.random(shape) * 365.0,
        rng.standard_exponential(shape),
        rng.standard_normal(shape),
    )
    new_year = int(np.datetime64(f"{year}-01-01", "us").astype(np.int64))
    faults: dict[str, list[SensorFault]] = {parameter: [] for parameter in PARAMETERS}
    chances = np.array([fault["chance"] for fault in _FAULTS.values()])[None, :, None]
    for which, what, time in zip(*np.nonzero(chance_drawn < chances), strict=True):
        kind = list(_FAULTS)[what]
        begin = new_year + int(begins[which, what, time] * DAY_MICROSECONDS)
        days = lengths[which, what, time] * _FAULTS[kind]["days"]
        end = begin + int(days * DAY_MICROSECONDS)
        faults[PARAMETERS[which]].append(SensorFault(kind, begin, end, float(errors[which, what, time])))
    return faults


def simulate_sensor(parameter: str, true: Floats, at: Counts, noise: Floats, faults: list[SensorFault]) -> Floats:
    """Return the readings of a sensor for true values at sorted times; NaN while it is silent."""
    sensor = _SENSOR[parameter]
    values = true + sensor["noise"] * noise
    for fault in faults:
        begin, end = np.searchsorted(at, (fault.begin, fault.end)).tolist()
        if begin == end:
            continue
        if fault.kind == "drifting":
            elapsed_share = (at[begin:end] - fault.begin) / (fault.end - fault.begin)
            values[begin:end] += fault.error * sensor["drift"] * elapsed_share
        else:
            values[begin:end] = np.nan if fault.kind == "silent" else values[begin]
    return round_to_resolution(np.maximum(values, 0.0), sensor["resolution"])


def build_water_rows(context: BatchContext) -> tuple[Columns, Columns]:
    """Return the readings, and their mean, minimum, maximum and number by day."""
    at, readings = _simulate_readings(context)
    return _build_reading_rows(context, at, readings), _build_daily_rows(context, readings)


def _simulate_readings(context: BatchContext) -> tuple[Counts, Readings]:
    """Return times and values of readings, shape (placement-days, readings a day); NaN is no reading."""
    hours = (np.arange(context.readings_per_day) + 0.5) * 24.0 / context.readings_per_day
    at, exists = _compute_times(context, hours)
    true = simulate_true_values(context, hours)
    sea = context.at_sea[context.row_placement][:, None]
    true["ph"] = np.where(sea, true.pop("sea_ph")[:, :1], true.pop("land_ph"))
    reported = {name: np.where(_select_readings(context, name) & exists, true[name], np.nan) for name in PARAMETERS}
    readings: Readings = {}
    for name in PARAMETERS:
        noise, chance = _draw_deviates(context, name)
        values = _apply_sensors(context, name, reported[name], at, noise)
        values[chance < _WATER["missing"]] = np.nan
        readings[name] = values.astype(np.float32)
    return at, readings


def _draw_deviates(context: BatchContext, parameter: str) -> tuple[Floats, Floats]:
    """Return the noise of the readings of a parameter, and the chances with which they are missing."""
    noise, missing = (context.create_generator(f"{what}.{parameter}") for what in ("noise", "missing"))
    size = context.readings_per_day
    return (
        draw_by_day(context.row_day, lambda order: noise.standard_normal((order.size, size), np.float32).astype(float)),
        draw_by_day(context.row_day, lambda order: missing.random((order.size, size), np.float32)),
    )


def _compute_times(context: BatchContext, hours: Floats) -> tuple[Counts, NDArray[np.bool_]]:
    """Return microseconds since 1970-01-01, and which exist; the logger of each site has its own minute.

    Loggers follow the clocks of their time zone, so a day has readings at the same hours all year.
    """
    minutes = {
        site: int(create_random_stream(context.seed, "seen.logger", site).integers(60))
        for site in set(context.placement_sites)
    }
    minute = np.array([minutes[site] for site in context.placement_sites], np.int64)[context.row_placement]
    start = context.row_date * DAY_MICROSECONDS + minute * (HOUR_MICROSECONDS // 60)
    local = np.asarray(start[:, None] + np.floor(hours).astype(np.int64) * HOUR_MICROSECONDS)
    return context.convert_to_utc(local, context.row_placement)


def _select_readings(context: BatchContext, parameter: str) -> NDArray[np.bool_]:
    """Return which readings of a day include a parameter, on land and at sea."""
    size = context.readings_per_day
    sea = context.at_sea[context.row_placement][:, None]
    often, daily, all_day = (_space_evenly(size, _WATER[key]) for key in ("land_often", "land_daily", "sea_often"))
    selected = {
        "temperature_c": np.ones(size, bool),
        "oxygen_pct": np.ones(size, bool),
        "ph": np.where(sea, all_day, often),
        "salinity_ppt": all_day,
        "co2_mg_l": often,
    }
    return selected.get(parameter, daily)


def _space_evenly(size: int, times: int) -> NDArray[np.bool_]:
    """Return a mask of `times` readings of a day, evenly spread."""
    is_selected = np.zeros(size, bool)
    is_selected[np.arange(min(times, size)) * size // min(times, size)] = True
    return is_selected


def _apply_sensors(context: BatchContext, parameter: str, true: Floats, at: Counts, noise: Floats) -> Floats:
    """Return what the sensor of each container shows, by placement."""
    measured = np.full(true.shape, np.nan)
    offset, stop = context.truth.offset.tolist(), context.truth.stop_day
    is_known = (stop >= 0) & (stop + context.first_day <= context.after)
    for placement, container in enumerate(context.truth.container.tolist()):
        own = slice(offset[placement], offset[placement + 1])
        if is_known[placement] or own.start == own.stop or np.isnan(true[own.start]).all():
            continue
        times = at[own].ravel()
        faults = find_faults(context.seed, container, parameter, int(times[0]), int(times[-1]) + 1)
        values = simulate_sensor(parameter, true[own].ravel(), times, noise[own].ravel(), faults)
        measured[own] = values.reshape(-1, context.readings_per_day)
    return measured


def _build_reading_rows(context: BatchContext, at: Counts, readings: Readings) -> Columns:
    has_reading = ~np.all([np.isnan(values) for values in readings.values()], axis=0)
    has_reading &= (context.row_date <= context.until)[:, None]
    placement = np.broadcast_to(context.row_placement[:, None], at.shape)
    return take_rows({"container": placement, "at": at, **readings}, has_reading)


def _build_daily_rows(context: BatchContext, readings: Readings) -> Columns:
    summaries = [_summarize_day(name, readings[column]) for name, column in _SUMMARIZED.items()]
    columns = summaries[0] | summaries[1]
    has_reading = (columns["temperature_n"] > 0) | (columns["oxygen_n"] > 0)
    days: Columns = {"container": context.row_placement, "date": context.row_date.astype(np.int32)}
    return take_rows({**days, **columns}, has_reading)


def _summarize_day(name: str, values: NDArray[np.float32]) -> Columns:
    missing = np.isnan(values)
    number = (~missing).sum(axis=1)
    none = number == 0
    total = np.where(missing, 0.0, values).sum(axis=1, dtype=np.float64)
    lowest = np.where(missing, np.inf, values).min(axis=1)
    highest = np.where(missing, -np.inf, values).max(axis=1)
    summary = {"mean": total / np.maximum(number, 1), "min": lowest, "max": highest}
    floats = {
        f"{name}_{what}": np.where(none, np.nan, statistic).astype(np.float32) for what, statistic in summary.items()
    }
    return {**floats, f"{name}_n": number.astype(np.int16)}
