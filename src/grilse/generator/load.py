"""A history into the database: shards side by side, each all or nothing, then indexes, then fingerprints."""

import os
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg

from grilse import engine, home
from grilse.bulk import structure
from grilse.connect import connect
from grilse.errors import GrilseError
from grilse.exchange.fingerprint import fingerprint, shards
from grilse.generator import batch_shard, store_shard
from grilse.generator.places import KIND as WORLD
from grilse.generator.places import write_places
from grilse.generator.run import Run, is_kept

# What is large is loaded bare and indexed afterwards.
LARGE = (
    "stock_movement",
    "stock_weightsample",
    "environment_reading",
    "environment_dailyenvironment",
    "feeding_meal",
    "feeding_draw",
    "health_licecount",
    "health_healthscore",
)

Task = TypeVar("Task", batch_shard.Task, store_shard.Task)
Watch = Callable[[str, float, str], AbstractContextManager[Callable[[float], None]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """What a run left in the database."""

    batches: int
    rows: dict[str, int]
    seconds: float
    fingerprint: str


def generate(run: Run, *, workers: int, address: str = "", watch: Watch) -> Loaded:
    """Bring a run into the database, or go on where an interrupted one stopped."""
    begun = time.monotonic()
    with loading() as connection:
        company = write_places(run)
        structure.drop(connection, LARGE)
        done = finished(connection, company, run.key)
        batches = [
            batch_shard.Task(run, company, batch.number, (batch_shard.KIND, batch.number) in done)
            for batch in run.plan.batches
            if (batch_shard.KIND, batch.number) not in done or not is_kept(run.key, batch.number)
        ]
        stores = [
            store_shard.Task(run, company, site)
            for site in run.sites()
            if (store_shard.KIND, site) not in done
        ]
        _load("batches", batch_shard.load_batch, batches, run, workers, address, watch)
        _load("feed", store_shard.load_store, stores, run, workers, address, watch)
        _index(connection, workers, watch)
        digest = _sign(connection, company, run.key, watch)
        rows = counted(connection, company, run.key)
    return Loaded(
        batches=len(run.plan.batches), rows=rows, seconds=time.monotonic() - begun, fingerprint=digest
    )


@contextmanager
def loading() -> Iterator[psycopg.Connection[Any]]:
    """Hold the lock of bulk loads on a connection of its own."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [structure.LOADING]).fetchone()
        if not (row and row[0]):
            raise GrilseError("another load into this database is under way; wait for it, or stop it first")
        yield connection


def finished(connection: psycopg.Connection[Any], company: int, run: str) -> set[tuple[str, str]]:
    """Return the shards that are in the database."""
    query = "SELECT kind, key FROM generator_shard WHERE company_id = %s AND run = %s"
    return set(connection.execute(query, [company, run]).fetchall())


def counted(connection: psycopg.Connection[Any], company: int, run: str) -> dict[str, int]:
    """Return the rows that a run wrote, by table."""
    query = (
        "SELECT r.key, sum(r.value::bigint)::bigint FROM generator_shard s, jsonb_each_text(s.rows) r"
        " WHERE s.company_id = %s AND s.run = %s GROUP BY r.key ORDER BY r.key"
    )
    return dict(connection.execute(query, [company, run]).fetchall())


def _load(
    phase: str,
    function: Callable[[Task], dict[str, int]],
    tasks: Sequence[Task],
    run: Run,
    workers: int,
    address: str,
    watch: Watch,
) -> None:
    """Run the tasks; a shard that fails twice is named, with its log."""
    failed: list[str] = []
    with watch(phase, len(tasks), "shards") as advance:
        results = engine.run(
            function, tasks, workers=min(workers, len(tasks)), address=address, prepare=connect
        )
        for done in results:
            advance(1)
            if done.error is not None:
                failed.append(f"{done.task.key} ({_one_line(done.error)})")
                _log(run, done.task.key, done.error)
    if failed:
        where = home.root() / "logs" / run.key
        raise GrilseError(
            f"{len(failed)} of {len(tasks)} shards failed: {', '.join(failed[:5])}; logs in {where};"
            " what is loaded stays, the same command goes on"
        )


def _one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def _log(run: Run, key: str, error: BaseException) -> None:
    folder = home.folder("logs") / run.key
    folder.mkdir(exist_ok=True)
    (folder / f"{key}.log").write_text("".join(traceback.format_exception(error)))


def _index(connection: psycopg.Connection[Any], workers: int, watch: Watch) -> None:
    parts = structure.missing(connection)
    with watch("indexes", len(parts), "indexes") as advance:
        advance(structure.repair(os.environ["DATABASE_URL"], parts, workers))
    connection.execute("ANALYZE")


def _sign(connection: psycopg.Connection[Any], company: int, run: str, watch: Watch) -> str:
    """Record the content hash of every shard, and return the fingerprint of all."""
    with watch("fingerprint", 2, "passes") as advance:
        hashes = shards(connection, company)
        advance(1)
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE generator_shard SET content_hash = %s"
                " WHERE company_id = %s AND run = %s AND kind = %s AND key = %s AND content_hash = ''",
                [(digest, company, run, kind, key) for (kind, key), digest in hashes.items() if kind != WORLD],
            )
        digest = fingerprint(connection, company).total
        advance(1)
    return digest
