"""Who asks, and the transaction in which they see what they may and nothing else."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction

from grilse.access.api_keys import ALL_SCOPES, KEY_MARK, hash_key
from grilse.access.permissions import find_roles_with, load_permissions
from grilse.access.permissions import load_roles as every_role
from grilse.access.tenancy import ALL_GEOGRAPHIES, format_geographies, remember_geographies
from grilse.errors import NotAllowed


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldRole:
    """A role, in a geography or (None) in the whole company."""

    role: str
    geography: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestContext:
    """The company that a transaction acts for."""

    company: int
    name: str
    held: tuple[HeldRole, ...]
    """Every role of the login in it."""
    geographies: tuple[int, ...] | None
    """Where the transaction reaches; None is everywhere."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Principal:
    """A login, by itself or through a key of its own."""

    user: int
    company: int | None = None
    """The one asked for; None is the login's first."""
    scopes: frozenset[str] | None = None
    """Of a key: the permissions that it is limited to; None is no limit."""
    key: int | None = None

    @contextmanager
    def open_transaction(self, needed: tuple[str, ...]) -> Iterator[RequestContext]:
        """Open the transaction for something that needs permissions; one statement.

        It reaches the geographies in which the login has them all.
        """
        self._refuse_scopes(needed)
        with transaction.atomic():
            context = self._read_context(needed)
            reach = ALL_GEOGRAPHIES if context.geographies is None else format_geographies(context.geographies)
            with remember_geographies(reach):
                yield context

    def _read_context(self, needed: tuple[str, ...]) -> RequestContext:
        arguments = {"who": self.user, "wanted": self.company, "allowed": sorted(find_roles_with(needed))}
        with connection.cursor() as cursor:
            cursor.execute(ENTER_SQL, arguments)
            company, name, held, geographies, everywhere = cursor.fetchone()
        if company is None:
            raise NotAllowed("this login does not belong to the company" if self.company else NO_COMPANY)
        roles = tuple(HeldRole(role=role, geography=geography) for role, geography in held)
        if not everywhere and not geographies:
            raise NotAllowed(describe_missing_role(needed, roles))
        return RequestContext(
            company=company, name=name, held=roles, geographies=None if everywhere else tuple(geographies)
        )

    def has_scope(self, permission: str) -> bool:
        """Tell whether the key that was sent, if any, is made for a permission."""
        return self.scopes is None or ALL_SCOPES in self.scopes or permission in self.scopes

    def refuse_wider_scopes(self, scopes: Sequence[str]) -> None:
        """Refuse to hand on more than the key that was sent is made for."""
        for name in scopes:
            if not self.has_scope(name):
                raise NotAllowed(f"a key is not made for more than the key that makes it: {name}")

    def _refuse_scopes(self, needed: tuple[str, ...]) -> None:
        for name in needed:
            if not self.has_scope(name):
                raise NotAllowed(f"this key is not made to {load_permissions()[name].says}: its scopes lack {name}")


def principal_of_key(key: str) -> Principal | None:
    """Return who a key acts for; None where it opens nothing; one statement."""
    if not key.startswith(f"{KEY_MARK}_"):
        return None
    with connection.cursor() as cursor:
        cursor.execute(KEY_SQL, {"digest": hash_key(key)})
        row = cursor.fetchone()
    if row is None:
        return None
    id, user, company, scopes, expires_at, revoked, active = row
    if revoked or not active or expires_at <= datetime.now(UTC):
        return None
    # Django leaves JSON that a raw statement returns as text.
    return Principal(user=user, company=company, scopes=frozenset(json.loads(scopes)), key=id)


def describe_missing_role(needed: tuple[str, ...], held: tuple[HeldRole, ...]) -> str:
    """Return why roles do not do."""
    what = " and ".join(load_permissions()[name].says for name in needed)
    own_roles = ", ".join(sorted({held_role.role for held_role in held}))
    able_roles = ", ".join(role for role in every_role() if role in find_roles_with(needed))
    return f"a role of {own_roles} may not {what}: it takes one of {able_roles}"


NO_COMPANY = "this login does not belong to a company"
ENTER_SQL = "SELECT * FROM farm_enter(%(who)s, %(wanted)s, %(allowed)s)"
KEY_SQL = 'SELECT id, "user", company, scopes, expires_at, revoked, active FROM farm_key(%(digest)s)'
