"""The ranges of measured parameters and the days of readings that every interface accepts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.errors import GrilseError
from grilse.science.days import from_epoch_day, to_epoch_day
from grilse.science.time_zones import compute_local_days, get_today
from grilse.stock.rules import find_impossible_days, refuse_future_date

PARAMETERS = {  # the lowest and highest value of each
    "temperature_c": (-3, 40),
    "oxygen_pct": (0, 300),
    "salinity_ppt": (0, 100),
    "ph": (0, 14),
    "co2_mg_l": (0, 10_000),
    "ammonium_mg_l": (0, 10_000),
    "nitrite_mg_l": (0, 10_000),
    "nitrate_mg_l": (0, 10_000),
}


def is_out_of_range(parameter: str, values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values are outside the range of their parameter; NaN is no value."""
    least, most = PARAMETERS[parameter]
    return np.asarray(~np.isnan(values) & ~((values >= least) & (values <= most)))


def refuse_out_of_range(parameter: str, value: float) -> None:
    """Refuse a value outside the range of its parameter."""
    if is_out_of_range(parameter, np.array([value]))[0]:
        least, most = PARAMETERS[parameter]
        raise GrilseError(f"{parameter} of {value:g}: it has to be from {least} to {most:,}")


def refuse_impossible_day(day: int, zone: str) -> None:
    """Refuse a day since 1970 that no reading can be of in its time zone."""
    is_early, _ = find_impossible_days(day)
    if is_early:
        raise GrilseError(f"{np.datetime64(day, 'D')} is before 1970: check the year")
    refuse_future_date(from_epoch_day(day), zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalDays:
    """The days of times where their containers are, shape (n,)."""

    day: NDArray[np.int64]
    """Since 1970-01-01."""
    zones: list[str]
    zone: NDArray[np.int64]
    """Position in `zones`."""

    def find_impossible(self) -> NDArray[np.bool_]:
        """Return which days no reading can be of: before 1970, or later than tomorrow."""
        today = np.array([to_epoch_day(get_today(zone)) for zone in self.zones])[self.zone]
        is_early, is_future = find_impossible_days(self.day, today)
        return np.asarray(is_early | is_future)

    def refuse_impossible(self, row: int) -> None:
        """Refuse the day of a row if no reading can be of it."""
        refuse_impossible_day(int(self.day[row]), self.zones[self.zone[row]])


def find_container_days(container: NDArray[np.int64], at: NDArray[np.int64], zones: Mapping[int, str]) -> LocalDays:
    """Return the day of each time, microseconds since 1970, where its container is; UTC where nobody knows it."""
    names = sorted({"UTC", *zones.values()})
    known, row = np.unique(container, return_inverse=True)
    positions = np.array([names.index(zones.get(key, "UTC")) for key in known.tolist()], np.int64)
    zone = positions[row.reshape(-1)]
    return LocalDays(day=compute_local_days(at, names, zone), zones=names, zone=zone)
