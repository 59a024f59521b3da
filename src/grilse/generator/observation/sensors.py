"""Sensors and how they fail: a function of seed, container and date, whoever stands there."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from grilse.generator.observation.records import DAY_MICROSECONDS, rounded
from grilse.generator.streams import stream
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load

_OBSERVATION = load("observation")
_SENSOR = _OBSERVATION["sensor"]
_FAULTS = _OBSERVATION["faults"]
_TIMES_A_YEAR = 2
PARAMETERS = tuple(_SENSOR)


@dataclass(frozen=True, slots=True)
class Fault:
    """A time in which a sensor is silent, stuck or drifting."""

    kind: str
    begin: int  # microseconds since 1970-01-01
    end: int
    error: float  # of a drifting sensor when it is cleaned, in SDs


def faults_of(seed: int, container: str, parameter: str, begin: int, end: int) -> list[Fault]:
    """Faults of a sensor that touch a time; in microseconds since 1970-01-01."""
    years = np.array([begin, end], "datetime64[us]").astype("datetime64[Y]").astype(int) + 1970
    # A fault may have begun in the year before.
    found = [
        fault
        for year in range(int(years[0]) - 1, int(years[1]) + 1)
        for fault in _faults_of_year(seed, container, year)[parameter]
    ]
    return [fault for fault in found if fault.begin < end and fault.end > begin]


@lru_cache(maxsize=256)
def _faults_of_year(seed: int, container: str, year: int) -> dict[str, list[Fault]]:
    random = stream(seed, "seen.faults", container, year)
    shape = (len(PARAMETERS), len(_FAULTS), _TIMES_A_YEAR)
    luck, begins, lengths, errors = (
        random.random(shape),
        random.random(shape) * 365.0,
        random.standard_exponential(shape),
        random.standard_normal(shape),
    )
    new_year = int(np.datetime64(f"{year}-01-01", "us").astype(np.int64))
    found: dict[str, list[Fault]] = {parameter: [] for parameter in PARAMETERS}
    chances = np.array([fault["chance"] for fault in _FAULTS.values()])[None, :, None]
    for which, what, time in zip(*np.nonzero(luck < chances), strict=True):
        kind = list(_FAULTS)[what]
        begin = new_year + int(begins[which, what, time] * DAY_MICROSECONDS)
        days = lengths[which, what, time] * _FAULTS[kind]["days"]
        end = begin + int(days * DAY_MICROSECONDS)
        found[PARAMETERS[which]].append(Fault(kind, begin, end, float(errors[which, what, time])))
    return found


def shown(parameter: str, true: Floats, at: Counts, noise: Floats, faults: list[Fault]) -> Floats:
    """What a sensor shows of true values at times in order; NaN while it is silent."""
    sensor = _SENSOR[parameter]
    seen = true + sensor["noise"] * noise
    for fault in faults:
        begin, end = np.searchsorted(at, (fault.begin, fault.end)).tolist()
        if begin == end:
            continue
        if fault.kind == "drifting":
            gone = (at[begin:end] - fault.begin) / (fault.end - fault.begin)
            seen[begin:end] += fault.error * sensor["drift"] * gone
        else:
            seen[begin:end] = np.nan if fault.kind == "silent" else seen[begin]
    return rounded(np.maximum(seen, 0.0), sensor["resolution"])
