"""The ranges of measured parameters and the days of readings that every interface accepts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.errors import GrilseError
from grilse.science.days import from_epoch_day, to_epoch_day
from grilse.science.time_zones import compute_local_days, get_today
from grilse.stock.messages import format_distinct
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

USUAL = {
    # Between the freezing point of sea water and what salmon survive; higher looks like °F.
    "temperature_c": (-2, 28),
    # Lower looks like mg/L: salmon live in 60 % and more.
    "oxygen_pct": (20, 200),
    # The saltiest seas have 41 ‰; higher looks like conductivity, mS/cm.
    "salinity_ppt": (0, 42),
}
"""The range of most values of a container in one file; single values of a failing sensor go beyond it."""


NEAR_DAYS = 14
MAX_NEAR_CHANGE_C = 8.0
"""The largest usual difference of the mean temperatures of two days of a container within two weeks.

Through the seasons the sea changes by about 1 °C a week; upwelling and the end of a stratification change it by up to
6 °C in a few days. Oxygen, salinity and pH change by more than that of their ranges within hours.
"""


def find_unusual_series(
    parameter: str, container: NDArray[Any], values: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Return the containers of which most values of a parameter are not usual, and the means; NaN is no value."""
    measured = ~np.isnan(values)
    containers, group = np.unique(container[measured], return_inverse=True)
    given = values[measured].astype(np.float64)
    least, most = USUAL[parameter]
    number = np.bincount(group, minlength=len(containers))
    share = np.bincount(group, (given < least) | (given > most), len(containers)) / number
    means = np.bincount(group, given, len(containers)) / number
    return containers[share > 0.5], means[share > 0.5]


@dataclass(frozen=True, kw_only=True, slots=True)
class DailyMeans:
    """Means of days, by container and day, shape (n,)."""

    container: NDArray[np.int64]
    day: NDArray[np.int64]
    """Since 1970-01-01."""
    mean: NDArray[np.float64]


def compute_daily_means(container: NDArray[Any], day: NDArray[np.int64], values: NDArray[Any]) -> DailyMeans:
    """Return the mean of each container and day; NaN is no value."""
    measured = ~np.isnan(values)
    keys = np.stack([container[measured], day[measured]])
    (containers, days), group = np.unique(keys, axis=1, return_inverse=True)
    group = group.reshape(-1)
    return DailyMeans(
        container=containers,
        day=days,
        mean=np.bincount(group, values[measured], len(days)) / np.bincount(group, minlength=len(days)),
    )


def find_unusual_changes(arrived: DailyMeans, known: DailyMeans) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first day of each container of which most mean temperatures are far from those of the nearest days.

    Positions in `arrived`, and of the nearest days in `known`; days without a known one in two weeks are not compared.
    """
    keys, known_keys = (means.container * 2**20 + means.day for means in (arrived, known))
    if not len(keys) or not len(known_keys):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    after = np.clip(np.searchsorted(known_keys, keys), 0, len(known_keys) - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.where(np.abs(keys - known_keys[before]) < np.abs(keys - known_keys[after]), before, after)
    compared = np.flatnonzero(np.abs(keys - known_keys[nearest]) <= NEAR_DAYS)
    differs = np.abs(arrived.mean[compared] - known.mean[nearest[compared]]) > MAX_NEAR_CHANGE_C
    containers, group = np.unique(arrived.container[compared], return_inverse=True)
    most = np.bincount(group, differs, len(containers)) > 0.5 * np.bincount(group, minlength=len(containers))
    _, first = np.unique(group[differs], return_index=True)
    unusual = compared[differs][first][most[group[differs][first]]]
    return unusual, nearest[unusual]


def describe_unusual_change(container: str, day: int, mean: float, near_day: int, near_mean: float) -> str:
    """Say that the temperature of a day is far from that of a day near it."""
    days = (f"{from_epoch_day(day)}", f"{from_epoch_day(near_day)}")
    return f"temperature_c of {container} is {mean:.3g} on {days[0]}, and was {near_mean:.3g} on {days[1]}:"


def describe_unusual_series(container: str, parameter: str, mean: float) -> str:
    """Say that values are unusual, and what they may be instead."""
    least, most = USUAL[parameter]
    hints = {"temperature_c": "are they in °C?", "oxygen_pct": "are they % of saturation, and not mg/L?"}
    question = hints.get(parameter, "is the unit right?")
    shown = format_distinct(mean, least, most)
    return f"{parameter} of {container} is {shown} on average, usual are {least} to {most}: {question}"


def is_out_of_range(parameter: str, values: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values are outside the range of their parameter; NaN is no value."""
    least, most = PARAMETERS[parameter]
    return np.asarray(~np.isnan(values) & ~((values >= least) & (values <= most)))


def refuse_out_of_range(parameter: str, value: float) -> None:
    """Refuse a value outside the range of its parameter."""
    if is_out_of_range(parameter, np.array([value]))[0]:
        least, most = PARAMETERS[parameter]
        raise GrilseError(f"{parameter} of {value:.12g}: it has to be from {least} to {most:,}")


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
