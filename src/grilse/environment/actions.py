"""Readings of the water: recorded, corrected by a later value, withdrawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.bulk.copy import ParameterRows
from grilse.bulk.table import Table
from grilse.confirmation import Question, require_confirmation
from grilse.environment.containers import read_container_zones
from grilse.environment.daily_summaries import lock_containers, summarize_days
from grilse.environment.models import Reading
from grilse.environment.parameters import (
    NEAR_DAYS,
    PARAMETERS,
    USUAL,
    DailyMeans,
    compute_daily_means,
    describe_unusual_change,
    describe_unusual_series,
    find_container_days,
    find_unusual_changes,
    find_unusual_series,
    is_out_of_range,
    refuse_out_of_range,
)
from grilse.errors import GrilseError
from grilse.farm.models import Container
from grilse.farm.site_names import build_label
from grilse.farm.time_zones import build_day_sql, build_zone_joins
from grilse.science.days import from_epoch_day
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


@dataclass(frozen=True, kw_only=True, slots=True)
class MergedReadings:
    """What was recorded of some readings."""

    changed: int
    """Readings, each of one container and time, that are new or have another value than before."""
    rows: int
    """Rows that belong to them."""


def record_readings(readings: Readings) -> int:
    """Record readings and return how many are new or changed; batches are estimated once for all of them.

    An equal value is the same reading; another value replaces it. Parameters that a reading leaves out
    keep their value.
    """
    return merge_readings(readings).changed


def merge_readings(readings: Readings) -> MergedReadings:
    """Record readings as `record_readings` does, and return also how many rows changed something."""
    rows, sizes = _build_columns(readings)
    if not len(rows["at"]):
        return MergedReadings(changed=0, rows=0)
    _ask_about_units(rows)
    containers, days = _find_affected(rows)
    _ask_about_changes(rows, days)
    with changes.edit_placements(_find_placements(containers, days)):
        lock_containers(containers)
        whose = {"company_id": np.full(len(rows["at"]), get_current_actor().company)}
        connection = get_psycopg_connection()
        arriving = ParameterRows(Table.from_model(Reading), {**whose, **rows})
        repeated = bool((sizes > 1).any())
        statement = _build_merge_sql(arriving, list(readings.measured), with_times=repeated)
        changed = arriving.execute(connection, statement).fetchall()
        summarize_days(containers, {(row[0], row[1]) for row in changed})
        count = sum(row[2] for row in changed)
        return MergedReadings(changed=count, rows=_count_rows(rows, sizes, changed) if repeated else count)


def _count_rows(rows: Mapping[str, NDArray[Any]], sizes: NDArray[np.int64], changed: list[Any]) -> int:
    """Return the number of rows that belong to changed readings; `sizes` is the number of rows of each reading."""
    keys = {(container, at) for container, _, _, times in changed for at in times}
    pairs = zip(rows["container_id"].tolist(), rows["at"].tolist(), sizes.tolist(), strict=True)
    return sum(size for container, at, size in pairs if (container, at) in keys)


def _ask_about_units(rows: Mapping[str, NDArray[Any]]) -> None:
    """Ask about containers whose values look like those of another unit; one statement, if there is any."""
    unusual = [
        (int(container), name, float(mean))
        for name in USUAL
        if name in rows
        for container, mean in zip(*find_unusual_series(name, rows["container_id"], rows[name]), strict=True)
    ]
    if unusual:
        names = _read_container_names(container for container, _, _ in unusual)
        require_confirmation(
            Question("readings", f"{describe_unusual_series(names[id], name, mean)} {CORRECT_OR_CONFIRM}", name)
            for id, name, mean in unusual
        )


def _ask_about_changes(rows: Mapping[str, NDArray[Any]], days: NDArray[np.int64]) -> None:
    """Ask about containers whose temperature is far from that of the days nearby; two statements at most."""
    if "temperature_c" not in rows:
        return
    arrived = compute_daily_means(rows["container_id"], days, rows["temperature_c"])
    nearby = {"first": int(days.min()) - NEAR_DAYS, "last": int(days.max()) + NEAR_DAYS}
    known = get_psycopg_connection().execute(
        NEARBY_TEMPERATURES, {"containers": np.unique(arrived.container).tolist(), **nearby}
    )
    container, day, mean = np.array(known.fetchall() or np.empty((0, 3))).T
    summaries = DailyMeans(container=container.astype(np.int64), day=day.astype(np.int64), mean=mean)
    unusual, nearest = find_unusual_changes(arrived, summaries)
    if len(unusual):
        names = _read_container_names(arrived.container[unusual].tolist())
        figures = (arrived.container[unusual], arrived.day[unusual], arrived.mean[unusual], day[nearest], mean[nearest])
        texts = (
            describe_unusual_change(names[int(id)], int(on), new, int(near), old)
            for id, on, new, near, old in zip(*figures, strict=True)
        )
        require_confirmation(Question("readings", f"{text} {CORRECT_OR_CONFIRM}", "temperature_c") for text in texts)


def _read_container_names(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of containers by id; one statement."""
    return dict(Container.objects.filter(pk__in=set(ids)).values_list("pk", build_label(Container)))


