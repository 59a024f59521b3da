"""The conditions of a report: versions, commit, table sizes, and the pace of the machine."""

import platform
import subprocess
from collections.abc import Collection
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from time import perf_counter

from django.db import connection

from grilse.proof import conf


def read_versions() -> dict[str, str]:
    """Return the versions of the software."""
    versions = {"PostgreSQL": fetch_value("SHOW server_version"), "Python": platform.python_version()}
    for name in ("Django", "psycopg", *conf.read_setting("distributions", ())):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions


def read_commit() -> str | None:
    """Return the commit of the code, None outside a git checkout."""
    source = conf.read_setting("source")
    if source is None:
        return None
    command = ["git", "-C", str(source), "log", "-1", "--format=%H", "--", "."]
    try:
        completed = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return completed.stdout.strip() or None


def read_row_estimates() -> dict[str, int]:
    """Return the planner's estimate of the rows of each table; -1 for a table that was never analysed."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        return {name: int(count) for name, count in cursor.fetchall()}


def read_block_counts(tables: Collection[str]) -> dict[str, int]:
    """Return how many blocks of 8 kB tables have, without tables that do not exist."""
    with connection.cursor() as cursor:
        cursor.execute(BLOCKS, [list(tables)])
        return dict(cursor.fetchall())


def measure_machine_pace() -> float:
    """Return the milliseconds of a fixed task, half of it in the database and half in Python."""
    return round(median(_time_fixed_task() for _ in range(9)), 3)


def _time_fixed_task() -> float:
    begun = perf_counter()
    fetch_value("SELECT count(n::text) FROM generate_series(1, 20000) AS n")
    sum(len(str(n)) for n in range(20_000))
    return 1000 * (perf_counter() - begun)


def fetch_value(query: str) -> str:
    """Run a statement and return its only value."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return str(cursor.fetchone()[0])


BLOCKS = """
SELECT relname, pg_relation_size(oid) / current_setting('block_size')::int FROM pg_class
 WHERE relname = ANY(%s) AND relkind = 'r' AND relnamespace = current_schema()::regnamespace
"""
ROWS = """
SELECT relname, reltuples FROM pg_class
 WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY relname
"""
