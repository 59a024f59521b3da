"""People of a company and their roles."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection

from grilse.access.models import Membership
from grilse.access.permissions import load_roles
from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.farm.models import Geography
from grilse.row_validation import check_fields, refuse_duplicates

ADMIN = Membership.Role.ADMIN.value


def add_login(name: str, *, email: str = "", password: str | None = None) -> int:
    """Make a login; without a password it opens nothing until it is given one. Return its id."""
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
    """Give a login a password that is not easily guessed; the row is not saved."""
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise GrilseError(" ".join(error.messages), field="password") from None
    user.set_password(password)


def grant_role(user: int, role: str, geography: int | None = None) -> int:
    """Give a login a role, in the company or in one of its geographies; return the membership's id."""
    if role not in load_roles():
        raise GrilseError(f"{role} is no role: {', '.join(load_roles())}", field="role")
    if geography is not None and not Geography.objects.filter(pk=geography).exists():
        raise GrilseError(f"there is no geography {geography}", field="geography")
    row = Membership(company_id=get_current_actor().company, user_id=user, role=role, geography_id=geography)
    check_fields(row)
    refuse_duplicates([row], ("user_id", "role", "geography_id"), lambda row: f"the role of {row.role}")
    row.save()
    return row.pk


def refuse_unknown_login(user: int) -> None:
    """Refuse a login that is not of this company."""
    if not Membership.objects.filter(user_id=user).exists():
        raise GrilseError(f"there is no login {user} in this company", field="user")


def revoke_role(membership: int) -> None:
    """Take a role away; the last admin of a company stays."""
    row = Membership.objects.filter(pk=membership).first()
    if row is None:
        raise GrilseError(f"there is no membership {membership}")
    # Two admins who take each other's role at once wait for each other here.
    admins = list(Membership.objects.select_for_update().filter(role=ADMIN, geography=None).order_by("pk"))
    if [admin.pk for admin in admins] == [row.pk]:
        raise GrilseError("a company keeps one admin: make another one first")
    row.delete()


NEW_LOGIN_SQL = "SELECT farm_new_login(%(name)s, %(email)s, %(hash)s)"
