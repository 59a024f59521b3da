"""Records as a bulk load wrote them, whatever people have entered, corrected and withdrawn since.

The change history stores a row before each change, so the first change of a row, unless it is its entry, holds the
loaded values. A change past Grilse, by another program, has no context and is not people's. A query reads the loaded
rows through common table expressions with the names of the tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from psycopg import Connection

from grilse.access.audit import ADDED, CHANGED, REMOVED
from grilse.access.change_history import find_event_model, list_tracked_models

# Rows of the ledger are never changed: a correction is another row. Loads name no author.
BY_PEOPLE = "e.pgh_context IS NOT NULL"
LOADED_MOVEMENTS = "SELECT * FROM stock_movement WHERE author_id IS NULL"


@dataclass(frozen=True, slots=True)
class OriginalRows:
    """The tables that people have changed since, and the common table expressions of their loaded rows."""

    tables: frozenset[str]
    expressions: str

    def build_query(self, query: str) -> str:
        """Return a query that reads the loaded rows."""
        return f"WITH {self.expressions} {query}" if self.expressions else query


def find_original_rows(connection: Connection[Any]) -> OriginalRows:
    """Return which tables people have changed since they were loaded; one statement."""
    tracked = {model._meta.db_table: model for model in list_tracked_models().values()}
    changed = {
        "stock_movement": "SELECT FROM stock_movement WHERE author_id IS NOT NULL",
        "environment_reading": "SELECT FROM environment_readingchange WHERE user_id IS NOT NULL",
        **{table: f"SELECT FROM {_get_event_table(model)} e WHERE {BY_PEOPLE}" for table, model in tracked.items()},
    }
    query = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS ({rows})" for table, rows in changed.items())
    tables = frozenset(row[0] for row in connection.execute(query.encode()))
    loaded = {table: _build_loaded_rows(model) for table, model in tracked.items() if table in tables}
    if "stock_movement" in tables:
        loaded["stock_movement"] = LOADED_MOVEMENTS
    # A name within an expression of a WITH list that is not recursive is that of the table itself.
    expressions = ", ".join(f"{table} AS NOT MATERIALIZED ({rows})" for table, rows in loaded.items())
    return OriginalRows(tables, expressions)


def iter_history_queries() -> Iterator[tuple[str, str]]:
    """Yield each tracked table with the query that counts the rows that their last event contradicts."""
    for model in list_tracked_models().values():
        table, columns = model._meta.db_table, _list_event_columns(model)
        stored, entered = (", ".join(f'{alias}."{column}"' for column in columns) for alias in "te")
        query = (
            f"SELECT count(*) FROM (SELECT DISTINCT ON (pgh_obj_id) * FROM {_get_event_table(model)}"
            f' ORDER BY pgh_obj_id, pgh_id DESC) e LEFT JOIN {table} t ON t."id" = e.pgh_obj_id'
            f" WHERE CASE e.pgh_label WHEN '{REMOVED}' THEN t.id IS NOT NULL WHEN '{CHANGED}' THEN t.id IS NULL"
            f" ELSE t.id IS NULL OR ROW({entered}) IS DISTINCT FROM ROW({stored}) END"
        )
        yield table, query


def _build_loaded_rows(model: type[models.Model]) -> str:
    """Return the query of the rows of a table as they were loaded.

    Columns without history, which follow from other rows, have their current value.
    """
    table, events, tracked = model._meta.db_table, _get_event_table(model), _list_event_columns(model)
    names = [field.column for field in model._meta.concrete_fields]
    current = ", ".join(f'o."{name}"' for name in names)
    first = ", ".join(
        f'e."{name}"'
        if name in tracked
        else f'(SELECT o."{name}" FROM {table} o WHERE o.id = e.pgh_obj_id) AS "{name}"'
        for name in names
    )
    return (
        f"SELECT {current} FROM {table} o WHERE NOT EXISTS"
        f" (SELECT FROM {events} e WHERE e.pgh_obj_id = o.id AND {BY_PEOPLE})"
        f" UNION ALL SELECT {first} FROM (SELECT DISTINCT ON (pgh_obj_id) * FROM {events} e WHERE {BY_PEOPLE}"
        f" ORDER BY pgh_obj_id, pgh_id) e WHERE e.pgh_label <> '{ADDED}'"
    )


def _get_event_table(model: type[models.Model]) -> str:
    return _get_event_model(model)._meta.db_table


def _list_event_columns(model: type[models.Model]) -> list[str]:
    """Return the columns of which the history stores the values."""
    own = {field.column for field in model._meta.concrete_fields}
    columns = (str(field.column) for field in _get_event_model(model)._meta.concrete_fields)
    return [column for column in columns if column in own]


def _get_event_model(model: type[models.Model]) -> type[models.Model]:
    event_model = find_event_model(model)
    assert event_model is not None, model
    return event_model
