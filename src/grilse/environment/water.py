"""Water of a container or a site over any days: lowest, mean and highest values. Each function is one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from grilse.bulk.copy import read_columns
from grilse.errors import GrilseError
from grilse.science.arrays import Floats, Indices
from grilse.stock.changes import get_psycopg_connection

RAW_DAYS = 14
"""Most days of which single readings are returned."""
SECONDS_A_DAY = 86_400
MICROSECONDS = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class WaterParameter:
    """What sensors measure."""

    name: str
    unit: str
    column: str
    """Of the readings."""
    is_daily: bool = False
    """Whether daily summaries have it; of another one the readings of a container are summarized."""


WATER_PARAMETERS: Mapping[str, WaterParameter] = MappingProxyType(
    {
        parameter.name: parameter
        for parameter in (
            WaterParameter(name="temperature", unit="°C", column="temperature_c", is_daily=True),
            WaterParameter(name="oxygen", unit="% saturation", column="oxygen_pct", is_daily=True),
            WaterParameter(name="salinity", unit="‰", column="salinity_ppt"),
            WaterParameter(name="ph", unit="", column="ph"),
            WaterParameter(name="co2", unit="mg/L", column="co2_mg_l"),
            WaterParameter(name="ammonium", unit="mg/L", column="ammonium_mg_l"),
            WaterParameter(name="nitrite", unit="mg/L", column="nitrite_mg_l"),
            WaterParameter(name="nitrate", unit="mg/L", column="nitrate_mg_l"),
        )
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class WaterSeries:
    """Values over time, each array of shape (n,)."""

    step: Literal["day", "reading"]
    at: Indices
    """Seconds since 1970: of each day from the first to the last its beginning in UTC, of readings their time."""
    lowest: Floats
    mean: Floats
    """NaN on days without a reading."""
    highest: Floats


def read_water_days(containers: Sequence[int], parameter: WaterParameter, zone: str) -> WaterSeries:
    """Return the values of all days of containers together; of parameters without daily summaries of one container."""
    if not parameter.is_daily and len(containers) > 1:
        raise GrilseError(f"{parameter.name} is read of one container: choose one", field="container")
    statement = (
        DAYS.format(name=parameter.name) if parameter.is_daily else DAYS_OF_READINGS.format(column=parameter.column)
    )
    rows = read_columns(get_psycopg_connection(), statement, DAY_KINDS, {"containers": list(containers), "zone": zone})
    days = np.arange(rows["date"].min(), rows["date"].max() + 1) if len(rows["date"]) else rows["date"]
    series = WaterSeries(
        step="day",
        at=days.astype(np.int64) * SECONDS_A_DAY,
        **{name: np.full(len(days), np.nan) for name in VALUE_KINDS},
    )
    for name in VALUE_KINDS:
        getattr(series, name)[rows["date"] - days[:1]] = rows[name]
    return series


def read_water_readings(
    containers: Sequence[int], parameter: WaterParameter, first: date, last: date, zone: str
) -> WaterSeries:
    """Return the readings of some days, both included; containers that were measured at one time are one value."""
    if not 0 <= (last - first).days < RAW_DAYS:
        raise GrilseError(f"single readings are of {RAW_DAYS} days at most", field="last")
    arguments: dict[str, Any] = {
        "containers": list(containers), "zone": zone, "first": first, "stop": last + timedelta(days=1),
    }  # fmt: skip
    statement = READINGS.format(column=parameter.column)
    rows = read_columns(get_psycopg_connection(), statement, READING_KINDS, arguments)
    order = np.argsort(rows["at"])
    values = {name: rows[name][order].astype(np.float64) for name in VALUE_KINDS}
    return WaterSeries(step="reading", at=rows["at"][order] // MICROSECONDS, **values)


VALUE_KINDS = {"lowest": "float4", "mean": "float4", "highest": "float4"}
DAY_KINDS = {"date": "date", **VALUE_KINDS}
READING_KINDS = {"at": "timestamptz", **VALUE_KINDS}
DAYS = """
SELECT date, min({name}_min) AS lowest, (sum({name}_mean * {name}_n) / sum({name}_n))::real AS mean,
       max({name}_max) AS highest
  FROM environment_dailyenvironment
 WHERE container_id = ANY(%(containers)s::bigint[]) AND {name}_n > 0
 GROUP BY date
"""
DAYS_OF_READINGS = """
SELECT (at AT TIME ZONE %(zone)s::text)::date AS date, min({column}) AS lowest, avg({column})::real AS mean,
       max({column}) AS highest
  FROM environment_reading
 WHERE container_id = ANY(%(containers)s::bigint[]) AND {column} IS NOT NULL
 GROUP BY 1
"""
READINGS = """
SELECT at, min({column}) AS lowest, avg({column})::real AS mean, max({column}) AS highest
  FROM environment_reading
 WHERE container_id = ANY(%(containers)s::bigint[]) AND {column} IS NOT NULL
   AND at >= %(first)s::date::timestamp AT TIME ZONE %(zone)s::text
   AND at < %(stop)s::date::timestamp AT TIME ZONE %(zone)s::text
 GROUP BY at
"""
