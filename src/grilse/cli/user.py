"""`grilse user`: logins and their roles."""

from typing import Annotated, Any

import typer

from grilse.cli.output import Json, report
from grilse.cli.people import Company, FromInput, OfGeography, companies, geography, login, one_company
from grilse.cli.people import password as new_password
from grilse.errors import GrilseError

app = typer.Typer(name="user", help="Logins and their roles.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name to log in with.")]
Role = Annotated[str, typer.Option(help="A role of the matrix that `grilse permissions` prints.")]


@app.command("add")
def add(
    name: Name,
    role: Role,
    company: Company = None,
    where: OfGeography = None,
    email: Annotated[str, typer.Option(help="An address, which logs in too.")] = "",
    password_stdin: FromInput = False,
    as_json: Json = False,
) -> None:
    """Make a login with a role; the password is asked for twice."""
    of = one_company(company)
    from django.db import transaction

    from grilse.farm import members
    from grilse.farm.tenancy import acting_for

    secret = new_password(password_stdin)
    with transaction.atomic():
        user = members.add_login(name, email=email, password=secret)
        with acting_for(of):
            members.grant(user, role, geography(where))
    report({"user": user, "name": name, "role": role}, f"{name} logs in as {role}{_in(where)}", as_json)


@app.command("list")
def show(company: Company = None, as_json: Json = False) -> None:
    """Print the logins and their roles."""
    found = [row for of in companies(company) for row in _roles(of)]
    lines = [f"{row['name']}: {row['role']}{_in(row['geography'])}, {row['company']}" for row in found]
    report(
        {"users": found}, "\n".join(lines) or "there is no login yet: `grilse user add` makes one", as_json
    )


@app.command("grant")
def grant(
    name: Name, role: Role, company: Company = None, where: OfGeography = None, as_json: Json = False
) -> None:
    """Give a login a role."""
    of = one_company(company)
    from grilse.farm import members
    from grilse.farm.tenancy import acting_for

    user = login(name)
    with acting_for(of):
        members.grant(user.pk, role, geography(where))
    report({"user": user.pk, "role": role}, f"{name} is {role}{_in(where)}", as_json)


@app.command("revoke")
def revoke(
    name: Name, role: Role, company: Company = None, where: OfGeography = None, as_json: Json = False
) -> None:
    """Take a role from a login."""
    of = one_company(company)
    from grilse.farm import members
    from grilse.farm.models import Membership
    from grilse.farm.tenancy import acting_for

    user = login(name)
    with acting_for(of):
        held = Membership.objects.filter(user_id=user.pk, role=role, geography=geography(where)).first()
        if held is None:
            raise GrilseError(f"{name} is not {role}{_in(where)}")
        members.revoke(held.pk)
    report({"user": user.pk, "role": role}, f"{name} is no longer {role}{_in(where)}", as_json)


@app.command("password")
def password(name: Name, password_stdin: FromInput = False, as_json: Json = False) -> None:
    """Give a login a new password; whoever is logged in with the old one is logged out."""
    companies(None)
    from grilse.farm import members

    user = login(name)
    members.set_password(user, new_password(password_stdin))
    user.save(update_fields=["password"])
    report({"user": user.pk}, f"{name} has a new password", as_json)


def _roles(company: int) -> list[dict[str, Any]]:
    from grilse.farm.models import Membership
    from grilse.farm.tenancy import acting_for

    with acting_for(company):
        held = Membership.objects.select_related("user", "geography", "company")
        return [
            {
                "user": row.user_id,
                "name": row.user.get_username(),
                "company": row.company.name,
                "role": row.role,
                "geography": row.geography.name if row.geography else None,
                "active": row.user.is_active,
            }
            for row in held.order_by("user__username", "role", "geography__name")
        ]


def _in(geography: str | None) -> str:
    return f" in {geography}" if geography else ""
