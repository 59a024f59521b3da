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
MOST_KEPT = 60


def entered() -> AbstractContextManager[Any]:
    """Return what a query runs in: the project's way in, else a transaction.

    `enter` is the dotted path of a context manager that opens the transaction as those who ask do:
    the role, the tenant, the person.
    """
    path = _said("enter")
    return import_string(path)() if path else transaction.atomic()


def folder() -> Path | None:
    """Return where proofs are kept, None where the project keeps none; `folder` may be a function."""
    said: str | Path | Callable[[], Path] | None = _said("folder")
    return None if said is None else Path(said() if callable(said) else said)


def distributions() -> tuple[str, ...]:
    """Return the packages whose versions a proof names."""
    return ("Django", "psycopg", *_said("distributions", ()))


def source() -> Path | None:
    """Return the folder of the code whose commit a proof names."""
    said = _said("source")
    return None if said is None else Path(said)


def owner() -> str:
    """Return which of Django's databases connects as the owner of the tables, to dump and analyse them."""
    return str(_said("owner", "default"))


def secret() -> frozenset[str]:
    """Return the columns, `table.column`, no value of which may get into a file that is passed on."""
    return frozenset(_said("secret", ()))


def before_release() -> Mapping[str, str]:
    """Return the last migration of each application that ran before any table had rows.

    `before_release` names a TOML file, whose table `last` says it.
    """
    said = _said("before_release")
    return tomllib.loads(Path(said).read_text())["last"] if said else {}


def server() -> AbstractContextManager[Server]:
    """Start a server that nobody else uses, for one proof."""
    path = _said("server")
    if path is None:
        raise ProofError(
            "this proof wants a PostgreSQL server of its own: name in PROOF['server'] what starts one"
        )
    return cast("AbstractContextManager[Server]", import_string(path)())


def _said(name: str, default: Any = None) -> Any:
    return getattr(settings, "PROOF", {}).get(name, default)
