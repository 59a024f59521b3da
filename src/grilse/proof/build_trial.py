"""An index built while somebody writes: whether the writer has to wait, tried on a real server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from time import perf_counter, sleep
from typing import Any, LiteralString

from psycopg import Connection, connect, errors, sql

from grilse.proof.index_cost import INDEX_TARGET
from grilse.proof.indexes import Index

LOCK_TIMEOUT = "200ms"
"""A write that waits longer than this for the table is counted as held up."""
MIN_WRITES, MAX_BLOCKED_WRITES = 200, 3
"""Writes before the build may end, and held up ones after which nobody tries any more."""
ROWS = 200_000
SCRATCH_TABLE, SCRATCH_INDEX = "proof_written", "proof_written_built"


@dataclass(kw_only=True, slots=True)
class BuildTrial:
    """What became of the writes during a build."""

    index: str
    """Whose like was built."""
    concurrently: bool
    writes: int = 0
    blocked_writes: int = 0
    """Writes that gave up because the table was locked."""
    longest_write_ms: float = 0.0
    """That a write took."""
    build_seconds: float = 0.0
    """Of the build, which was kept from ending before enough was written."""
    error: str = ""

    @property
    def has_passed(self) -> bool:
        """Whether somebody wrote, nobody was held up, and the index was built."""
        return self.writes > 0 and not self.blocked_writes and not self.error


def build_while_writing(url: str, index: Index, *, concurrently: bool) -> BuildTrial:
    """Build the like of an index while a thread writes to its table, and drop both.

    The table is the proof's own, with rows of the index's. The build is kept from ending too early: a
    concurrent one waits for an older transaction, an ordinary one holds its lock until its migration is over.
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
    """Return the statement that makes the like of an index on the proof's own table."""
    how = "CONCURRENTLY " if concurrently else ""
    of = INDEX_TARGET.split(index.definition, maxsplit=1)[1]
    return f"CREATE INDEX {how}{SCRATCH_INDEX} ON {SCRATCH_TABLE} USING {of}"


@contextmanager
def create_scratch_table(url: str, source_table: str) -> Iterator[None]:
    """Make a table with rows of another, which nothing refers to."""
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
