"""`grilse key`: API keys, with which programs act for a login."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from grilse.cli.lookups import find_companies, find_company, find_login, tenant_transaction
from grilse.cli.options import Company, Json
from grilse.cli.output import print_result

app = typer.Typer(name="key", help="API keys, with which programs act for a login.", no_args_is_help=True)


@app.command("add")
def add_key(
    user: Annotated[str, typer.Option(help="Login for which the key acts.")],
    name: Annotated[str, typer.Option(help="Name of the program.")],
    scope: Annotated[list[str], typer.Option(help="Permission of the key; `*` is every permission of its login.")],
    expires: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last valid day (UTC).")],
    company: Company = None,
    as_json: Json = False,
) -> None:
    """Issue a key and print it; it cannot be printed again."""
    company_id = find_company(company)
    from grilse.access import api_keys

    holder = find_login(user)
    ends = expires.replace(tzinfo=UTC) + timedelta(days=1)
    with tenant_transaction(company_id):
        issued = api_keys.issue_key(user=holder.pk, name=name, scopes=scope, expires_at=ends)
    print_result({"id": issued.id, "key": issued.key}, issued.key, as_json)


@app.command("list")
def list_keys(company: Company = None, as_json: Json = False) -> None:
    """Print the keys without their secrets."""
    key_rows = [row for company_id in find_companies(company) for row in _read_keys(company_id)]
    lines = [
        f"{row['id']}: {row['name']} of {row['user']}, {', '.join(row['scopes'])}, {row['state']}" for row in key_rows
    ]
    print_result({"keys": key_rows}, "\n".join(lines) or "there is no key yet: `grilse key add` issues one", as_json)


@app.command("revoke")
def revoke_key(
    key: Annotated[int, typer.Argument(metavar="ID", help="Id in the output of `grilse key list`.")],
    company: Company = None,
    as_json: Json = False,
) -> None:
    """Revoke a key."""
    company_id = find_company(company)
    from grilse.access import api_keys

    with tenant_transaction(company_id):
        api_keys.revoke_key(key)
    print_result({"id": key}, f"key {key} opens nothing any more", as_json)


def _read_keys(company: int) -> list[dict[str, Any]]:
    from grilse.access.models import ApiKey

    with tenant_transaction(company):
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
                "state": _describe_state(row.expires_at, row.revoked_at),
            }
            for row in rows
        ]


def _describe_state(expires_at: datetime, revoked_at: datetime | None) -> str:
    if revoked_at is not None:
        return f"revoked on {revoked_at:%Y-%m-%d}"
    is_expired = expires_at <= datetime.now(UTC)
    last_instant = expires_at - timedelta(microseconds=1)
    return f"{'expired' if is_expired else 'until'} {last_instant:%Y-%m-%d}"
