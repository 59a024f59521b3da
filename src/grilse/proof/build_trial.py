"""Trial of an index build: whether writers of the table have to wait, tried on a real server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from time import perf_counter, sleep
from typing import Any, LiteralString

from psycopg import Connection, connect, errors, sql

from grilse.proof.indexes import INDEX_TARGET, Index

LOCK_TIMEOUT = "200ms"
"""A write that waits longer than this for the table counts as blocked."""
MIN_WRITES, MAX_BLOCKED_WRITES = 200, 3
"""Writes before the build may end, and blocked writes after which the trial ends."""
ROWS = 200_000
SCRATCH_TABLE, SCRATCH_INDEX = "proof_written", "proof_written_built"


@dataclass(kw_only=True, slots=True)
class BuildTrial:
    """The writes during a build."""

    index: str
    """The index whose definition was built."""
    concurrently: bool
    writes: int = 0
    blocked_writes: int = 0
    """Writes that timed out because the table was locked."""
    longest_write_ms: float = 0.0
    """Time of the longest write."""
    build_seconds: float = 0.0
    """Time of the build, which an open transaction delays until enough rows are written."""
    error: str = ""

    @property
    def has_passed(self) -> bool:
        """Whether rows were written, no write was blocked, and the index was built."""
        return self.writes > 0 and not self.blocked_writes and not self.error


def build_while_writing(url: str, index: Index, *, concurrently: bool) -> BuildTrial:
    """Build an index of the same definition on a scratch table while a thread writes to it, and drop both.

    The scratch table has rows of the table of the index. The build cannot end too early: a concurrent build
    waits for an older transaction, a plain build holds its lock until its transaction ends.
    """
    trial = BuildTrial(index=index.name, concurrently=concurrently)
    with create_scratch_table(url, index.table), connect(url) as older_transaction:
        ended = Event()
        if concurrently:
            older_transaction.execute(INSERT_ROW)
        builder = Thread(target=_build_index, args=(url, build_create_statement(index, concurrently), trial, ended))
        builder.start()
        _wait_for_build_lock(url, builder)
        _write_rows(url, trial, MIN_WRITES)
        older_transaction.rollback()
        ended.set()
        while builder.is_alive() and not trial.blocked_writes:
            _write_rows(url, trial, 1)
        builder.join()
    return trial


def build_create_statement(index: Index, concurrently: bool) -> str:
    """Return the statement that creates an index of the same definition on the scratch table."""
    option = "CONCURRENTLY " if concurrently else ""
    columns = INDEX_TARGET.split(index.definition, maxsplit=1)[1]
    return f"CREATE INDEX {option}{SCRATCH_INDEX} ON {SCRATCH_TABLE} USING {columns}"


@contextmanager
def create_scratch_table(url: str, source_table: str) -> Iterator[None]:
    """Create a table with rows of another table while the block runs."""
    with connect(url, autocommit=True) as connection:
        connection.execute(DROP_TABLE)
        connection.execute(sql.SQL(CREATE_TABLE).format(sql.Identifier(source_table), sql.Literal(ROWS)))
        try:
            yield
        finally:
            connection.execute(DROP_TABLE)


def _build_index(url: str, statement: str, trial: BuildTrial, ended: Event) -> None:
    begun = perf_counter()
    try:
        with connect(url, autocommit=True) as connection:
            if trial.concurrently:
                connection.execute(statement.encode())
            else:
                with connection.transaction():
                    connection.execute(statement.encode())
                    ended.wait()
    except errors.Error as error:
        trial.error = str(error).splitlines()[0]
    trial.build_seconds = perf_counter() - begun


def _wait_for_build_lock(url: str, builder: Thread) -> None:
    with connect(url, autocommit=True) as connection:
        while builder.is_alive() and not connection.execute(BUILD_LOCKS).fetchone():
            sleep(0.002)


def _write_rows(url: str, trial: BuildTrial, times: int) -> None:
    with connect(url, autocommit=True) as connection:
        connection.execute(SET_LOCK_TIMEOUT)
        for _ in range(times):
            _insert_row(connection, trial)
            if trial.blocked_writes >= MAX_BLOCKED_WRITES:
                return


def _insert_row(connection: Connection[Any], trial: BuildTrial) -> None:
    begun = perf_counter()
    try:
        connection.execute(INSERT_ROW)
        trial.writes += 1
    except errors.LockNotAvailable:
        trial.blocked_writes += 1
    trial.longest_write_ms = max(trial.longest_write_ms, 1000 * (perf_counter() - begun))


SET_LOCK_TIMEOUT: LiteralString = f"SET lock_timeout = '{LOCK_TIMEOUT}'"
DROP_TABLE: LiteralString = f"DROP TABLE IF EXISTS {SCRATCH_TABLE}"
CREATE_TABLE: LiteralString = f"CREATE TABLE {SCRATCH_TABLE} AS SELECT * FROM {{}} LIMIT {{}}"
INSERT_ROW: LiteralString = f"INSERT INTO {SCRATCH_TABLE} SELECT * FROM {SCRATCH_TABLE} LIMIT 1"
BUILD_LOCKS: LiteralString = f"""
SELECT 1 FROM pg_locks
 WHERE relation = '{SCRATCH_TABLE}'::regclass AND granted AND mode IN ('ShareLock', 'ShareUpdateExclusiveLock')
"""
