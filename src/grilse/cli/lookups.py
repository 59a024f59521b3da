"""Finds companies, geographies and logins by the names on a command line."""

import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer

from grilse.cli.options import open_connection
from grilse.errors import GrilseError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

OfGeography = Annotated[str | None, typer.Option("--geography", help="Only in this geography.")]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input, one line.")]


def find_companies(name: str | None) -> list[int]:
    """Open the database, and return the company of a name, or all companies."""
    with open_connection() as connection:
        from grilse.exchange.company import get_company, read_companies

        if name is None:
            return list(read_companies(connection).values())
        return [get_company(connection, name)[1]]


def find_company(name: str | None) -> int:
    """Open the database, and return the company of a name, or the only company."""
    return find_named_company(name)[1]


def find_named_company(name: str | None) -> tuple[str, int]:
    """Open the database, and return name and id of the company of a name, or of the only company."""
    with open_connection() as connection:
        from grilse.exchange.company import get_company

        return get_company(connection, name)


def tenant_transaction(company: int) -> AbstractContextManager[None]:
    """Act for a company in one transaction."""
    from grilse.access import tenancy

    return tenancy.tenant_transaction(company)


def find_login(name: str) -> "User":
    """Return the login of a name in any company; for use outside `tenant_transaction`."""
    from django.contrib.auth.models import User

    user = User.objects.filter(username__iexact=name).first()
    if user is None:
        raise GrilseError(f"there is no login {name}: `grilse user add` makes one")
    return user


def find_geography(name: str | None) -> int | None:
    """Return the geography of a name in the company of the transaction."""
    from grilse.farm.models import Geography

    if name is None:
        return None
    geographies = dict(Geography.objects.order_by("name").values_list("name", "pk"))
    if name not in geographies:
        raise GrilseError(f"there is no geography {name}: {', '.join(geographies) or 'none yet'}")
    return geographies[name]


def read_password(from_input: bool) -> str:
    """Return a new password, typed twice or from the first line of standard input."""
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise GrilseError("a password is typed at a terminal, or comes by --password-stdin")
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed
