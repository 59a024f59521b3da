"""Sensors and their faults, which depend on seed, container and date only."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from grilse.generator.observation.records import DAY_MICROSECONDS, round_to_resolution
from grilse.generator.random_streams import create_random_stream
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load_parameters

_OBSERVATION = load_parameters("observation")
_SENSOR = _OBSERVATION["sensor"]
_FAULTS = _OBSERVATION["faults"]
_TIMES_A_YEAR = 2
PARAMETERS = tuple(_SENSOR)


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
