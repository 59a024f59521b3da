"""Keys of programs: shown once, kept as a digest, limited to scopes and days."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from grilse.errors import GrilseError
from grilse.farm.members import refuse_stranger
from grilse.farm.models import ApiKey
from grilse.farm.permissions import permissions
from grilse.farm.rows import checked
from grilse.farm.tenancy import acting

MARK = "grilse"
ALL = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Issued:
    """A key as it is shown once."""

    id: int
    key: str


def digest(key: str) -> str:
    """Return what is kept of a key; it is random and long, so a plain hash cannot be searched."""
    return hashlib.sha256(key.encode()).hexdigest()


def issue(*, user: int, name: str, scopes: Sequence[str], expires_at: datetime) -> Issued:
    """Make a key that acts for a login in the company that the transaction acts for."""
    _check(user, name, scopes, expires_at)
    prefix = secrets.token_hex(4)
    key = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiKey(
        company_id=acting().company,
        user_id=user,
        name=name.strip(),
        prefix=prefix,
        digest=digest(key),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    checked(row)
    row.save()
    return Issued(id=row.pk, key=key)


def revoke(key: int, *, of: int | None = None) -> None:
    """Let a key of a login, or (None) anybody's, open nothing from now on."""
    row = ApiKey.objects.filter(pk=key).first()
    if row is None or of not in (None, row.user_id):
        raise GrilseError(f"there is no key {key}")
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])


def _check(user: int, name: str, scopes: Sequence[str], expires_at: datetime) -> None:
    if not name.strip():
        raise GrilseError("a key needs a name that says which program has it")
    refuse_stranger(user)
    for scope in scopes:
        if scope != ALL and scope not in permissions():
            raise GrilseError(f"{scope} is no scope: {ALL}, {', '.join(permissions())}")
    if not scopes:
        raise GrilseError(
            f"a key of no scope opens nothing: name some permissions, or {ALL} for all of its login's"
        )
    if expires_at <= timezone.now():
        raise GrilseError(f"{expires_at:%Y-%m-%d} is over: a key expires on a day to come")
