"""An index built while somebody writes: whether the writer has to wait, tried on a real server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from time import perf_counter, sleep
from typing import Any, LiteralString

from psycopg import Connection, connect, errors, sql

from grilse.proof.indexes import Index
from grilse.proof.writing import MADE_ON

PATIENCE = "200ms"
"""A write that waits longer than this for the table is counted as held up."""
WRITES, HELD = 200, 3
"""Writes before the build may end, and held up ones after which nobody tries any more."""
ROWS = 200_000
OWN, BUILT = "proof_written", "proof_written_built"


@dataclass(kw_only=True, slots=True)
class Written:
    """What became of the writes during a build."""

    index: str
    """Whose like was built."""
    concurrently: bool
    writes: int = 0
    held: int = 0
    """Writes that gave up because the table was locked."""
    longest_ms: float = 0.0
    """That a write took."""
    seconds: float = 0.0
    """Of the build, which was kept from ending before enough was written."""
    failed: str = ""

    @property
    def ok(self) -> bool:
        """Whether somebody wrote, nobody was held up, and the index was built."""
        return self.writes > 0 and not self.held and not self.failed


def written_during(url: str, index: Index, *, concurrently: bool) -> Written:
    """Build the like of an index while a thread writes to its table, and drop both.

    The table is the proof's own, with rows of the index's. The build is kept from ending too early: a
    concurrent one waits for an older transaction, an ordinary one holds its lock until its migration is over.
    """
    found = Written(index=index.name, concurrently=concurrently)
    with own_table(url, index.table), connect(url) as older:
        ended = Event()
        if concurrently:
            older.execute(WRITE)
        builder = Thread(target=_build, args=(url, making(index, concurrently), found, ended))
        builder.start()
        _until_it_locks(url, builder)
        _write(url, found, WRITES)
        older.rollback()
        ended.set()
        while builder.is_alive() and not found.held:
            _write(url, found, 1)
        builder.join()
    return found


def making(index: Index, concurrently: bool) -> str:
    """Return the statement that makes the like of an index on the proof's own table."""
    how = "CONCURRENTLY " if concurrently else ""
    of = MADE_ON.split(index.definition, maxsplit=1)[1]
    return f"CREATE INDEX {how}{BUILT} ON {OWN} USING {of}"


@contextmanager
def own_table(url: str, of: str) -> Iterator[None]:
    """Make a table with rows of another, which nothing refers to."""
    with connect(url, autocommit=True) as connection:
        connection.execute(DROPPED)
        connection.execute(sql.SQL(FILLED).format(sql.Identifier(of), sql.Literal(ROWS)))
        try:
            yield
        finally:
            connection.execute(DROPPED)


def _build(url: str, statement: str, found: Written, ended: Event) -> None:
    begun = perf_counter()
    try:
        with connect(url, autocommit=True) as connection:
            if found.concurrently:
                connection.execute(statement.encode())
            else:
                with connection.transaction():
                    connection.execute(statement.encode())
                    ended.wait()
    except errors.Error as error:
        found.failed = str(error).splitlines()[0]
    found.seconds = perf_counter() - begun


def _until_it_locks(url: str, builder: Thread) -> None:
    with connect(url, autocommit=True) as connection:
        while builder.is_alive() and not connection.execute(LOCKED).fetchone():
            sleep(0.002)


def _write(url: str, found: Written, times: int) -> None:
    with connect(url, autocommit=True) as connection:
        connection.execute(WAITING)
        for _ in range(times):
            _write_once(connection, found)
            if found.held >= HELD:
                return


def _write_once(connection: Connection[Any], found: Written) -> None:
    begun = perf_counter()
    try:
        connection.execute(WRITE)
        found.writes += 1
    except errors.LockNotAvailable:
        found.held += 1
    found.longest_ms = max(found.longest_ms, 1000 * (perf_counter() - begun))


WAITING: LiteralString = f"SET lock_timeout = '{PATIENCE}'"
DROPPED: LiteralString = f"DROP TABLE IF EXISTS {OWN}"
FILLED: LiteralString = f"CREATE TABLE {OWN} AS SELECT * FROM {{}} LIMIT {{}}"
WRITE: LiteralString = f"INSERT INTO {OWN} SELECT * FROM {OWN} LIMIT 1"
LOCKED: LiteralString = f"""
SELECT 1 FROM pg_locks
 WHERE relation = '{OWN}'::regclass AND granted AND mode IN ('ShareLock', 'ShareUpdateExclusiveLock')
"""
