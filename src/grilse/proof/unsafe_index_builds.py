"""Operations of migrations that build an index while writers wait, or cannot build it again after a kill."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.migrations import AddConstraint, AddField, AddIndex, AlterField, CreateModel, Migration, RunSQL
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation


@dataclass(frozen=True, kw_only=True, slots=True)
class UnsafeIndexBuild:
    """An index that a migration builds on a table that may have rows, while writers wait or only once."""

    migration: str
    """`app.name`."""
    table: str
    advice: str


def find_unsafe_index_builds(before_release: Mapping[str, str]) -> list[UnsafeIndexBuild]:
    """Return the unsafe builds of the project's migrations after the first release.

    A build on a table that the same migration creates is safe: the table is empty.
    """
    released = (
        migration for migration in list_own_migrations() if migration.name > before_release.get(migration.app_label, "")
    )
    return [build for migration in released for build in iter_unsafe_index_builds(migration)]


def list_own_migrations() -> list[Migration]:
    """Return the migrations of the project's own applications, by application and name."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    own = {config.label for config in list_own_apps()}
    return [migration for (label, _), migration in sorted(loader.disk_migrations.items()) if label in own]


def list_own_apps() -> list[AppConfig]:
    """Return the applications that are not installed packages."""
    return [config for config in apps.get_app_configs() if not PACKAGES.search(config.path)]


def iter_unsafe_index_builds(migration: Migration) -> Iterator[UnsafeIndexBuild]:
    """Yield the unsafe builds of one migration."""
    operations = list(_iter_operations(migration.operations))
    new_tables = {
        _get_table_name(migration, operation.name) for operation in operations if isinstance(operation, CreateModel)
    }
    for operation in operations:
        for table, advice in _iter_advice(migration, operation):
            if table not in new_tables:
                yield UnsafeIndexBuild(migration=f"{migration.app_label}.{migration.name}", table=table, advice=advice)


def _iter_operations(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Yield the operations that change the database."""
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from _iter_operations(operation.database_operations)
        else:
            yield operation


def _iter_advice(migration: Migration, operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield the table of each unsafe build of an operation, and how to build the index."""
    if isinstance(operation, RunSQL):
        yield from _iter_sql_advice(migration, list(_iter_sql_statements(operation.sql)))
    elif advice := _advise_on_operation(operation):
        yield _get_table_name(migration, getattr(operation, "model_name", "")), advice


def _advise_on_operation(operation: Operation) -> str | None:
    """Return how to build the index of an operation safely; None without an index."""
    match operation:
        case AddIndexConcurrently():
            return f"AddIndexConcurrently {operation.index.name} fails after a kill: use {REPEATABLE}"
        case AddIndex():
            return f"AddIndex {operation.index.name}: use {REPEATABLE}"
        case AddConstraint() if not isinstance(operation.constraint, models.CheckConstraint):
            return f"AddConstraint {operation.constraint.name}: {CONSTRAINT_ADVICE}"
        case AddField() | AlterField() if _has_index(operation.field):
            return f"an index for {operation.name}: use {REPEATABLE}"
    return None


def _has_index(field: Any) -> bool:
    return bool(field.db_index or field.unique) and not field.many_to_many


def _iter_sql_advice(migration: Migration, statements: Sequence[str]) -> Iterator[tuple[str, str]]:
    dropped: set[str] = set()
    for statement in statements:
        for match in INDEX.finditer(statement):
            # IF NOT EXISTS would leave the invalid index of a killed build.
            if migration.atomic or not match["concurrently"] or match["name"] not in dropped:
                yield match["table"], f"CREATE INDEX {match['name']}: use {REPEATABLE}"
        for match in CONSTRAINT.finditer(statement):
            yield match["table"], f"ADD CONSTRAINT {match['name']}: {CONSTRAINT_ADVICE}"
        dropped.update(DROP_INDEX.findall(statement))


def _iter_sql_statements(sql: Any) -> Iterator[str]:
    """Yield the statements of RunSQL, which accepts several forms."""
    for statement in [sql] if isinstance(sql, str) else sql:
        yield statement if isinstance(statement, str) else statement[0]


def _get_table_name(migration: Migration, model: str) -> str:
    try:
        return apps.get_model(migration.app_label, model)._meta.db_table
    except LookupError:  # a model that was deleted later
        return f"{migration.app_label}_{model.lower()}"


REPEATABLE = "RunSQL of DROP INDEX CONCURRENTLY IF EXISTS and CREATE INDEX CONCURRENTLY, with atomic = False"
CONSTRAINT_ADVICE = f"make its index by {REPEATABLE}, then ADD CONSTRAINT … USING INDEX"
PACKAGES = re.compile(r"[/\\](?:site|dist)-packages[/\\]")
INDEX = re.compile(
    r"CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?P<concurrently>CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?"
    r"\"?(?P<name>\w+)\"?\s+ON\s+(?:ONLY\s+)?\"?(?P<table>\w+)",
    re.I,
)
DROP_INDEX = re.compile(r"DROP\s+INDEX\s+CONCURRENTLY\s+IF\s+EXISTS\s+\"?(\w+)", re.I)
CONSTRAINT = re.compile(
    r"ALTER\s+TABLE\s+(?:ONLY\s+)?\"?(?P<table>\w+)\"?\s+ADD\s+CONSTRAINT\s+(?P<name>\S+)\s+"
    r"(?:UNIQUE|PRIMARY\s+KEY|EXCLUDE)\b(?!\s+USING\s+INDEX)",
    re.I,
)
