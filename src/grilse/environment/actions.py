"""Readings of the water: recorded, corrected by a later value, withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.bulk.copy import copy_to_staging
from grilse.bulk.table import Table
from grilse.confirmation import Question, require_confirmation
from grilse.environment.daily_summaries import summarize_days
from grilse.environment.models import Reading
from grilse.environment.parameters import (
    PARAMETERS,
    USUAL,
    describe_unusual_series,
    find_unusual_series,
    is_out_of_range,
    refuse_impossible_day,
    refuse_out_of_range,
)
from grilse.errors import GrilseError
from grilse.farm.models import Container
from grilse.science.days import DAY_MICROSECONDS, from_epoch_day
from grilse.stock import changes
from grilse.stock.changes import get_psycopg_connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Readings:
    """Readings in columns, shape (n,); readings of one container and time are in the order of arrival."""

    container: NDArray[np.int64]
    at: NDArray[np.datetime64]
    """UTC."""
    measured: Mapping[str, NDArray[Any]]
    """By parameter; NaN where it was not measured."""


def record_readings(readings: Readings) -> int:
    """Record readings and return how many are new or changed; batches are estimated once for all of them.

    An equal value is the same reading; another value replaces it. Parameters that a reading leaves out
    keep their value.
    """
    rows = _build_columns(readings)
    if not len(rows["at"]):
        return 0
    _ask_about_units(rows)
    containers, first = _find_affected(rows)
    with changes.edit_placements(_find_placements(containers, first)):
        _lock_containers(containers)
        whose = {"company_id": np.full(len(rows["at"]), get_current_actor().company)}
        connection = get_psycopg_connection()
        arrivals = copy_to_staging(connection, Table.from_model(Reading), {**whose, **rows})
        changed = connection.execute(_build_merge_sql(arrivals, list(readings.measured)).encode()).fetchall()
        summarize_days(containers, {(container, day) for container, day, _ in changed})
        return sum(count for _, _, count in changed)


def _ask_about_units(rows: Mapping[str, NDArray[Any]]) -> None:
    """Ask about containers whose values look like those of another unit; one statement, if there is any."""
    unusual = [
        (int(container), name, float(mean))
        for name in USUAL
        if name in rows
        for container, mean in zip(*find_unusual_series(name, rows["container_id"], rows[name]), strict=True)
    ]
    if unusual:
        ids = {container for container, _, _ in unusual}
        names = dict(Container.objects.filter(pk__in=ids).values_list("pk", "name"))
        require_confirmation(
            Question("readings", f"{describe_unusual_series(names[id], name, mean)} correct or confirm them", name)
            for id, name, mean in unusual
        )


def withdraw_container_readings(container: int, at: NDArray[np.datetime64], reason: str) -> int:
    """Delete readings of a container that were never made; return their number."""
    require_reason(reason)
    micros = at.astype("datetime64[us]").astype(np.int64)
    if not len(micros):
        return 0
    rows = {"container_id": np.full(len(micros), container), "at": micros}
    containers, first = _find_affected(rows)
    with changes.edit_placements(_find_placements(containers, first)):
        _lock_containers(containers)
        gone = get_psycopg_connection().execute(WITHDRAW, {"container": container, "at": micros.tolist()})
        days = gone.fetchall()
        summarize_days(containers, {(container, day) for (day,) in days})
        return len(days)


def _build_columns(readings: Readings) -> dict[str, NDArray[Any]]:
    """Return the last reading of each container and time; refuse values out of range."""
    if not readings.measured or not set(readings.measured) <= set(PARAMETERS):
        raise GrilseError(f"a reading is of one or more of {', '.join(PARAMETERS)}")
    at = readings.at.astype("datetime64[us]").astype(np.int64)
    measured = {name: np.asarray(values, np.float64) for name, values in readings.measured.items()}
    for name, values in measured.items():
        for value in values[is_out_of_range(name, values)][:1]:
            refuse_out_of_range(name, value)
    if len({len(readings.container), len(at), *map(len, measured.values())}) > 1:
        raise GrilseError("the columns of the readings are of different lengths")
    # A row without values is no reading.
    some = ~np.all([np.isnan(values) for values in measured.values()], axis=0)
    stored = {name: values[some].astype(np.float32) for name, values in measured.items()}
    return _merge_rows({"container_id": readings.container[some].astype(np.int64), "at": at[some], **stored})


def _merge_rows(rows: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return one row for each container and time, with the last value of each parameter."""
    keys = np.stack([rows["container_id"], rows["at"]])
    unique_keys, group = np.unique(keys, axis=1, return_inverse=True)
    merged: dict[str, NDArray[Any]] = {"container_id": unique_keys[0], "at": unique_keys[1]}
    for name in rows.keys() - merged.keys():
        known = np.flatnonzero(~np.isnan(rows[name]))
        merged[name] = np.full(unique_keys.shape[1], np.nan, np.float32)
        # Of several values for one position numpy assigns the last.
        merged[name][group.reshape(-1)[known]] = rows[name][known]
    return merged


