"""Migrations forward, back and forward again on a copy: schema and rows must be unchanged afterwards."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.models import ProtectedError
from psycopg import connect
from psycopg.conninfo import make_conninfo

from grilse.proof.checksums import Checksums, compute_checksums
from grilse.proof.database_copy import DatabaseCopy
from grilse.proof.servers import ProofError, dump_and_restore, run_program
from grilse.proof.unsafe_index_builds import list_own_apps

Target = tuple[str, str | None]
SCRATCH_DATABASE = "restored"
ACTION_VERBS = {"apply_start": "made", "unapply_start": "taken back"}


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseSnapshot:
    """The schema of a database and the checksums of its columns at one time."""

    schema: Sequence[str]
    sums: Checksums


SnapshotPair = tuple[DatabaseSnapshot, DatabaseSnapshot]


@dataclass(frozen=True, kw_only=True, slots=True)
class RoundTripResult:
    """The result of a round trip of migrations on a copy."""

    migrations: tuple[str, ...]
    """Migrations that were reversed and applied again, as `app.name`."""
    schema_diff: tuple[str, ...]
    """Differences of the schema afterwards, as a unified diff."""
    changed_columns: tuple[str, ...]
    """Columns, `table.column`, whose values changed."""
    unchanged_count: int
    """Number of columns whose values are the same."""
    recreated_columns: tuple[str, ...]
    """Columns with values that were dropped and created again, whose values no migration can restore."""

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing differs."""
        return not self.schema_diff and not self.changed_columns


def migrate_round_trip(
    copy: DatabaseCopy, connection: BaseDatabaseWrapper, *, to_zero: bool = False
) -> RoundTripResult:
    """Migrate a copy to the newest schema, back and forward again.

    Back is the state of the copy before. If that is the newest already, each application of the project goes
    one migration back; `to_zero` reverses all migrations, which deletes every row.
    """
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    targets = list(_iter_backward_targets(executor, to_zero=to_zero))
    initial = _take_snapshot(copy, rows=not to_zero)
    updating = bool(_run_migrations(connection, latest))
    newest = _take_snapshot(copy, rows=not to_zero) if updating else initial
    reverted = _run_migrations(connection, targets)
    # After the reversal of all migrations nothing is left to compare.
    back = None if to_zero else _take_snapshot(copy)
    _run_migrations(connection, latest)
    restored = _take_snapshot(copy, rows=not to_zero)
    same = [(newest, restored), *([(initial, back)] if back and updating else [])]
    return _compare_snapshots(reverted, same, [(newest, back)] if back else [])


def _compare_snapshots(
    migrations: tuple[str, ...], same: Sequence[SnapshotPair], shorter: Sequence[SnapshotPair]
) -> RoundTripResult:
    """Compare pairs that should be equal, and pairs of which the second has only some of the columns."""
    newest, _ = same[0]
    pairs = [*same, *shorter]
    common_columns = set(newest.sums).intersection(*(now.sums for _, now in pairs))
    changed = {name for was, now in pairs for name in _find_changed_columns(was, now)} & common_columns
    return RoundTripResult(
        migrations=migrations,
        schema_diff=tuple(line for was, now in same for line in diff_schemas(was.schema, now.schema)),
        changed_columns=tuple(sorted(changed)),
        unchanged_count=len(common_columns - changed),
        recreated_columns=tuple(sorted(name for name in set(newest.sums) - common_columns if newest.sums[name].rows)),
    )


def _iter_backward_targets(executor: MigrationExecutor, *, to_zero: bool) -> Iterator[Target]:
    """Yield the migration to which each application goes back."""
    graph, applied = executor.loader.graph, executor.loader.applied_migrations
    own = {config.label for config in list_own_apps()}
    latest = [node for node in graph.leaf_nodes() if node[0] in own]
    pending = [node for node in latest if node not in applied]
    for app, name in pending or latest:
        names = sorted(node[1] for node in graph.nodes if node[0] == app and node[1] is not None)
        applied_names = (
            [migration for migration in names if (app, migration) in applied] if pending else names[: names.index(name)]
        )
        yield app, applied_names[-1] if applied_names and not to_zero else None


def _run_migrations(connection: BaseDatabaseWrapper, targets: Sequence[Target]) -> tuple[str, ...]:
    """Migrate, and return the names of the migrations."""
    current_step = [""]

    def record_step(action: str, migration: Migration | None = None, _fake: bool | None = None, /) -> None:
        if action in ACTION_VERBS:
            current_step[0] = f"{migration} cannot be {ACTION_VERBS[action]}"

    executor = MigrationExecutor(connection, record_step)
    plan = executor.migration_plan(targets)
    if plan:
        try:
            executor.migrate(targets, plan)
        except (DatabaseError, IrreversibleError, ProtectedError) as error:
            raise ProofError(f"{current_step[0]}: {str(error).splitlines()[0]}") from error
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)


def _take_snapshot(copy: DatabaseCopy, *, rows: bool = True) -> DatabaseSnapshot:
    return DatabaseSnapshot(schema=read_schema(copy), sums=compute_checksums(copy.url) if rows else {})


def read_schema(copy: DatabaseCopy) -> list[str]:
    """Return the parts of a copy's schema as pg_dump writes them, and the columns of each table, both sorted."""
    parts = [part for part in SCHEMA_PARTS.split(_dump_restored_schema(copy))[1:] if not CALLERS.match(part)]
    return sorted(COLUMN_LIST.sub(_sort_lines, part, count=1) if TABLE in part else part for part in parts)


def _sort_lines(match: re.Match[str]) -> str:
    return "\n".join(sorted(line.rstrip(",") for line in match[0].splitlines()))


def _dump_restored_schema(copy: DatabaseCopy) -> str:
    """Return the schema of a copy after dump and restore, which normalise its expressions."""
    scratch_url = make_conninfo(copy.url, dbname=SCRATCH_DATABASE)
    with connect(make_conninfo(copy.url, dbname="postgres"), autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {SCRATCH_DATABASE}")
        try:
            options = ("--schema-only", "--format=custom")
            dump_and_restore(copy.programs, copy.url, scratch_url, options, ("--single-transaction",))
            return run_program(copy.programs, "pg_dump", scratch_url, "--schema-only")
        finally:
            administrator.execute(f"DROP DATABASE {SCRATCH_DATABASE}")


def diff_schemas(was: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """Return what differs between two schemas, as `diff` writes it."""
    before, after = "".join(was).splitlines(), "".join(now).splitlines()
    return tuple(difflib.unified_diff(before, after, "before", "after", n=1, lineterm=""))


def _find_changed_columns(was: DatabaseSnapshot, now: DatabaseSnapshot) -> set[str]:
    return {name for name in was.sums.keys() & now.sums.keys() if was.sums[name] != now.sums[name]}


# Each part of a dump begins with a comment that names it; text before the first comment is no schema.
SCHEMA_PARTS = re.compile(r"^--\n(?=-- Name: )|^--\n-- PostgreSQL database dump complete.*", re.M | re.S)
TABLE = "; Type: TABLE;"
# Roles that may call a function are granted that after migrations, not by them.
CALLERS = re.compile(r"-- Name: FUNCTION .*; Type: ACL;")
COLUMN_LIST = re.compile(r"(?<=\(\n).*?(?=\n\))", re.S)
