"""`grilse key`: keys with which programs act for a login."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from grilse.cli.output import Json, report
from grilse.cli.people import Company, companies, login, one_company

app = typer.Typer(name="key", help="Keys with which programs act for a login.", no_args_is_help=True)


@app.command("add")
def add(
    user: Annotated[str, typer.Option(help="The login that it acts for.")],
    name: Annotated[str, typer.Option(help="Which program has it.")],
    scope: Annotated[
        list[str], typer.Option(help="A permission that it may use; `*` is all of its login's.")
    ],
    expires: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day on which it opens anything (UTC).")
    ],
    company: Company = None,
    as_json: Json = False,
) -> None:
    """Issue a key, and print it this once."""
    of = one_company(company)
    from grilse.farm import keys
    from grilse.farm.tenancy import acting_for

    holder = login(user)
    ends = expires.replace(tzinfo=UTC) + timedelta(days=1)
    with acting_for(of):
        issued = keys.issue(user=holder.pk, name=name, scopes=scope, expires_at=ends)
    report({"id": issued.id, "key": issued.key}, issued.key, as_json)


@app.command("list")
def show(company: Company = None, as_json: Json = False) -> None:
    """Print the keys, without what opens anything."""
    found = [row for of in companies(company) for row in _keys(of)]
    lines = [
        f"{row['id']}: {row['name']} of {row['user']}, {', '.join(row['scopes'])}, {row['state']}"
        for row in found
    ]
    report({"keys": found}, "\n".join(lines) or "there is no key yet: `grilse key add` issues one", as_json)


@app.command("revoke")
def revoke(
    key: Annotated[int, typer.Argument(metavar="ID", help="As `grilse key list` prints it.")],
    company: Company = None,
    as_json: Json = False,
) -> None:
    """Let a key open nothing from now on."""
    of = one_company(company)
    from grilse.farm import keys
    from grilse.farm.tenancy import acting_for

    with acting_for(of):
        keys.revoke(key)
    report({"id": key}, f"key {key} opens nothing any more", as_json)


def _keys(company: int) -> list[dict[str, Any]]:
    from grilse.farm.models import ApiKey
    from grilse.farm.tenancy import acting_for

    with acting_for(company):
        rows = ApiKey.objects.select_related("user").order_by("pk")
        return [
            {
                "id": row.pk,
                "name": row.name,
                "user": row.user.get_username(),
                "prefix": row.prefix,
                "scopes": row.scopes,
                "made_at": row.made_at,
                "expires_at": row.expires_at,
                "revoked_at": row.revoked_at,
                "state": _state(row.expires_at, row.revoked_at),
            }
            for row in rows
        ]


def _state(expires_at: datetime, revoked_at: datetime | None) -> str:
    if revoked_at is not None:
        return f"revoked on {revoked_at:%Y-%m-%d}"
    over = expires_at <= datetime.now(UTC)
    last = expires_at - timedelta(microseconds=1)
    return f"{'expired' if over else 'until'} {last:%Y-%m-%d}"
