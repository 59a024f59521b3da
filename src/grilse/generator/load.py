"""A history into the database: shards side by side, each all or nothing, then indexes, then fingerprints."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from grilse.bulk import structure
from grilse.connect import connect
from grilse.errors import GrilseError
from grilse.exchange.fingerprint import fingerprint, shards
from grilse.generator.database import Database, DatabaseSink
from grilse.generator.phases import Phases, Watch
from grilse.generator.places import KIND as WORLD
from grilse.generator.places import write_places
from grilse.generator.run import Run, is_kept
from grilse.generator.staff.directory import shards_of
from grilse.generator.staff_shard import COMPANY, report_weeks, write_staff
from grilse.growth.actions import ensure_default_models

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
    "people_trackpoint",
    "people_journey",
    "people_visit",
    "people_journalentry",
    "helpdesk_comment",
)


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
        company = settle(run)
        ensure_default_models(company, using="owner")
        structure.drop(connection, LARGE)
        phases = Phases(workers=workers, address=address, watch=watch, prepare=connect)
        done = finished(connection, company, run.key)
        if (COMPANY, run.world.name) not in done and shards_of(run):
            write_staff(company, run)
        phases.make(run, Database(company), done, shards_of(run))
        _index(connection, workers, watch)
        if shards_of(run):
            report_weeks(company, run)
        with watch("fingerprint", 2, "passes") as advance:
            if _unsigned(connection, company, run.key):
                connection.execute("ANALYZE")
                _sign(connection, company, run.key)
            advance(1)
            digest = fingerprint(connection, company).total
            advance(1)
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


def settle(run: Run) -> int:
    """Write company and places, once a run, in one transaction; return the company's id."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        company = _company(connection, run.world.company)
        _refuse_another(connection, company, run)
        if (WORLD, run.world.name) not in finished(connection, company, run.key):
            there = "SELECT name FROM farm_geography WHERE company_id = %s"
            sink = DatabaseSink(connection, company)
            try:
                write_places(sink, run, [row[0] for row in connection.execute(there, [company])])
            except psycopg.IntegrityError as error:
                raise GrilseError(
                    f"the world's places collide with what {run.world.company} has already:"
                    f" {error.diag.message_detail}; empty the database with `grilse db reset`,"
                    " or name another company in the world's file"
                ) from error
            sink.record(run.key, WORLD, run.world.name)
    return company


def _company(connection: psycopg.Connection[Any], name: str) -> int:
    connection.execute("INSERT INTO farm_company (name) VALUES (%s) ON CONFLICT DO NOTHING", [name])
    row = connection.execute("SELECT id FROM farm_company WHERE name = %s", [name]).fetchone()
    return int(row[0]) if row else 0


def _refuse_another(connection: psycopg.Connection[Any], company: int, run: Run) -> None:
    query = "SELECT run FROM generator_shard WHERE company_id = %s AND run <> %s LIMIT 1"
    other = connection.execute(query, [company, run.key]).fetchone()
    if other is not None:
        raise GrilseError(
            f"{run.world.company} already holds another generated history (run {other[0]}); "
            "empty the database with `grilse db reset`, or name another company in the world's file"
        )


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


def is_loaded(run: Run) -> bool:
    """Tell whether a run is in the database whole, signed and indexed, with its truth beside."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        query = "SELECT id FROM farm_company WHERE name = %s"
        company = connection.execute(query, [run.world.company]).fetchone()
        if company is None or _unsigned(connection, company[0], run.key) or structure.missing(connection):
            return False
        staff = shards_of(run)
        due = 1 + len(run.plan.batches) + len(run.sites()) + len(staff) + bool(staff)
        whole = len(finished(connection, company[0], run.key)) == due
    return whole and all(is_kept(run.key, batch.number) for batch in run.plan.batches)


def _index(connection: psycopg.Connection[Any], workers: int, watch: Watch) -> None:
    parts = structure.missing(connection)
    with watch("indexes", len(parts), "indexes") as advance:
        advance(structure.repair(os.environ["DATABASE_URL"], parts, workers))


def _unsigned(connection: psycopg.Connection[Any], company: int, run: str) -> bool:
    """Tell whether shards came in that have no content hash yet; the feed of eggs has no rows to hash."""
    query = (
        "SELECT 1 FROM generator_shard WHERE company_id = %s AND run = %s AND kind <> %s"
        " AND content_hash = '' AND rows <> '{}' LIMIT 1"
    )
    return connection.execute(query, [company, run, WORLD]).fetchone() is not None


def _sign(connection: psycopg.Connection[Any], company: int, run: str) -> None:
    """Record the content hash of the shards that have none."""
    hashes = shards(connection, company)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE generator_shard SET content_hash = %s"
            " WHERE company_id = %s AND run = %s AND kind = %s AND key = %s AND content_hash = ''",
            [(digest, company, run, kind, key) for (kind, key), digest in hashes.items() if kind != WORLD],
        )
