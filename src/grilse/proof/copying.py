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

from grilse.proof.servers import Server, run
from grilse.proof.stand_in import ROLES, make_roles

ROWS, SCHEMA = "copy", "copy_without_rows"
JOBS = "--jobs=2"
DUMPED = ("--format=directory", "--compress=0", JOBS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """A copy of a database, rows and all."""

    url: str
    """Of its superuser."""
    owner: str
    """The role that owns the database."""
    programs: Path


def copied(url: str, server: Server, *, rows: bool = True) -> Copy:
    """Copy a database, which is only read, to a server of its own; without rows, but for its migrations'."""
    with psycopg.connect(url) as source:
        roles = source.execute(ROLES).fetchall()
        owner = source.execute("SELECT current_user::text").fetchone()
    name, database = str(owner[0]) if owner else "", ROWS if rows else SCHEMA
    with psycopg.connect(server.url, autocommit=True) as administrator:
        make_roles(administrator, roles)
        made = sql.SQL("CREATE DATABASE {} OWNER {}")
        administrator.execute(made.format(sql.Identifier(database), sql.Identifier(name)))
    own = make_conninfo(server.url, dbname=database)
    for kind in ((),) if rows else (("--schema-only",), ("--data-only", "--table=django_migrations")):
        with TemporaryDirectory() as folder:
            file = f"{folder}/dumped"
            run(server.programs, "pg_dump", url, *DUMPED, *kind, f"--file={file}")
            run(server.programs, "pg_restore", own, "--exit-on-error", JOBS, file)
    return Copy(url=own, owner=name, programs=server.programs)


@contextmanager
def pointing(alias: str, copy: Copy) -> Iterator[BaseDatabaseWrapper]:
    """Have one of Django's databases be the copy, as its owner."""
    connection = connections[alias]
    before: dict[str, Any] = dict(connection.settings_dict)
    parts = conninfo_to_dict(copy.url)
    own = {DJANGO[name]: str(value) for name, value in parts.items() if name in DJANGO}
    connection.close()
    connection.settings_dict.update(
        {**dict.fromkeys(DJANGO.values(), ""), **own, "OPTIONS": {"options": f"-c role={copy.owner}"}}
    )
    try:
        yield connection
    finally:
        connection.close()
        connection.settings_dict.update(before)


DJANGO = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
