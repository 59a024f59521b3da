"""API keys of programs: shown once, stored as a digest, limited to scopes and to a last day."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from grilse.access.models import ApiKey
from grilse.access.permissions import load_permissions
from grilse.access.queries import refuse_unknown_login
from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.row_validation import check_fields

KEY_MARK = "grilse"
ALL_SCOPES = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuedApiKey:
    """A new key; only this object ever holds its text."""

    id: int
    key: str


def hash_key(key: str) -> str:
    """Return the stored digest of a key; keys are random and long, so a plain hash resists guessing."""
    return hashlib.sha256(key.encode()).hexdigest()


def issue_key(*, user: int, name: str, scopes: Sequence[str], expires_at: datetime) -> IssuedApiKey:
    """Create a key that acts for a login in the company of the transaction."""
    _check_key_request(user, name, scopes, expires_at)
    prefix = secrets.token_hex(4)
    key = f"{KEY_MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiKey(
        company_id=get_current_actor().company,
        user_id=user,
        name=name.strip(),
        prefix=prefix,
        digest=hash_key(key),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    check_fields(row)
    row.save()
    return IssuedApiKey(id=row.pk, key=key)


def revoke_key(key: int, *, user: int | None = None) -> None:
    """Revoke a key of a login, or of any login (None)."""
    row = ApiKey.objects.filter(pk=key).first()
    if row is None or user not in (None, row.user_id):
        raise GrilseError(f"there is no key {key}")
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])


def _check_key_request(user: int, name: str, scopes: Sequence[str], expires_at: datetime) -> None:
    if not name.strip():
        raise GrilseError("a key needs a name that says which program has it")
    refuse_unknown_login(user)
    for scope in scopes:
        if scope != ALL_SCOPES and scope not in load_permissions():
            raise GrilseError(f"{scope} is no scope: {ALL_SCOPES}, {', '.join(load_permissions())}")
    if not scopes:
        raise GrilseError(
            f"a key of no scope opens nothing: name some permissions, or {ALL_SCOPES} for all of its login's"
        )
    if expires_at <= timezone.now():
        raise GrilseError(f"{expires_at:%Y-%m-%d} is over: a key expires on a day to come")
