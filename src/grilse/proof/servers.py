"""PostgreSQL's programs and the temporary server, which the project provides."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from django.db import connections
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo

KEYWORDS = {option.keyword.decode() for option in Conninfo.get_defaults()}


class ProofError(Exception):
    """A check cannot run; the message says what to do."""


class Server(Protocol):
    """A temporary server, removed after the check."""

    @property
    def url(self) -> str:
        """Address for its superuser."""

    @property
    def data(self) -> Path:
        """Its data folder, whose files this user can extend."""

    @property
    def programs(self) -> Path:
        """The folder of pg_dump and pg_restore."""


def get_conninfo(alias: str) -> str:
    """Return the address of one of Django's databases."""
    parameters: Mapping[str, Any] = connections[alias].get_connection_params()
    return make_conninfo(**{name: value for name, value in parameters.items() if name in KEYWORDS})


def run_program(programs: Path, name: str, url: str | None, *options: str) -> str:
    """Run one of PostgreSQL's programs and return its output; the password is not in its arguments."""
    password = conninfo_to_dict(url or "").get("password")
    on = [f"--dbname={make_conninfo(url, password=None)}"] if url else []
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    command: Sequence[str] = [str(programs / name), *on, *options]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise ProofError(f"{name} failed: {_find_error_line(done.stderr)}")
    return done.stdout


def dump_and_restore(
    programs: Path, source: str, target: str, dump_options: Sequence[str], restore_options: Sequence[str]
) -> None:
    """Copy a database, or a part of it, by pg_dump and pg_restore."""
    with TemporaryDirectory() as folder:
        file = f"{folder}/dump"
        run_program(programs, "pg_dump", source, *dump_options, f"--file={file}")
        run_program(programs, "pg_restore", target, "--exit-on-error", *restore_options, file)


def _find_error_line(text: str) -> str:
    """Return the line with the error."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if "ERROR" in line or "error" in line), lines[0] if lines else "")
