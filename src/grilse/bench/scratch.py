"""Scratch tables for measurements: empty copies of tables in a separate schema, and COPY into them."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection

SCRATCH = "grilse_scratch"


@contextmanager
def create_scratch_tables(connection: Connection[Any], tables: Iterable[str], including: str = "") -> Iterator[None]:
    """Create empty copies of tables, and drop them at the end; `including` are options of LIKE."""
    connection.execute(f"DROP SCHEMA IF EXISTS {SCRATCH} CASCADE")
    connection.execute(f"CREATE SCHEMA {SCRATCH}")
    try:
        for table in tables:
            connection.execute(f"CREATE TABLE {SCRATCH}.{table} (LIKE public.{table} {including})".encode())
        yield
    finally:
        connection.execute(f"DROP SCHEMA {SCRATCH} CASCADE")


def execute_in_parallel(url: str, statements: Iterable[str], workers: int) -> None:
    """Execute statements that build indexes and constraints, each on its own connection."""

    def execute(statement: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET maintenance_work_mem = '512MB'")
            connection.execute(statement.encode())

    with ThreadPoolExecutor(workers) as threads:
        list(threads.map(execute, statements))


def read_copy_stream(connection: Connection[Any], query: str) -> bytes:
    """Return the rows of a query as binary COPY data."""
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)".encode()) as copy:
        return b"".join(bytes(row) for row in copy)


def measure_bare_copy(connection: Connection[Any], streams: Mapping[str, Sequence[bytes]]) -> float:
    """Return the seconds to COPY encoded rows into scratch tables without indexes."""
    for table in streams:
        connection.execute(f"DROP TABLE {SCRATCH}.{table}".encode())
        connection.execute(f"CREATE TABLE {SCRATCH}.{table} (LIKE public.{table})".encode())
    begun = time.perf_counter()
    for table, chunks in streams.items():
        statement = f"COPY {SCRATCH}.{table} FROM STDIN (FORMAT binary)".encode()
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for chunk in chunks:
                copy.write(chunk)
    return time.perf_counter() - begun
