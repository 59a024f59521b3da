"""Logins of a company and their roles."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection

from grilse.access.models import Membership
from grilse.access.permissions import load_permissions, load_roles
from grilse.access.principal import find_allowed_geographies
from grilse.access.queries import read_memberships, refuse_unknown_login
from grilse.access.tenancy import get_current_actor, tenant_transaction
from grilse.errors import GrilseError
from grilse.row_validation import check_fields, refuse_duplicates

ADMIN = "admin"
LOGIN_COLUMNS = ("user", "name", "email", "is_invited")
ROLE_COLUMNS = ("id", "role", "geography", "geography_name")
DEMO_USER = "demo"


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
    is_invited: bool
    """Whether the colleague has not chosen a password yet."""
    roles: tuple[GrantedRole, ...]


def list_logins() -> list[CompanyLogin]:
    """Return the logins of the company by name, each with the roles that the transaction reaches; one statement."""
    groups = groupby(read_memberships(), key=lambda row: {name: row[name] for name in LOGIN_COLUMNS})
    return [
        CompanyLogin(**login, roles=tuple(GrantedRole(**{name: row[name] for name in ROLE_COLUMNS}) for row in rows))
        for login, rows in groups
    ]


def add_login(name: str, *, email: str = "", password: str | None = None) -> int:
    """Add a login and return its id; without a password it cannot be used until it gets one."""
    if not name.strip():
        raise GrilseError("a login needs a name", field="name")
    user = get_user_model()(username=name.strip(), email=email.strip().lower())
    set_password(user, password)
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        raise GrilseError(" ".join(error.messages), field="name") from None
    with connection.cursor() as cursor:
        cursor.execute(NEW_LOGIN_SQL, {"name": user.username, "email": user.email, "hash": user.password})
        [user_id] = cursor.fetchone()
    if user_id is None:
        raise GrilseError(f"there is a login {user.username} already: choose another name", field="name")
    return int(user_id)


def set_password(user: User, password: str | None) -> None:
    """Set a password that is not easily guessed; the row is not saved."""
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise GrilseError(" ".join(error.messages), field="password") from None
    user.set_password(password)


def grant_role(user: int, role: str, geography: int | None = None) -> int:
    """Give a login a role, in the company or in one of its geographies; return the membership's id.

    Nobody grants more than they hold.
    """
    if role not in load_roles():
        raise GrilseError(f"{role} is no role: {', '.join(load_roles())}", field="role")
    geographies = Membership._meta.get_field("geography").related_model._default_manager
    if geography is not None and not geographies.filter(pk=geography).exists():
        raise GrilseError(f"there is no geography {geography}", field="geography")
    _refuse_wider_role(role, geography)
    row = Membership(company_id=get_current_actor().company, user_id=user, role=role, geography_id=geography)
    check_fields(row)
    refuse_duplicates([row], ("user_id", "role", "geography_id"), lambda row: f"the role of {row.role}")
    row.save()
    return row.pk


def change_role(membership: int, role: str, geography: int | None = None) -> int:
    """Replace a role of a login by another, or by the same in another place; return the new membership's id."""
    row = _find_membership(membership)
    granted = grant_role(row.user_id, role, geography)
    revoke_role(membership)
    return granted


def revoke_all_roles(user: int) -> int:
    """Remove all roles of a login in this company, which ends its access to it; return how many."""
    refuse_unknown_login(user)
    ids = list(Membership.objects.filter(user_id=user).order_by("pk").values_list("pk", flat=True))
    for id in ids:
        revoke_role(id)
    return len(ids)


def list_login_companies(user: int) -> list[tuple[int, str]]:
    """Return the id and the name of each company that a login belongs to, by name; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(LOGIN_COMPANIES_SQL, {"user": user})
        return cursor.fetchall()


def revoke_role(membership: int) -> None:
    """Remove a role; a company keeps its last admin."""
    row = _find_membership(membership)
    # Two admins who revoke each other's role at the same time wait for each other here.
    admins = list(Membership.objects.select_for_update().filter(role=ADMIN, geography=None).order_by("pk"))
    if [admin.pk for admin in admins] == [row.pk]:
        raise GrilseError("a company keeps one admin: make another one first")
    row.delete()


def _find_membership(id: int) -> Membership:
    row = Membership.objects.filter(pk=id).first()
    if row is None:
        raise GrilseError(f"there is no membership {id}")
    return row


def _refuse_wider_role(role: str, geography: int | None) -> None:
    for name, permission in load_permissions().items():
        places = find_allowed_geographies(name) if role in permission.roles else None
        if places is not None and geography not in places:
            where = "in the whole company" if geography is None else "there"
            raise GrilseError(
                f"you grant no more than you hold: your roles do not allow to {permission.says} {where}",
                field="geography" if places else "role",
            )


def ensure_demo_login(company_id: int, password: str) -> str:
    """Make the demo user an admin of a company, with this password; return its name."""
    user, _ = get_user_model().objects.get_or_create(username=DEMO_USER)
    if not user.check_password(password):
        user.set_password(password)
        user.save()
    with tenant_transaction(company_id, user.pk):
        Membership.objects.get_or_create(company_id=company_id, user=user, role=ADMIN, geography=None)
    return DEMO_USER


NEW_LOGIN_SQL = "SELECT farm_new_login(%(name)s, %(email)s, %(hash)s)"
LOGIN_COMPANIES_SQL = "SELECT id, name FROM farm_login_companies(%(user)s)"
