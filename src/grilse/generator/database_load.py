"""Loads a history into the database: shards in parallel, then indexes, then fingerprints."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from grilse.access.models import Company
from grilse.bulk import schema_objects
from grilse.django_setup import connect_django
from grilse.errors import GrilseError
from grilse.exchange.fingerprint import (
    RowSum,
    compute_fingerprint,
    compute_owner_digest,
    compute_table_hashes,
    sum_owner_rows,
)
from grilse.generator.load.database_sink import DatabaseSink, DatabaseTarget, explain_collision
from grilse.generator.load.world_shard import KIND as WORLD
from grilse.generator.load.world_shard import write_places
from grilse.generator.models import History
from grilse.generator.schedule.plan_file import format_plan
from grilse.generator.schedule.run import GeneratorRun, has_truth_files
from grilse.generator.shard_runner import OpenProgress, ShardRunner
from grilse.generator.staff.directory import list_staff_shards
from grilse.generator.staff.staff_shard import COMPANY, write_last_reports, write_staff
from grilse.growth.default_models import ensure_default_models

# Large tables are loaded without indexes, which are built afterwards.
LARGE_TABLES = (
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
class DatabaseLoadResult:
    """The figures of a history in the database."""

    batches: int
    rows: dict[str, int]
    seconds: float
    fingerprint: str


def load_history(run: GeneratorRun, *, workers: int, address: str = "", watch: OpenProgress) -> DatabaseLoadResult:
    """Load a run into the database; a run that was interrupted continues where it stopped."""
    started = time.monotonic()
    with hold_load_lock() as connection:
        company = write_company_and_places(run)
        ensure_default_models(company, using="owner")
        schema_objects.drop_schema_objects(connection, LARGE_TABLES)
        runner = ShardRunner(workers=workers, address=address, watch=watch, prepare=connect_django)
        staff = list_staff_shards(run)
        done = read_finished_shards(connection, company, run.key)
        if (COMPANY, run.world.name) not in done and staff:
            write_staff(company, run)
        runner.make_shards(run, DatabaseTarget(company), done, staff)
        parts = schema_objects.find_missing_objects(connection)
        with watch("indexes", len(parts), "indexes") as advance:
            advance(schema_objects.create_schema_objects(os.environ["DATABASE_URL"], parts, workers))
        if staff:
            write_last_reports(company, run)
        with watch("fingerprint", 2, "passes") as advance:
            if _has_unsigned_shards(connection, company, run.key):
                connection.execute("ANALYZE")
                _record_content_hashes(connection, company, run.key)
            write_history(connection, company, run)
            advance(1)
            digest = compute_fingerprint(connection, company).total
            advance(1)
        rows = count_loaded_rows(connection, company, run.key)
    return DatabaseLoadResult(
        batches=len(run.plan.batches), rows=rows, seconds=time.monotonic() - started, fingerprint=digest
    )


@contextmanager
def hold_load_lock() -> Iterator[psycopg.Connection[Any]]:
    """Hold the lock of bulk loads on a separate connection."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [schema_objects.BULK_LOAD_LOCK]).fetchone()
        if not (row and row[0]):
            raise GrilseError("another load into this database is under way; wait for it, or stop it first")
        yield connection


