"""What the proof wants of PostgreSQL's programs and of a server of its own, whoever provides them."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from django.db import connections
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo

OLDEST = 18
"""The first pg_dump that writes down what the planner knows."""
KEYWORDS = {option.keyword.decode() for option in Conninfo.get_defaults()}


class ProofError(Exception):
    """A proof could not be made; the text says what to do."""


class Server(Protocol):
    """A server that nobody else uses and that goes with the proof."""

    @property
    def url(self) -> str:
        """Address of its superuser."""

    @property
    def data(self) -> Path:
        """Its data folder, in which this user can make files longer."""

    @property
    def programs(self) -> Path:
        """The folder of pg_dump and psql."""


def get_conninfo(alias: str) -> str:
    """Return the address of one of Django's databases."""
    parameters: Mapping[str, Any] = connections[alias].get_connection_params()
    return make_conninfo(**{name: value for name, value in parameters.items() if name in KEYWORDS})


def run_program(programs: Path, name: str, url: str | None, *options: str) -> str:
    """Run one of PostgreSQL's programs, its password out of sight, and return what it wrote."""
    password = conninfo_to_dict(url or "").get("password")
    on = [f"--dbname={make_conninfo(url, password=None)}"] if url else []
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    command: Sequence[str] = [str(programs / name), *on, *options]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise ProofError(f"{name} failed: {_find_error_line(done.stderr)}")
    return done.stdout


def _find_error_line(text: str) -> str:
    """Return the line that says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if "ERROR" in line or "error" in line), lines[0] if lines else "")
