"""The ranges of measured parameters and the days of readings that every interface accepts."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.errors import GrilseError
from grilse.science.days import from_epoch_day
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
