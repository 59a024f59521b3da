"""Memberships and API keys. Each function is one statement."""

from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import BooleanField, ExpressionWrapper, F, Q

from grilse.access.models import ApiKey, Membership
from grilse.errors import GrilseError


def refuse_unknown_login(user: int) -> None:
    """Refuse a login that is not of this company."""
    if not Membership.objects.filter(user_id=user).exists():
        raise GrilseError(f"there is no login {user} in this company", field="user")


def read_memberships() -> list[dict[str, Any]]:
    """Return the memberships, by the name of the login."""
    rows = Membership.objects.annotate(
        name=F("user__username"),
        email=F("user__email"),
        geography_name=F("geography__name"),
        is_invited=ExpressionWrapper(
            Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX), output_field=BooleanField()
        ),
    ).values("id", "user_id", "name", "email", "role", "geography_id", "geography_name", "is_invited")
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
