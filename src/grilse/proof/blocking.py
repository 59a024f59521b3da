"""Migrations that make an index while nobody can write to its table, read from the migrations themselves."""

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
class Blocking:
    """An index that a migration makes on a table that may have rows, while writers wait."""

    migration: str
    """`app.name`."""
    table: str
    said: str


def blocking(before_release: Mapping[str, str]) -> list[Blocking]:
    """Return what the project's own migrations block, but for those that ran before there were rows.

    What a migration does to a table of its own blocks nobody: it is empty.
    """
    released = (one for one in own_migrations() if one.name > before_release.get(one.app_label, ""))
    return [found for migration in released for found in blocked_by(migration)]


def own_migrations() -> list[Migration]:
    """Return the migrations of the project's own applications, by application and name."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    own = {config.label for config in own_applications()}
    return [one for (label, _), one in sorted(loader.disk_migrations.items()) if label in own]


def own_applications() -> list[AppConfig]:
    """Return the applications that are no installed packages."""
    return [one for one in apps.get_app_configs() if not PACKAGES.search(one.path)]


def blocked_by(migration: Migration) -> Iterator[Blocking]:
    """Yield what one migration blocks."""
    operations = list(_operations(migration.operations))
    made = {_table(migration, one.name) for one in operations if isinstance(one, CreateModel)}
    for operation in operations:
        for table, said in _indexed(migration, operation):
            if table not in made:
                yield Blocking(migration=f"{migration.app_label}.{migration.name}", table=table, said=said)


def _operations(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Yield what is done to the database."""
    for one in operations:
        if isinstance(one, SeparateDatabaseAndState):
            yield from _operations(one.database_operations)
        else:
            yield one


def _indexed(migration: Migration, operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield the tables that an operation indexes while they are locked, and how."""
    if isinstance(operation, AddIndexConcurrently):
        if migration.atomic:
            yield _table(migration, operation.model_name), "AddIndexConcurrently wants atomic = False"
    elif isinstance(operation, AddIndex):
        yield (
            _table(migration, operation.model_name),
            f"AddIndex {operation.index.name}: use AddIndexConcurrently",
        )
    elif isinstance(operation, AddConstraint):
        if not isinstance(operation.constraint, models.CheckConstraint):
            yield (
                _table(migration, operation.model_name),
                f"AddConstraint {operation.constraint.name}: {CONSTRAINED}",
            )
    elif isinstance(operation, AddField | AlterField):
        if _has_index(operation.field):
            yield (
                _table(migration, operation.model_name),
                f"an index for {operation.name}: make it by AddIndexConcurrently",
            )
    elif isinstance(operation, RunSQL):
        for statement in _statements(operation.sql):
            yield from _in_sql(statement)


def _has_index(field: Any) -> bool:
    return bool(field.db_index or field.unique) and not field.many_to_many


def _in_sql(statement: str) -> Iterator[tuple[str, str]]:
    for found in INDEX.finditer(statement):
        if not found["concurrently"]:
            yield found["table"], f"CREATE INDEX {found['name']}: make it CONCURRENTLY"
    for found in CONSTRAINT.finditer(statement):
        yield found["table"], f"ADD CONSTRAINT {found['name']}: {CONSTRAINED}"


def _statements(given: Any) -> Iterator[str]:
    """Yield the statements of RunSQL, which takes them in several ways."""
    for one in [given] if isinstance(given, str) else given:
        yield one if isinstance(one, str) else one[0]


def _table(migration: Migration, model: str) -> str:
    try:
        return apps.get_model(migration.app_label, model)._meta.db_table
    except LookupError:  # a model that is gone since
        return f"{migration.app_label}_{model.lower()}"


CONSTRAINED = "make its index concurrently, then ADD CONSTRAINT … USING INDEX"
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
