"""Rows on their way into a table that COPY may not write to, as under row-level security."""

from typing import Any

from psycopg import Connection

from grilse.bulk.binary import Columns
from grilse.bulk.copy import copy_in
from grilse.bulk.table import Table


def copy_to_staging(connection: Connection[Any], table: Table, columns: Columns) -> str:
    """COPY columns into the connection's own table of arrivals and return its name; two statements.

    The table stands as long as the connection and is empty after each transaction; columns that are not
    given are null there.
    """
    arrivals = Table(f"arriving_{table.name}", table.columns)
    statement = (
        f'CREATE TEMPORARY TABLE IF NOT EXISTS "{arrivals.name}" (LIKE "{table.name}")'
        f' ON COMMIT DELETE ROWS; DELETE FROM "{arrivals.name}"'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.encode())
    copy_in(connection, arrivals, columns)
    return arrivals.name
