"""Who asks, and the transaction in which they see what they may and nothing else."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction

from grilse.errors import NotAllowed
from grilse.farm.keys import ALL, MARK, digest
from grilse.farm.permissions import permissions, roles_with
from grilse.farm.permissions import roles as every_role
from grilse.farm.tenancy import EVERYWHERE, listed, reaching


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A role, in a geography or (None) in the whole company."""

    role: str
    geography: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entered:
    """The company that a transaction acts for."""

    company: int
    name: str
    held: tuple[Held, ...]
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
    def entered(self, needed: tuple[str, ...]) -> Iterator[Entered]:
        """Open the transaction for something that needs permissions; one statement.

        It reaches the geographies in which the login has them all.
        """
        self._refuse_scopes(needed)
        with transaction.atomic():
            found = self._enter(needed)
            reach = EVERYWHERE if found.geographies is None else listed(found.geographies)
            with reaching(reach):
                yield found

    def _enter(self, needed: tuple[str, ...]) -> Entered:
        given = {"who": self.user, "wanted": self.company, "allowed": sorted(roles_with(needed))}
        with connection.cursor() as cursor:
            cursor.execute(ENTER, given)
            company, name, held, geographies, everywhere = cursor.fetchone()
        if company is None:
            raise NotAllowed("this login does not belong to the company" if self.company else NO_COMPANY)
        roles = tuple(Held(role=role, geography=geography) for role, geography in held)
        if not everywhere and not geographies:
            raise NotAllowed(refusal(needed, roles))
        return Entered(
            company=company, name=name, held=roles, geographies=None if everywhere else tuple(geographies)
        )

    def takes(self, permission: str) -> bool:
        """Tell whether the key that was sent, if any, is made for a permission."""
        return self.scopes is None or ALL in self.scopes or permission in self.scopes

    def refuse_wider(self, scopes: Sequence[str]) -> None:
        """Refuse to hand on more than the key that was sent is made for."""
        for name in scopes:
            if not self.takes(name):
                raise NotAllowed(f"a key is not made for more than the key that makes it: {name}")

    def _refuse_scopes(self, needed: tuple[str, ...]) -> None:
        for name in needed:
            if not self.takes(name):
                raise NotAllowed(
                    f"this key is not made to {permissions()[name].says}: its scopes lack {name}"
                )


def principal_of_key(key: str) -> Principal | None:
    """Return who a key acts for; None where it opens nothing; one statement."""
    if not key.startswith(f"{MARK}_"):
        return None
    with connection.cursor() as cursor:
        cursor.execute(KEY, {"digest": digest(key)})
        row = cursor.fetchone()
    if row is None:
        return None
    id, user, company, scopes, expires_at, revoked, active = row
    if revoked or not active or expires_at <= datetime.now(UTC):
        return None
    # Django leaves JSON that a raw statement returns as text.
    return Principal(user=user, company=company, scopes=frozenset(json.loads(scopes)), key=id)


def refusal(needed: tuple[str, ...], held: tuple[Held, ...]) -> str:
    """Return why roles do not do."""
    what = " and ".join(permissions()[name].says for name in needed)
    mine = ", ".join(sorted({one.role for one in held}))
    able = ", ".join(role for role in every_role() if role in roles_with(needed))
    return f"a role of {mine} may not {what}: it takes one of {able}"


NO_COMPANY = "this login does not belong to a company"
ENTER = "SELECT * FROM farm_enter(%(who)s, %(wanted)s, %(allowed)s)"
KEY = 'SELECT id, "user", company, scopes, expires_at, revoked, active FROM farm_key(%(digest)s)'
