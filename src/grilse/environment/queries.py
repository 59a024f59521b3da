"""The daily environment of containers. Each function is one statement."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from grilse.bulk.copy import read_columns
from grilse.environment.daily_summaries import COLUMNS as SUMMARY_COLUMNS
from grilse.environment.models import DailyEnvironment
from grilse.science.arrays import Floats
from grilse.science.days import to_epoch_day
from grilse.stock.changes import get_psycopg_connection

COLUMNS = tuple(column for column in SUMMARY_COLUMNS if not column.endswith("_n"))


def read_daily_environment(
    container: int, first: date | None = None, last: date | None = None
) -> Sequence[tuple[Any, ...]]:
    """Return the date and the columns of each measured day, in order."""
    days = DailyEnvironment.objects.filter(container_id=container)
    if first is not None:
        days = days.filter(date__gte=first)
    if last is not None:
        days = days.filter(date__lte=last)
    return list(days.order_by("date").values_list("date", *COLUMNS))


def read_daily_water(containers: Sequence[int], day: date, days: int) -> dict[str, Floats]:
    """Return the lowest oxygen and the numbers of readings of containers on the last days up to one.

    By column, shape (containers, days), the day last; NaN where nothing was measured.
    """
    order = np.argsort(containers)
    first = to_epoch_day(day) - days + 1
    parameters = {"containers": list(containers), "first": first, "days": days}
    rows = read_columns(get_psycopg_connection(), LAST_DAYS, WATER_KINDS, parameters)
    row = order[np.searchsorted(np.asarray(containers)[order], rows["container"])]
    columns = {}
    for name in list(WATER_KINDS)[2:]:
        columns[name] = np.full((len(containers), days), np.nan)
        columns[name][row, rows["date"] - first] = rows[name]
    return columns


WATER_KINDS = {
    "container": "int8",
    "date": "date",
    "oxygen_min": "float4",
    "temperature_mean": "float4",
    "oxygen_n": "int2",
    "temperature_n": "int2",
}
LAST_DAYS = """
SELECT container_id AS container, date, oxygen_min, temperature_mean, oxygen_n, temperature_n
  FROM environment_dailyenvironment
 WHERE container_id = ANY(%(containers)s::bigint[])
   AND date >= date '1970-01-01' + %(first)s::int AND date < date '1970-01-01' + %(first)s::int + %(days)s::int
"""
