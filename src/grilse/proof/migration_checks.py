"""Checks of migrations on a copy of a database."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import psycopg
from django.apps import apps
from django.core.management.commands import makemigrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from psycopg import Connection, errors

from grilse.proof import conf
from grilse.proof.build_trial import (
    SCRATCH_TABLE,
    BuildTrial,
    build_create_statement,
    build_while_writing,
    create_scratch_table,
)
from grilse.proof.database_copy import DatabaseCopy, copy_database, redirect_connection
from grilse.proof.indexes import Index, find_invalid_indexes, read_indexes, rebuild_invalid_indexes
from grilse.proof.migration_round_trip import migrate_round_trip
from grilse.proof.servers import ProofError
from grilse.proof.unsafe_index_builds import find_unsafe_index_builds, list_own_apps

MigrationContext = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class MigrationCheck:
    """The result of one check."""

    name: str
    ok: bool
    messages: tuple[str, ...]


def _build_check(name: str, violations: Iterable[str]) -> MigrationCheck:
    """Return the check that holds if there are no violations."""
    messages = tuple(violations)
    return MigrationCheck(name, not messages, messages)


def check_migrations(url: str, migration_context: MigrationContext = nullcontext) -> Iterator[MigrationCheck]:
    """Check the migrations of the project on a copy of a database, which is only read."""
    yield check_completeness()
    yield check_concurrent_builds()
    with psycopg.connect(url) as source:
        yield check_index_validity(source)
    with conf.start_server() as server:
        bare, copy = copy_database(url, server, rows=False), copy_database(url, server)
        yield check_reversibility(copy, migration_context, "newest migrations forth and back, with every row")
        yield check_reversibility(bare, migration_context, "all migrations back and forth, without rows", to_zero=True)
        largest = _find_largest_index(copy)
        if largest:
            yield check_writes_during_build(build_while_writing(copy.url, largest, concurrently=True))
            yield check_plain_build(build_while_writing(copy.url, largest, concurrently=False))
            yield check_index_repair(copy, largest)


def check_completeness() -> MigrationCheck:
    """Check that the migrations produce the models; needs no database."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    # The detector of the command, which packages with triggers in migrations replace by their own.
    detector = makemigrations.Command.autodetector(loader.project_state(), ProjectState.from_apps(apps))
    own = {config.label for config in list_own_apps()}
    changes = detector.changes(graph=loader.graph, trim_to_apps=own)
    operations = (
        f"{app}: {operation.describe()}"
        for app, migrations in changes.items()
        for migration in migrations
        for operation in migration.operations
    )
    return _build_check("migrations are complete", operations)


def check_concurrent_builds() -> MigrationCheck:
    """Check that migrations since the first release build indexes while others write, and again after a kill."""
    builds = find_unsafe_index_builds(conf.read_prerelease_migrations())
    messages = (f"{build.migration} on {build.table}: {build.advice}" for build in builds)
    return _build_check("indexes of tables with rows are built concurrently, also after a kill", messages)


def check_index_validity(connection: Connection[tuple[object, ...]]) -> MigrationCheck:
    """Check that no build of an index was interrupted."""
    invalid = find_invalid_indexes(connection)
    messages = (f"{index.table}: {index.name} is INVALID; --repair builds it anew" for index in invalid)
    return _build_check("no index is left half built", messages)


def check_reversibility(
    copy: DatabaseCopy, migration_context: MigrationContext, name: str, *, to_zero: bool = False
) -> MigrationCheck:
    """Check that a copy is unchanged after a round trip."""
    try:
        with redirect_connection(conf.get_owner_alias(), copy) as connection, migration_context():
            result = migrate_round_trip(copy, connection, to_zero=to_zero)
    except ProofError as error:
        return MigrationCheck(name, False, (str(error),))
    rows = "" if to_zero else f", {result.unchanged_count} columns with the same sum"
    messages = (
        f"{len(result.migrations)} migrations{rows}",
        *(f"{column}: its values went with it" for column in result.recreated_columns),
        *(f"{column}: its values are others now" for column in result.changed_columns),
        *result.schema_diff,
    )
    return MigrationCheck(name, result.is_unchanged, messages)


def check_writes_during_build(trial: BuildTrial) -> MigrationCheck:
    """Check that a concurrent build did not block a writer."""
    figures = f"{trial.writes} writes in {trial.build_seconds:.2f} s, the longest {trial.longest_write_ms:.1f} ms"
    messages = [f"like {trial.index}: {figures}"]
    if trial.blocked_writes:
        messages.append(f"{trial.blocked_writes} writes gave up waiting for the table")
    if trial.error:
        messages.append(trial.error)
    return MigrationCheck("a writer keeps writing while an index is built", trial.has_passed, tuple(messages))


def check_plain_build(trial: BuildTrial) -> MigrationCheck:
    """Check, as a control, that the trial detects that a plain build blocks writers."""
    message = f"like {trial.index}: {trial.blocked_writes} writes gave up waiting, {trial.writes} went through"
    return MigrationCheck("control: an ordinary build is seen to hold writers up", not trial.has_passed, (message,))


def check_index_repair(copy: DatabaseCopy, index: Index) -> MigrationCheck:
    """Check on a copy that the invalid index of an interrupted build is found and repaired."""
    with create_scratch_table(copy.url, index.table), psycopg.connect(copy.url, autocommit=True) as connection:
        interrupt_build(copy.url, connection, index)
        invalid = find_invalid_indexes(connection)
        outcomes = [
            outcome
            for rebuilt_index, outcome in rebuild_invalid_indexes(connection)
            if rebuilt_index.table == SCRATCH_TABLE
        ]
        remaining = find_invalid_indexes(connection)
    message = f"{len(invalid)} found, {len(outcomes)} repaired, {len(remaining)} left"
    is_repaired = len(invalid) == len(outcomes) > 0 and not remaining
    return MigrationCheck("an interrupted build is found and repaired", is_repaired, (message,))


def interrupt_build(url: str, connection: Connection[tuple[object, ...]], index: Index) -> None:
    """Start a concurrent build that waits for an older transaction until its lock timeout interrupts it."""
    with psycopg.connect(url) as older_transaction:
        older_transaction.execute(f"INSERT INTO {SCRATCH_TABLE} SELECT * FROM {SCRATCH_TABLE} LIMIT 1")
        connection.execute("SET lock_timeout = '50ms'")
        try:
            connection.execute(build_create_statement(index, concurrently=True).encode())
        except errors.LockNotAvailable:
            connection.execute("RESET lock_timeout")
        older_transaction.rollback()


def _find_largest_index(copy: DatabaseCopy) -> Index | None:
    """Return the largest index that could be built concurrently."""
    with psycopg.connect(copy.url) as connection:
        return max(
            (index for index in read_indexes(connection) if index.constraint != "exclusion"),
            key=lambda index: index.bytes,
            default=None,
        )
