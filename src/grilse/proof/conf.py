"""The setting PROOF of a project."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from grilse.proof.servers import ProofError, Server, get_conninfo

# Number of reports in the folder; the oldest is deleted.
MAX_REPORTS = 60


def open_transaction() -> AbstractContextManager[Any]:
    """Return the transaction in which queries run: the project's own, else a plain one.

    `enter` is the dotted path of a context manager that opens the transaction as a request does:
    with its role, tenant and user.
    """
    path = read_setting("enter")
    return import_string(path)() if path else transaction.atomic()


@contextmanager
def rollback_changes() -> Iterator[None]:
    """Roll back what the block changes."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def get_report_folder() -> Path | None:
    """Return the folder of reports, None where the project stores none; `folder` may be a function."""
    value: str | Path | Callable[[], Path] | None = read_setting("folder")
    return None if value is None else Path(value() if callable(value) else value)


def get_owner_alias() -> str:
    """Return the Django database that connects as the owner of the tables, to dump and analyse them."""
    return str(read_setting("owner", "default"))


def get_owner_conninfo() -> str:
    """Return the address of that database."""
    return get_conninfo(get_owner_alias())


def read_prerelease_migrations() -> Mapping[str, str]:
    """Return the last migration of each application that ran before any table had rows.

    `before_release` names a TOML file with the table `last`.
    """
    path = read_setting("before_release")
    return tomllib.loads(Path(path).read_text())["last"] if path else {}


def start_server() -> AbstractContextManager[Server]:
    """Start a temporary server."""
    path = read_setting("server")
    if path is None:
        raise ProofError("this proof wants a PostgreSQL server of its own: name in PROOF['server'] what starts one")
    return cast("AbstractContextManager[Server]", import_string(path)())


def read_setting(name: str, default: Any = None) -> Any:
    """Return a key of the setting: `source`, `distributions`, `secret` and those above."""
    return getattr(settings, "PROOF", {}).get(name, default)
