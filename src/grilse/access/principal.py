"""The principal of a request, and the transaction that shows it only the rows it may see."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction

from grilse.access.api_keys import ALL_SCOPES, KEY_MARK, hash_key
from grilse.access.permissions import find_roles_with, load_permissions, load_roles
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
    """The geographies that the transaction reaches; None is all of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Principal:
    """A login, by its session or by one of its API keys."""

    user: int
    company: int | None = None
    """The requested company; None is the preferred one, else the first of the login."""
    preferred_company: int | None = None
    """The company of the session; the first one is taken where the login no longer belongs to it."""
    scopes: frozenset[str] | None = None
    """The permissions to which the key is limited; None is no limit."""
    key: int | None = None

    @contextmanager
    def open_transaction(self, needed: tuple[str, ...]) -> Iterator[RequestContext]:
        """Open a transaction that needs permissions; one statement, two after a login lost its preferred company.

        It reaches the geographies in which the login has all of them.
        """
        self._refuse_scopes(needed)
        with transaction.atomic():
            context = self._read_context(needed)
            reach = ALL_GEOGRAPHIES if context.geographies is None else format_geographies(context.geographies)
            token = _current.set((self, context))
            try:
                with remember_geographies(reach):
                    yield context
            finally:
                _current.reset(token)

    def _read_context(self, needed: tuple[str, ...]) -> RequestContext:
        allowed = sorted(find_roles_with(needed))
        with connection.cursor() as cursor:
            for wanted in dict.fromkeys((self.company or self.preferred_company, self.company)):
                cursor.execute(ENTER_SQL, {"who": self.user, "wanted": wanted, "allowed": allowed})
                company, name, held, geographies, everywhere = cursor.fetchone()
                if company is not None:
                    break
        if company is None:
            raise NotAllowed("this login does not belong to the company" if self.company else NO_COMPANY)
        roles = tuple(HeldRole(role=role, geography=geography) for role, geography in held)
        if not everywhere and not geographies:
            raise NotAllowed(describe_missing_role(needed, roles))
        return RequestContext(
            company=company, name=name, held=roles, geographies=None if everywhere else tuple(geographies)
        )

    def has_scope(self, permission: str) -> bool:
        """Tell whether the scopes of the key, if one was sent, include a permission."""
        return self.scopes is None or not self.scopes.isdisjoint(
            # Who may correct all entries may correct their own.
            {ALL_SCOPES, permission, permission.replace(".amend", ".correct")}
        )

    def refuse_wider_scopes(self, scopes: Sequence[str]) -> None:
        """Refuse scopes for a new key that the key of the request lacks."""
        for name in scopes:
            if not self.has_scope(name):
                raise NotAllowed(f"a key is not made for more than the key that makes it: {name}")

    def _refuse_scopes(self, needed: tuple[str, ...]) -> None:
        for name in needed:
            if not self.has_scope(name):
                raise NotAllowed(f"this key is not made to {load_permissions()[name].says}: its scopes lack {name}")


def find_allowed_geographies(permission: str) -> frozenset[int] | None:
    """Return the geographies in which the login of the running request has a permission; None is all.

    What runs outside of requests, such as a command, has every permission.
    """
    current = _current.get()
    if current is None:
        return None
    principal, context = current
    roles = find_roles_with((permission,)) if principal.has_scope(permission) else frozenset()
    places = {held.geography for held in context.held if held.role in roles}
    return None if None in places else frozenset(place for place in places if place is not None)


def principal_of_key(key: str) -> Principal | None:
    """Return the principal of a key; None for a key that is unknown, revoked or expired. One statement."""
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
    """Return which permission the roles lack, and which roles have it."""
    what = " and ".join(load_permissions()[name].says for name in needed)
    own_roles = ", ".join(sorted({held_role.role for held_role in held}))
    able_roles = ", ".join(role for role in load_roles() if role in find_roles_with(needed))
    return f"a role of {own_roles} may not {what}: it takes one of {able_roles}"


_current: ContextVar[tuple[Principal, RequestContext] | None] = ContextVar("current", default=None)
NO_COMPANY = "this login does not belong to a company"
ENTER_SQL = "SELECT * FROM farm_enter(%(who)s, %(wanted)s, %(allowed)s)"
KEY_SQL = 'SELECT id, "user", company, scopes, expires_at, revoked, active FROM farm_key(%(digest)s)'
