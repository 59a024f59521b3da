"""Memberships and API keys. Each function is one statement."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import BooleanField, ExpressionWrapper, F, Q

from grilse.access.models import ApiKey, Membership
from grilse.errors import GrilseError


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantedRole:
    """A role of a login, in a geography or (None) in the whole company."""

    id: int
    role: str
    geography: int | None
    geography_name: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CompanyLogin:
    """A login of the company, with its roles."""

    user: int
    name: str
    email: str
    has_password: bool
    """False until the invited colleague chooses one."""
    roles: tuple[GrantedRole, ...]


def list_logins(user: int | None = None) -> list[CompanyLogin]:
    """Return the logins of the company by name, or one of them, each with the roles that the transaction reaches."""
    rows = Membership.objects.all() if user is None else Membership.objects.filter(user_id=user)
    shown = rows.annotate(
        name=F("user__username"),
        email=F("user__email"),
        geography_name=F("geography__name"),
        invited=ExpressionWrapper(Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX), output_field=BooleanField()),
    ).order_by("name", "user_id", "geography_name", "role", "id")
    return [
        CompanyLogin(
            user=id, name=roles[0].name, email=roles[0].email, has_password=not roles[0].invited,
            roles=tuple(_build_granted_role(row) for row in roles),
        )
        for id, group in groupby(shown, key=attrgetter("user_id"))
        for roles in [list(group)]
    ]  # fmt: skip


def _build_granted_role(row: Any) -> GrantedRole:
    return GrantedRole(id=row.pk, role=row.role, geography=row.geography_id, geography_name=row.geography_name)


def refuse_unknown_login(user: int) -> None:
    """Refuse a login that is not of this company."""
    if not Membership.objects.filter(user_id=user).exists():
        raise GrilseError(f"there is no login {user} in this company", field="user")


def read_memberships() -> list[dict[str, Any]]:
    """Return the memberships, by the name of the login."""
    rows = Membership.objects.annotate(
        name=F("user__username"), email=F("user__email"), geography_name=F("geography__name")
    ).values("id", "user_id", "name", "email", "role", "geography_id", "geography_name")
    return [
        {**row, "user": row["user_id"], "geography": row["geography_id"]} for row in rows.order_by("name", "role", "id")
    ]


def read_api_keys(user: int, *, everybody: bool) -> list[dict[str, Any]]:
    """Return the keys of a login, or of all logins, newest first."""
    rows = ApiKey.objects.all() if everybody else ApiKey.objects.filter(user_id=user)
    shown = rows.annotate(user_name=F("user__username")).values(
        "id", "user_id", "user_name", "name", "prefix", "scopes", "expires_at", "revoked_at", "made_at"
    )
    return [{**row, "user": row["user_id"]} for row in shown.order_by("-id")]
