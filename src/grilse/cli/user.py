"""`grilse user`: logins and their roles."""

from typing import Annotated, Any

import typer

from grilse.cli.lookups import Company, FromInput, OfGeography, find_companies, find_company, find_geography, find_login
from grilse.cli.lookups import read_password as new_password
from grilse.cli.output import Json, print_result
from grilse.errors import GrilseError

app = typer.Typer(name="user", help="Logins and their roles.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name to log in with.")]
Role = Annotated[str, typer.Option(help="A role of the matrix that `grilse permissions` prints.")]


@app.command("add")
def add_user(
    name: Name,
    role: Role,
    company: Company = None,
    where: OfGeography = None,
    email: Annotated[str, typer.Option(help="An address, which logs in too.")] = "",
    password_stdin: FromInput = False,
    as_json: Json = False,
) -> None:
    """Make a login with a role; the password is asked for twice."""
    company_id = find_company(company)
    from django.db import transaction

    from grilse.access import memberships as members
    from grilse.access.tenancy import tenant_transaction

    secret = new_password(password_stdin)
    with transaction.atomic():
        user = members.add_login(name, email=email, password=secret)
        with tenant_transaction(company_id):
            members.grant_role(user, role, find_geography(where))
    print_result(
        {"user": user, "name": name, "role": role}, f"{name} logs in as {role}{_describe_scope(where)}", as_json
    )


@app.command("list")
def list_users(company: Company = None, as_json: Json = False) -> None:
    """Print the logins and their roles."""
    role_rows = [row for company_id in find_companies(company) for row in _read_roles(company_id)]
    lines = [f"{row['name']}: {row['role']}{_describe_scope(row['geography'])}, {row['company']}" for row in role_rows]
    print_result(
        {"users": role_rows}, "\n".join(lines) or "there is no login yet: `grilse user add` makes one", as_json
    )


@app.command("grant")
def grant_role(
    name: Name, role: Role, company: Company = None, where: OfGeography = None, as_json: Json = False
) -> None:
    """Give a login a role."""
    company_id = find_company(company)
    from grilse.access import memberships as members
    from grilse.access.tenancy import tenant_transaction

    user = find_login(name)
    with tenant_transaction(company_id):
        members.grant_role(user.pk, role, find_geography(where))
    print_result({"user": user.pk, "role": role}, f"{name} is {role}{_describe_scope(where)}", as_json)


@app.command("revoke")
def revoke_role(
    name: Name, role: Role, company: Company = None, where: OfGeography = None, as_json: Json = False
) -> None:
    """Take a role from a login."""
    company_id = find_company(company)
    from grilse.access import memberships as members
    from grilse.access.models import Membership
    from grilse.access.tenancy import tenant_transaction

    user = find_login(name)
    with tenant_transaction(company_id):
        membership = Membership.objects.filter(user_id=user.pk, role=role, geography=find_geography(where)).first()
        if membership is None:
            raise GrilseError(f"{name} is not {role}{_describe_scope(where)}")
        members.revoke_role(membership.pk)
    print_result({"user": user.pk, "role": role}, f"{name} is no longer {role}{_describe_scope(where)}", as_json)


@app.command("password")
def set_password(name: Name, password_stdin: FromInput = False, as_json: Json = False) -> None:
    """Give a login a new password; whoever is logged in with the old one is logged out."""
    find_companies(None)
    from grilse.access import memberships as members

    user = find_login(name)
    members.set_password(user, new_password(password_stdin))
    user.save(update_fields=["password"])
    print_result({"user": user.pk}, f"{name} has a new password", as_json)


def _read_roles(company: int) -> list[dict[str, Any]]:
    from grilse.access.models import Membership
    from grilse.access.tenancy import tenant_transaction

    with tenant_transaction(company):
        memberships = Membership.objects.select_related("user", "geography", "company")
        return [
            {
                "user": row.user_id,
                "name": row.user.get_username(),
                "company": row.company.name,
                "role": row.role,
                "geography": row.geography.name if row.geography else None,
                "active": row.user.is_active,
            }
            for row in memberships.order_by("user__username", "role", "geography__name")
        ]


def _describe_scope(geography: str | None) -> str:
    return f" in {geography}" if geography else ""