def withdraw_container_readings(container: int, at: NDArray[np.datetime64], reason: str) -> int:
    """Delete readings of a container that were never made; return their number."""
    require_reason(reason)
    micros = at.astype("datetime64[us]").astype(np.int64)
    if not len(micros):
        return 0
    rows = {"container_id": np.full(len(micros), container), "at": micros}
    containers, affected_days = _find_affected(rows)
    with changes.edit_placements(_find_placements(containers, affected_days)):
        lock_containers(containers)
        gone = get_psycopg_connection().execute(WITHDRAW, {"container": container, "at": micros.tolist()})
        days = gone.fetchall()
        summarize_days(containers, {(container, day) for (day,) in days})
        return len(days)


def _build_columns(readings: Readings) -> tuple[dict[str, NDArray[Any]], NDArray[np.int64]]:
    """Return the last reading of each container and time, and the rows of each; refuse values out of range."""
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


def _merge_rows(rows: dict[str, NDArray[Any]]) -> tuple[dict[str, NDArray[Any]], NDArray[np.int64]]:
    """Return one row for each container and time, with the last value of each parameter, and how many it merges."""
    keys = np.stack([rows["container_id"], rows["at"]])
    unique_keys, group = np.unique(keys, axis=1, return_inverse=True)
    merged: dict[str, NDArray[Any]] = {"container_id": unique_keys[0], "at": unique_keys[1]}
    for name in rows.keys() - merged.keys():
        known = np.flatnonzero(~np.isnan(rows[name]))
        merged[name] = np.full(unique_keys.shape[1], np.nan, np.float32)
        # Of several values for one position numpy assigns the last.
        merged[name][group.reshape(-1)[known]] = rows[name][known]
    return merged, np.bincount(group.reshape(-1), minlength=unique_keys.shape[1])


def _find_affected(rows: Mapping[str, NDArray[Any]]) -> tuple[list[int], NDArray[np.int64]]:
    """Return the containers and the day of each reading; refuse impossible days; one statement."""
    containers = np.unique(rows["container_id"]).tolist()
    days = find_container_days(rows["container_id"], rows["at"], read_container_zones(containers))
    for row in np.flatnonzero(days.find_impossible())[:1].tolist():
        days.refuse_impossible(row)
    return containers, days.day


def _find_placements(containers: list[int], days: NDArray[np.int64]) -> list[int]:
    """Return the placements that may depend on readings of some days; one statement."""
    parameters = {"containers": containers, "first": from_epoch_day(int(days.min()))}
    rows = get_psycopg_connection().execute(AFFECTED_PLACEMENTS, parameters)
    return [row[0] for row in rows]


def _build_merge_sql(arriving: ParameterRows, parameters: list[str], *, with_times: bool) -> str:
    """Return the statement that merges arriving readings and returns the number of changes by container and day."""
    times = ", array_agg((extract(epoch FROM at) * 1000000)::bigint)" if with_times else ""
    merged = ", ".join(f"{name} = coalesce(EXCLUDED.{name}, r.{name})" for name in parameters)
    stored_values = ", ".join(f"r.{name}" for name in parameters)
    merged_values = ", ".join(f"coalesce(EXCLUDED.{name}, r.{name})" for name in parameters)
    column_list = ", ".join(["company_id", "container_id", "at", *parameters])
    return (
        f"WITH changed AS (INSERT INTO environment_reading AS r ({column_list})"
        f" SELECT {column_list} FROM {arriving.source}"
        f" ON CONFLICT (container_id, at) DO UPDATE SET {merged}"
        f" WHERE ROW({stored_values}) IS DISTINCT FROM ROW({merged_values})"
        " RETURNING container_id, at)"
        f" SELECT container_id, {build_day_sql('at')} AS day, count(*){times} FROM changed"
        f" JOIN farm_container c ON c.id = container_id {build_zone_joins('c')} GROUP BY 1, 2"
    )


# The next reading also summarizes days that ended since the last summary, so they are affected, too.
CORRECT_OR_CONFIRM = "correct or confirm them"
NEARBY_TEMPERATURES = """
SELECT container_id, date - date '1970-01-01', temperature_mean FROM environment_dailyenvironment
 WHERE container_id = ANY(%(containers)s) AND temperature_mean IS NOT NULL
   AND date BETWEEN date '1970-01-01' + %(first)s::integer AND date '1970-01-01' + %(last)s::integer
 ORDER BY container_id, date
"""
AFFECTED_PLACEMENTS = """
SELECT p.id FROM stock_placement p
 WHERE p.container_id = ANY(%(containers)s)
   AND coalesce(p.stop, 'infinity') > least(%(first)s,
       (SELECT max(d.date) FROM environment_dailyenvironment d WHERE d.container_id = p.container_id))
"""
WITHDRAW = f"""
WITH gone AS (
DELETE FROM environment_reading
 WHERE container_id = %(container)s
   AND at = ANY(SELECT timestamptz '1970-01-01 00:00Z' + micros * interval '1 microsecond'
                  FROM unnest(%(at)s::bigint[]) AS micros)
RETURNING container_id, at
)
SELECT {build_day_sql("at")} FROM gone JOIN farm_container c ON c.id = gone.container_id {build_zone_joins("c")}
"""
