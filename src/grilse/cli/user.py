"""`grilse user`: logins and their roles."""

from typing import Annotated, Any

import typer

from grilse.cli.lookups import (
    FromInput,
    OfGeography,
    find_companies,
    find_geography,
    find_login,
    find_named_company,
    read_password,
    tenant_transaction,
)
from grilse.cli.options import Company, Json
from grilse.cli.output import print_result
from grilse.errors import GrilseError

app = typer.Typer(name="user", help="Logins and their roles.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the login.")]
Role = Annotated[str, typer.Option(help="A role of `grilse permissions`.")]


@app.command("add")
def add_user(
    name: Name,
    role: Role,
    company: Company = None,
    where: OfGeography = None,
    email: Annotated[str, typer.Option(help="Email address, which can be used to log in too.")] = "",
    password_stdin: FromInput = False,
    as_json: Json = False,
) -> None:
    """Add a login with a role; asks for the password twice."""
    company_name, company_id = find_named_company(company)
    from django.db import transaction

    from grilse.access import memberships

    secret = read_password(password_stdin)
    with transaction.atomic():
        user = memberships.add_login(name, email=email, password=secret)
        with tenant_transaction(company_id):
            memberships.grant_role(user, role, find_geography(where))
    print_result(
        {"user": user, "name": name, "role": role, "company": company_name},
        f"{name} logs in as {role}{_describe_scope(where)}, {company_name}",
        as_json,
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
    """Grant a role to a login."""
    company_name, company_id = find_named_company(company)
    from grilse.access import memberships

    user = find_login(name)
    with tenant_transaction(company_id):
        memberships.grant_role(user.pk, role, find_geography(where))
    _print_change(user.pk, role, company_name, f"{name} is {role}{_describe_scope(where)}", as_json)


@app.command("revoke")
def revoke_role(
    name: Name, role: Role, company: Company = None, where: OfGeography = None, as_json: Json = False
) -> None:
    """Revoke a role of a login."""
    company_name, company_id = find_named_company(company)
    from grilse.access import memberships
    from grilse.access.models import Membership

    user = find_login(name)
    with tenant_transaction(company_id):
        membership = Membership.objects.filter(user_id=user.pk, role=role, geography=find_geography(where)).first()
        if membership is None:
            raise GrilseError(f"{name} is not {role}{_describe_scope(where)}")
        memberships.revoke_role(membership.pk)
    _print_change(user.pk, role, company_name, f"{name} is no longer {role}{_describe_scope(where)}", as_json)


@app.command("password")
def set_password(name: Name, password_stdin: FromInput = False, as_json: Json = False) -> None:
    """Set the password of a login; this ends its sessions."""
    find_companies(None)
    from grilse.access import memberships

    user = find_login(name)
    memberships.set_password(user, read_password(password_stdin))
    user.save(update_fields=["password"])
    print_result({"user": user.pk}, f"{name} has a new password", as_json)


def _print_change(user: int, role: str, company: str, what: str, as_json: bool) -> None:
    print_result({"user": user, "role": role, "company": company}, f"{what}, {company}", as_json)


def _read_roles(company: int) -> list[dict[str, Any]]:
    from grilse.access.models import Membership

    with tenant_transaction(company):
        rows = Membership.objects.select_related("user", "geography", "company")
        return [
            {
                "user": row.user_id,
                "name": row.user.get_username(),
                "company": row.company.name,
                "role": row.role,
                "geography": row.geography.name if row.geography else None,
                "active": row.user.is_active,
            }
            for row in rows.order_by("user__username", "role", "geography__name")
        ]


def _describe_scope(geography: str | None) -> str:
    return f" in {geography}" if geography else ""
