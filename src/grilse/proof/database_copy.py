"""A whole database on a server of its own, to be changed without anybody noticing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from grilse.proof.schema_clone import ROLES, create_roles
from grilse.proof.servers import Server, run_program

ROWS, SCHEMA = "copy", "copy_without_rows"
JOBS = "--jobs=2"
DUMP_OPTIONS = ("--format=directory", "--compress=0", JOBS)


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseCopy:
    """A copy of a database, rows and all."""

    url: str
    """Of its superuser."""
    owner: str
    """The role that owns the database."""
    programs: Path


def copy_database(url: str, server: Server, *, rows: bool = True) -> DatabaseCopy:
    """Copy a database, which is only read, to a server of its own; without rows, but for its migrations'."""
    with psycopg.connect(url) as source:
        roles = source.execute(ROLES).fetchall()
        owner = source.execute("SELECT current_user::text").fetchone()
    name, database = str(owner[0]) if owner else "", ROWS if rows else SCHEMA
    with psycopg.connect(server.url, autocommit=True) as administrator:
        create_roles(administrator, roles)
        statement = sql.SQL("CREATE DATABASE {} OWNER {}")
        administrator.execute(statement.format(sql.Identifier(database), sql.Identifier(name)))
    target_url = make_conninfo(server.url, dbname=database)
    for kind in ((),) if rows else (("--schema-only",), ("--data-only", "--table=django_migrations")):
        with TemporaryDirectory() as folder:
            file = f"{folder}/dumped"
            run_program(server.programs, "pg_dump", url, *DUMP_OPTIONS, *kind, f"--file={file}")
            run_program(server.programs, "pg_restore", target_url, "--exit-on-error", JOBS, file)
    return DatabaseCopy(url=target_url, owner=name, programs=server.programs)


@contextmanager
def redirect_connection(alias: str, copy: DatabaseCopy) -> Iterator[BaseDatabaseWrapper]:
    """Have one of Django's databases be the copy, as its owner."""
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