def write_company_and_places(run: GeneratorRun) -> int:
    """Write company and sites in one transaction, unless they are written; return the id of the company."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        company = _ensure_company(connection, run.world.company)
        _refuse_other_history(connection, company, run)
        if (WORLD, run.world.name) not in read_finished_shards(connection, company, run.key):
            geographies_query = "SELECT name FROM farm_geography WHERE company_id = %s"
            sink = DatabaseSink(connection, company)
            with explain_collision("the world's places collide", run.world.company):
                write_places(sink, run, [row[0] for row in connection.execute(geographies_query, [company])])
            sink.record_shard(run.key, WORLD, run.world.name)
    return company


def find_history_end(run: GeneratorRun) -> date | None:
    """Return the last day of the history of a run in the database, None if it is not loaded completely."""
    stored = History.objects.using("owner").filter(company__name=run.world.company, run=run.key)
    return stored.values_list("until", flat=True).first()


def follow_calendar(run: GeneratorRun) -> None:
    """Let the worker append each day that is over to the history of a run."""
    History.objects.using("owner").filter(company__name=run.world.company, run=run.key).update(follows_calendar=True)


def write_history(connection: psycopg.Connection[Any], company: int, run: GeneratorRun) -> None:
    """Record what the history depends on, and its last day, now that all of its records are there."""
    figures = (run.seed, run.readings_per_day, run.catch_bias, run.plan.until)
    connection.execute(WRITE_HISTORY, [company, run.key, format_plan(run.first_plan), run.world.text, *figures])


WRITE_HISTORY = """
INSERT INTO generator_history (company_id, run, plan, world, seed, readings_per_day, catch_bias, until)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (company_id) DO UPDATE SET until = excluded.until
"""


def _ensure_company(connection: psycopg.Connection[Any], name: str) -> int:
    connection.execute("INSERT INTO farm_company (name) VALUES (%s) ON CONFLICT DO NOTHING", [name])
    row = connection.execute("SELECT id FROM farm_company WHERE name = %s", [name]).fetchone()
    return int(row[0]) if row else 0


def _refuse_other_history(connection: psycopg.Connection[Any], company: int, run: GeneratorRun) -> None:
    query = "SELECT run FROM generator_shard WHERE company_id = %s AND run <> %s LIMIT 1"
    other = connection.execute(query, [company, run.key]).fetchone()
    if other is not None:
        raise GrilseError(
            f"{run.world.company} already holds another generated history (run {other[0]}); "
            "empty the database with `grilse db reset`, or name another company in the world's file"
        )
    query = "SELECT max(until) FROM generator_shard WHERE company_id = %s AND run = %s"
    until = connection.execute(query, [company, run.key]).fetchone()
    if until is not None and until[0] not in (None, run.plan.until):
        raise GrilseError(
            f"{run.world.company} already holds this history until {until[0]}, not until {run.plan.until};"
            " `grilse advance --until DATE` appends days to it"
        )


def read_finished_shards(connection: psycopg.Connection[Any], company: int, run: str) -> set[tuple[str, str]]:
    """Return the finished shards of a run."""
    query = "SELECT kind, key FROM generator_shard WHERE company_id = %s AND run = %s"
    return set(connection.execute(query, [company, run]).fetchall())


def count_loaded_rows(connection: psycopg.Connection[Any], company: int, run: str) -> dict[str, int]:
    """Return the rows of a run by table."""
    query = (
        "SELECT r.key, sum(r.value::bigint)::bigint FROM generator_shard s, jsonb_each_text(s.rows) r"
        " WHERE s.company_id = %s AND s.run = %s GROUP BY r.key ORDER BY r.key"
    )
    return dict(connection.execute(query, [company, run]).fetchall())


def find_company_id(run: GeneratorRun) -> int:
    """Return the id of the company of a run."""
    return Company.objects.using("owner").get(name=run.world.company).pk


def is_loaded(run: GeneratorRun) -> bool:
    """Return whether a run is loaded completely, hashed and indexed, with its truth files."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        query = "SELECT id FROM farm_company WHERE name = %s"
        company = connection.execute(query, [run.world.company]).fetchone()
        if (
            company is None
            or _has_unsigned_shards(connection, company[0], run.key)
            or schema_objects.find_missing_objects(connection)
        ):
            return False
        staff = list_staff_shards(run)
        expected_shards = 1 + len(run.plan.batches) + len(run.list_sites()) + len(staff) + bool(staff)
        is_complete = len(read_finished_shards(connection, company[0], run.key)) == expected_shards
    return is_complete and all(has_truth_files(run.key, batch.number) for batch in run.plan.batches)


def _has_unsigned_shards(connection: psycopg.Connection[Any], company: int, run: str) -> bool:
    """Return whether shards with rows have no content hash yet."""
    query = (
        "SELECT 1 FROM generator_shard WHERE company_id = %s AND run = %s AND kind <> %s"
        " AND content_hash = '' AND rows <> '{}' LIMIT 1"
    )
    return connection.execute(query, [company, run, WORLD]).fetchone() is not None


def build_shard_sums(sums: dict[str, RowSum]) -> tuple[Jsonb, Jsonb]:
    """Return the hashes of the tables of a shard, and their sums, as columns of its row."""
    own = {table: (part.count, part.total, part.entered) for table, part in sums.items()}
    return Jsonb(compute_table_hashes(sums)), Jsonb(own)


def _record_content_hashes(connection: psycopg.Connection[Any], company: int, run: str) -> None:
    """Record the content hash of the shards without one."""
    owner_sums = sum_owner_rows(connection, company)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE generator_shard SET content_hash = %s, table_hashes = %s, row_sums = %s"
            " WHERE company_id = %s AND run = %s AND kind = %s AND key = %s AND content_hash = ''",
            [
                (compute_owner_digest(sums), *build_shard_sums(sums), company, run, kind, key)
                for (kind, key), sums in owner_sums.items()
                if kind != WORLD
            ],
        )