def _find_affected(rows: dict[str, NDArray[Any]]) -> tuple[list[int], date]:
    """Return the containers and the first day of readings; refuse impossible days."""
    days = rows["at"] // DAY_MICROSECONDS
    first, last = int(days.min()), int(days.max())
    refuse_impossible_day(first)
    refuse_impossible_day(last)
    return np.unique(rows["container_id"]).tolist(), from_epoch_day(first)


def _find_placements(containers: list[int], first: date) -> list[int]:
    """Return the placements that may depend on readings from a day on; one statement."""
    rows = get_psycopg_connection().execute(AFFECTED_PLACEMENTS, {"containers": containers, "first": first})
    return [row[0] for row in rows]


def _lock_containers(containers: list[int]) -> None:
    """Lock containers, so that one request at a time changes their readings and daily summaries."""
    there = Container.objects.select_for_update(no_key=True).filter(pk__in=containers).order_by("pk")
    for missing in sorted(set(containers) - {container.pk for container in there}):
        raise GrilseError(f"there is no container {missing}")


def _build_merge_sql(arrivals: str, parameters: list[str]) -> str:
    """Return the statement that merges arrivals and returns the number of changes by container and day."""
    merged = ", ".join(f"{name} = coalesce(EXCLUDED.{name}, r.{name})" for name in parameters)
    stored_values = ", ".join(f"r.{name}" for name in parameters)
    merged_values = ", ".join(f"coalesce(EXCLUDED.{name}, r.{name})" for name in parameters)
    column_list = ", ".join(["company_id", "container_id", "at", *parameters])
    return (
        f'WITH changed AS (INSERT INTO environment_reading AS r ({column_list}) SELECT {column_list} FROM "{arrivals}"'
        f" ON CONFLICT (container_id, at) DO UPDATE SET {merged}"
        f" WHERE ROW({stored_values}) IS DISTINCT FROM ROW({merged_values})"
        " RETURNING container_id, (at AT TIME ZONE 'UTC')::date AS day)"
        " SELECT container_id, day, count(*) FROM changed GROUP BY container_id, day"
    )


# The next reading also summarizes days that ended since the last summary, so they are affected, too.
AFFECTED_PLACEMENTS = """
SELECT p.id FROM stock_placement p
 WHERE p.container_id = ANY(%(containers)s)
   AND coalesce(p.stop, 'infinity') > least(%(first)s,
       (SELECT max(d.date) FROM environment_dailyenvironment d WHERE d.container_id = p.container_id))
"""
WITHDRAW = """
DELETE FROM environment_reading
 WHERE container_id = %(container)s
   AND at = ANY(SELECT timestamptz '1970-01-01 00:00Z' + micros * interval '1 microsecond'
                  FROM unnest(%(at)s::bigint[]) AS micros)
RETURNING (at AT TIME ZONE 'UTC')::date
"""
