"""Operations of migrations that build an index while writers of the table have to wait."""

import re
from collections.abc import Iterable, Iterator, Mapping
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
class BlockingOperation:
    """An index that a migration builds on a table that may have rows, while writers wait."""

    migration: str
    """`app.name`."""
    table: str
    advice: str


def find_blocking_operations(before_release: Mapping[str, str]) -> list[BlockingOperation]:
    """Return the blocking operations of the project's migrations after the first release.

    Operations on a table that the same migration creates do not block: the table is empty.
    """
    released = (
        migration for migration in list_own_migrations() if migration.name > before_release.get(migration.app_label, "")
    )
    return [operation for migration in released for operation in iter_blocking_operations(migration)]


def list_own_migrations() -> list[Migration]:
    """Return the migrations of the project's own applications, by application and name."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    own = {config.label for config in list_own_apps()}
    return [migration for (label, _), migration in sorted(loader.disk_migrations.items()) if label in own]


def list_own_apps() -> list[AppConfig]:
    """Return the applications that are not installed packages."""
    return [config for config in apps.get_app_configs() if not PACKAGES.search(config.path)]


def iter_blocking_operations(migration: Migration) -> Iterator[BlockingOperation]:
    """Yield the blocking operations of one migration."""
    operations = list(_iter_operations(migration.operations))
    new_tables = {
        _get_table_name(migration, operation.name) for operation in operations if isinstance(operation, CreateModel)
    }
    for operation in operations:
        for table, advice in _iter_index_operations(migration, operation):
            if table not in new_tables:
                yield BlockingOperation(migration=f"{migration.app_label}.{migration.name}", table=table, advice=advice)


def _iter_operations(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Yield the operations that change the database."""
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from _iter_operations(operation.database_operations)
        else:
            yield operation


def _iter_index_operations(migration: Migration, operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield the tables that an operation indexes while they are locked, with advice."""
    if isinstance(operation, RunSQL):
        for statement in _iter_sql_statements(operation.sql):
            yield from _iter_sql_indexes(statement)
    elif advice := _advise_on_operation(migration, operation):
        yield _get_table_name(migration, getattr(operation, "model_name", "")), advice


def _advise_on_operation(migration: Migration, operation: Operation) -> str | None:
    """Return how to build the index of an operation without blocking writers; None where it blocks nobody."""
    match operation:
        case AddIndexConcurrently():
            return "AddIndexConcurrently wants atomic = False" if migration.atomic else None
        case AddIndex():
            return f"AddIndex {operation.index.name}: use AddIndexConcurrently"
        case AddConstraint() if not isinstance(operation.constraint, models.CheckConstraint):
            return f"AddConstraint {operation.constraint.name}: {CONSTRAINT_ADVICE}"
        case AddField() | AlterField() if _has_index(operation.field):
            return f"an index for {operation.name}: make it by AddIndexConcurrently"
    return None


def _has_index(field: Any) -> bool:
    return bool(field.db_index or field.unique) and not field.many_to_many


def _iter_sql_indexes(statement: str) -> Iterator[tuple[str, str]]:
    for match in INDEX.finditer(statement):
        if not match["concurrently"]:
            yield match["table"], f"CREATE INDEX {match['name']}: make it CONCURRENTLY"
    for match in CONSTRAINT.finditer(statement):
        yield match["table"], f"ADD CONSTRAINT {match['name']}: {CONSTRAINT_ADVICE}"


def _iter_sql_statements(sql: Any) -> Iterator[str]:
    """Yield the statements of RunSQL, which accepts several forms."""
    for statement in [sql] if isinstance(sql, str) else sql:
        yield statement if isinstance(statement, str) else statement[0]


def _get_table_name(migration: Migration, model: str) -> str:
    try:
        return apps.get_model(migration.app_label, model)._meta.db_table
    except LookupError:  # a model that was deleted later
        return f"{migration.app_label}_{model.lower()}"


CONSTRAINT_ADVICE = "make its index concurrently, then ADD CONSTRAINT … USING INDEX"
PACKAGES = re.compile(r"[/\\](?:site|dist)-packages[/\\]")
INDEX = re.compile(
    r"CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?P<concurrently>CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?"
    r"(?P<name>\S+)\s+ON\s+(?:ONLY\s+)?\"?(?P<table>\w+)",
    re.I,
)
CONSTRAINT = re.compile(
    r"ALTER\s+TABLE\s+(?:ONLY\s+)?\"?(?P<table>\w+)\"?\s+ADD\s+CONSTRAINT\s+(?P<name>\S+)\s+"
    r"(?:UNIQUE|PRIMARY\s+KEY|EXCLUDE)\b(?!\s+USING\s+INDEX)",
    re.I,
)
