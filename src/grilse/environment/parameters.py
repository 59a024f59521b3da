"""What a probe can say, and when: the bounds that every door holds readings to."""

from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.errors import GrilseError
from grilse.stock.rules import get_utc_today, refuse_future_date

PARAMETERS = {  # what each may say, from and to
    "temperature_c": (-3, 40),
    "oxygen_pct": (0, 300),
    "salinity_ppt": (0, 100),
    "ph": (0, 14),
    "co2_mg_l": (0, 10_000),
    "ammonium_mg_l": (0, 10_000),
    "nitrite_mg_l": (0, 10_000),
    "nitrate_mg_l": (0, 10_000),
}
EPOCH = date(1970, 1, 1)
DAY_MICROSECONDS = 86_400_000_000


def is_out_of_range(parameter: str, values: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which values no probe can say; NaN is none."""
    least, most = PARAMETERS[parameter]
    return np.asarray(~np.isnan(values) & ~((values >= least) & (values <= most)))


def refuse_out_of_range(parameter: str, value: float) -> None:
    """Refuse a value that no probe can say."""
    if is_out_of_range(parameter, np.array([value]))[0]:
        least, most = PARAMETERS[parameter]
        raise GrilseError(f"{parameter} of {value:g}: it has to be from {least} to {most:,}")


def is_impossible_day(day: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which days since 1970 no reading can be of: before them, or not come anywhere yet."""
    return np.asarray((day < 0) | (day > (get_utc_today() - EPOCH).days + 1))


def refuse_impossible_day(day: int) -> None:
    """Refuse a day since 1970 that no reading can be of."""
    if day < 0:
        raise GrilseError(f"{np.datetime64(day, 'D')} is before 1970: check the year")
    refuse_future_date(convert_to_date(day))


def convert_to_date(day: int) -> date:
    """Return the date of a day since 1970; days later than a date can say are the last that it can."""
    return EPOCH + timedelta(days=min(day, (date.max - EPOCH).days))
