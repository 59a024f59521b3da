"""What a project says of its proofs: the setting PROOF."""

import tomllib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from grilse.proof.servers import ProofError, Server

# How many proofs stay in the folder.
MAX_REPORTS = 60


def open_transaction() -> AbstractContextManager[Any]:
    """Return what a query runs in: the project's way in, else a transaction.

    `enter` is the dotted path of a context manager that opens the transaction as those who ask do:
    the role, the tenant, the person.
    """
    path = _read_setting("enter")
    return import_string(path)() if path else transaction.atomic()


def get_report_folder() -> Path | None:
    """Return where proofs are kept, None where the project keeps none; `folder` may be a function."""
    value: str | Path | Callable[[], Path] | None = _read_setting("folder")
    return None if value is None else Path(value() if callable(value) else value)


def list_distributions() -> tuple[str, ...]:
    """Return the packages whose versions a proof names."""
    return ("Django", "psycopg", *_read_setting("distributions", ()))


def get_source_folder() -> Path | None:
    """Return the folder of the code whose commit a proof names."""
    path = _read_setting("source")
    return None if path is None else Path(path)


def get_owner_alias() -> str:
    """Return which of Django's databases connects as the owner of the tables, to dump and analyse them."""
    return str(_read_setting("owner", "default"))


def list_secret_columns() -> frozenset[str]:
    """Return the columns, `table.column`, no value of which may get into a file that is passed on."""
    return frozenset(_read_setting("secret", ()))


def read_prerelease_migrations() -> Mapping[str, str]:
    """Return the last migration of each application that ran before any table had rows.

    `before_release` names a TOML file, whose table `last` says it.
    """
    path = _read_setting("before_release")
    return tomllib.loads(Path(path).read_text())["last"] if path else {}


def start_server() -> AbstractContextManager[Server]:
    """Start a server that nobody else uses, for one proof."""
    path = _read_setting("server")
    if path is None:
        raise ProofError("this proof wants a PostgreSQL server of its own: name in PROOF['server'] what starts one")
    return cast("AbstractContextManager[Server]", import_string(path)())


def _read_setting(name: str, default: Any = None) -> Any:
    return getattr(settings, "PROOF", {}).get(name, default)
