"""What an index costs each row that is written, measured on a copy of some rows that nobody else sees."""

import re
from time import perf_counter
from typing import Any, LiteralString

from psycopg import Connection, sql

from grilse.proof.indexes import Index

SAMPLE = 5_000
"""Rows that are written with and without an index."""
MIN_ROWS = 500
"""With fewer, what the statement itself takes is measured."""
RUNS = 3


def measure_insert_cost(connection: Connection[Any], index: Index) -> float | None:
    """Return how much longer a row takes to insert with an index; None where there are too few to try."""
    with connection.transaction(force_rollback=True):
        _execute_statement(
            connection, "CREATE TEMP TABLE sample ON COMMIT DROP AS SELECT * FROM {} LIMIT {}", index.table, SAMPLE
        )
        rows = _count_rows(connection)
        if rows < MIN_ROWS:
            return None
        _execute_statement(connection, CREATE_TABLE, index.table)
        bare = min(_time_inserts(connection) for _ in range(RUNS))
        connection.execute(INDEX_TARGET.sub(" ON pg_temp.written USING ", index.definition, count=1).encode())
        return max(0.0, 1e6 * (min(_time_inserts(connection) for _ in range(RUNS)) - bare) / rows)


def _time_inserts(connection: Connection[Any]) -> float:
    connection.execute("TRUNCATE written")
    begun = perf_counter()
    connection.execute("INSERT INTO written SELECT * FROM sample")
    return perf_counter() - begun


def _count_rows(connection: Connection[Any]) -> int:
    row = connection.execute("SELECT count(*) FROM sample").fetchone()
    return int(row[0]) if row else 0


def _execute_statement(connection: Connection[Any], statement: LiteralString, table: str, *values: int) -> None:
    parts = [sql.Identifier(table), *map(sql.Literal, values)]
    connection.execute(sql.SQL(statement).format(*parts))


TAKEN: LiteralString = "CREATE TEMP TABLE sample ON COMMIT DROP AS SELECT * FROM {} LIMIT {}"
CREATE_TABLE: LiteralString = "CREATE TEMP TABLE written (LIKE {}) ON COMMIT DROP"
INDEX_TARGET = re.compile(r" ON (?:ONLY )?\S+ USING ")
