"""A copy of a database on a temporary server, for tests of migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.conninfo import conninfo_to_dict

from grilse.proof.schema_clone import create_empty_database
from grilse.proof.servers import Server, dump_and_restore

ROWS, SCHEMA = "copy", "copy_without_rows"
JOBS = "--jobs=2"
DUMP_OPTIONS = ("--format=directory", "--compress=0", JOBS)


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseCopy:
    """A copy of a database."""

    url: str
    """Address for its superuser."""
    owner: str
    """The role that owns the database."""
    programs: Path


def copy_database(url: str, server: Server, *, rows: bool = True) -> DatabaseCopy:
    """Copy a database to a server; without `rows` only its schema and its table of migrations."""
    with psycopg.connect(url) as source:
        [owner] = source.execute("SELECT current_user::text").fetchone() or [""]
        target_url = create_empty_database(source, server, ROWS if rows else SCHEMA, owner)
    for parts in ((),) if rows else (("--schema-only",), ("--data-only", "--table=django_migrations")):
        dump_and_restore(server.programs, url, target_url, (*DUMP_OPTIONS, *parts), (JOBS,))
    return DatabaseCopy(url=target_url, owner=owner, programs=server.programs)


@contextmanager
def redirect_connection(alias: str, copy: DatabaseCopy) -> Iterator[BaseDatabaseWrapper]:
    """Connect one of Django's databases to the copy, as its owner, while the block runs."""
    connection = connections[alias]
    before: dict[str, Any] = dict(connection.settings_dict)
    parts = conninfo_to_dict(copy.url)
    own = {SETTING_NAMES[name]: str(value) for name, value in parts.items() if name in SETTING_NAMES}
    connection.close()
    connection.settings_dict.update(
        {**dict.fromkeys(SETTING_NAMES.values(), ""), **own, "OPTIONS": {"options": f"-c role={copy.owner}"}}
    )
    try:
        yield connection
    finally:
        connection.close()
        connection.settings_dict.update(before)


SETTING_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
