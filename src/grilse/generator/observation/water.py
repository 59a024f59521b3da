"""Readings of the sensors, and what they make of a day."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.observation.records import DAY_MICROSECONDS, HOUR_MICROSECONDS, Columns
from grilse.generator.observation.scene import Scene
from grilse.generator.observation.sensors import PARAMETERS, faults_of, shown
from grilse.generator.observation.true_water import true_values
from grilse.generator.streams import stream
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load

_WATER = load("observation")["water"]
Seen = dict[str, NDArray[np.float32]]


def water_rows(scene: Scene) -> tuple[Columns, Columns]:
    """Readings, and the mean, lowest, highest and number of the day's readings."""
    at, seen = _seen(scene)
    return _reading_rows(scene, at, seen), _daily_rows(scene, seen)


def _seen(scene: Scene) -> tuple[Counts, Seen]:
    """Time and values of each reading, shape (placement-days, readings a day); NaN where there is none."""
    hours = (np.arange(scene.readings_per_day) + 0.5) * 24.0 / scene.readings_per_day
    at = _times(scene, hours)
    true = true_values(scene, hours)
    sea = scene.at_sea[scene.placement][:, None]
    true["ph"] = np.where(sea, true.pop("sea_ph")[:, :1], true.pop("land_ph"))
    asked = {name: np.where(_asked(scene, name), true[name], np.nan) for name in PARAMETERS}
    random = scene.random("readings")
    seen: Seen = {}
    for name in PARAMETERS:
        noise = random.standard_normal(at.shape, np.float32).astype(np.float64)
        values = _through_sensors(scene, name, asked[name], at, noise)
        values[random.random(at.shape, np.float32) < _WATER["missing"]] = np.nan
        seen[name] = values.astype(np.float32)
    return at, seen


def _times(scene: Scene, hours: Floats) -> Counts:
    """Microseconds since 1970-01-01; each site's logger has its own minute."""
    minutes = {site: int(stream(scene.seed, "seen.logger", site).integers(60)) for site in set(scene.sites)}
    minute = np.array([minutes[site] for site in scene.sites], np.int64)[scene.placement]
    start = scene.date * DAY_MICROSECONDS + minute * (HOUR_MICROSECONDS // 60)
    return np.asarray(start[:, None] + np.floor(hours).astype(np.int64) * HOUR_MICROSECONDS)


def _asked(scene: Scene, parameter: str) -> NDArray[np.bool_]:
    """Which readings of a day include a parameter, on land and at sea."""
    size = scene.readings_per_day
    sea = scene.at_sea[scene.placement][:, None]
    often, daily, all_day = (_spread(size, _WATER[key]) for key in ("land_often", "land_daily", "sea_often"))
    match parameter:
        case "temperature_c" | "oxygen_pct":
            return np.ones(size, bool)
        case "ph":
            return np.where(sea, all_day, often)
        case "salinity_ppt":
            return all_day
        case "co2_mg_l":
            return often
        case _:
            return daily


def _spread(size: int, times: int) -> NDArray[np.bool_]:
    """So many of the readings of a day, evenly spread."""
    asked = np.zeros(size, bool)
    asked[np.arange(min(times, size)) * size // min(times, size)] = True
    return asked


def _through_sensors(scene: Scene, parameter: str, true: Floats, at: Counts, noise: Floats) -> Floats:
    """What the sensor of each container shows, placement by placement."""
    seen = np.full(true.shape, np.nan)
    offset = scene.truth.offset.tolist()
    for placement, container in enumerate(scene.truth.container.tolist()):
        own = slice(offset[placement], offset[placement + 1])
        if own.start == own.stop or np.isnan(true[own.start]).all():
            continue
        times = at[own].ravel()
        faults = faults_of(scene.seed, container, parameter, int(times[0]), int(times[-1]) + 1)
        values = shown(parameter, true[own].ravel(), times, noise[own].ravel(), faults)
        seen[own] = values.reshape(-1, scene.readings_per_day)
    return seen


def _reading_rows(scene: Scene, at: Counts, seen: Seen) -> Columns:
    there = ~np.all([np.isnan(values) for values in seen.values()], axis=0)
    placement = np.broadcast_to(scene.placement[:, None], at.shape)
    return {
        "container": placement[there],
        "at": at[there],
        **{name: values[there] for name, values in seen.items()},
    }


def _daily_rows(scene: Scene, seen: Seen) -> Columns:
    columns = _day_of("temperature", seen["temperature_c"]) | _day_of("oxygen", seen["oxygen_pct"])
    there = (columns["temperature_n"] > 0) | (columns["oxygen_n"] > 0)
    return {
        "container": scene.placement[there],
        "date": scene.date[there].astype(np.int32),
        **{name: values[there] for name, values in columns.items()},
    }


def _day_of(name: str, values: NDArray[np.float32]) -> Columns:
    missing = np.isnan(values)
    number = (~missing).sum(axis=1)
    none = number == 0
    total = np.where(missing, 0.0, values).sum(axis=1, dtype=np.float64)
    lowest = np.where(missing, np.inf, values).min(axis=1)
    highest = np.where(missing, -np.inf, values).max(axis=1)
    summary = {"mean": total / np.maximum(number, 1), "min": lowest, "max": highest}
    means = {f"{name}_{what}": np.where(none, np.nan, found) for what, found in summary.items()}
    floats = {what: found.astype(np.float32) for what, found in means.items()}
    return {**floats, f"{name}_n": number.astype(np.int16)}
