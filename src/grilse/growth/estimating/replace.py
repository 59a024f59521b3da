"""Estimated states beside those that stand: only what differs is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Model
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import open_server_binding_cursor, read_columns
from grilse.bulk.staging import copy_to_staging
from grilse.bulk.table import Table
from grilse.growth.estimating.store import Columns
from grilse.growth.models import BatchState, DailyState

KEYS: dict[type[Model], str] = {DailyState: "placement_id", BatchState: "batch_id"}
DAYS = 1 << 20  # more than a date has since 1970, so that owner and day make one number


@dataclass(frozen=True, slots=True)
class StoredStates:
    """Which states stand of some placements or batches, and the digest of each."""

    table: Table
    key: str
    columns: Columns


def read_stored_states(
    connection: Connection[Any], company: int, model: type[Model], ids: Sequence[int]
) -> StoredStates:
    """Read the digests of the states of placements or batches that stand; one statement."""
    table, key = Table.from_model(model), KEYS[model]
    query = f'SELECT {key}, date, digest FROM "{table.name}" WHERE company_id = %(company)s AND {key} = ANY(%(ids)s)'
    kinds = {key: "int8", "date": "date", "digest": "int8"}
    return StoredStates(table, key, read_columns(connection, query, kinds, {"company": company, "ids": list(ids)}))


def replace_states(connection: Connection[Any], old: StoredStates, new: Columns) -> int:
    """Make the standing states the new ones and return how many were not so; at most five statements.

    A row that stands as it would be written is not touched. Known by their digests, the rows cost less than
    a join with the arrivals would: most of them stay.
    """
    differ, gone = compare_states(old, new)
    if gone.any():
        _delete_states(connection, old, gone)
    if differ.any():
        _replace_rows(connection, old, {name: column[differ] for name, column in new.items()})
    return int(differ.sum() + gone.sum())


def compare_states(old: StoredStates, new: Columns) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which new rows do not stand as they are, and which standing rows are no more."""
    if not len(old.columns["date"]):
        return np.ones(len(new["date"]), np.bool_), np.zeros(0, np.bool_)
    mine, theirs = _build_row_keys(old.columns, old.key), _build_row_keys(new, old.key)
    order = np.argsort(mine)
    at = order[np.minimum(np.searchsorted(mine[order], theirs), len(mine) - 1)]
    same = (mine[at] == theirs) & (old.columns["digest"][at] == new["digest"])
    return ~same, ~np.isin(mine, theirs)


def _build_row_keys(columns: Columns, key: str) -> NDArray[np.int64]:
    return columns[key].astype(np.int64) * DAYS + columns["date"].astype(np.int64)


def _delete_states(connection: Connection[Any], old: StoredStates, gone: NDArray[np.bool_]) -> None:
    days = old.columns["date"][gone].astype("datetime64[D]").tolist()
    open_server_binding_cursor(connection).execute(
        f'DELETE FROM "{old.table.name}" s USING unnest(%(ids)s::bigint[], %(days)s::date[]) AS g (id, day)'
        f" WHERE s.{old.key} = g.id AND s.date = g.day".encode(),
        {"ids": old.columns[old.key][gone].tolist(), "days": days},
    )


def _replace_rows(connection: Connection[Any], old: StoredStates, rows: Columns) -> None:
    """Put rows in the place of those that stand.

    Deleting all and inserting all costs less than an update of each: none would fit onto its page anyway. The
    owners are named so that the rows are found in one pass, not each by its key.
    """
    arrivals = copy_to_staging(connection, old.table, rows)
    cursor = open_server_binding_cursor(connection)
    cursor.execute(
        f'DELETE FROM "{old.table.name}" s USING "{arrivals}" a'
        f" WHERE s.{old.key} = a.{old.key} AND s.date = a.date AND s.{old.key} = ANY(%(ids)s)".encode(),
        {"ids": np.unique(rows[old.key]).tolist()},
    )
    listed = ", ".join(f'"{column.name}"' for column in old.table.columns if column.name in rows)
    cursor.execute(f'INSERT INTO "{old.table.name}" ({listed}) SELECT {listed} FROM "{arrivals}"'.encode())
