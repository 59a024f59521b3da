"""`grilse official`: published series beside the company's own."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grilse.cli.output import Json, print_result

if TYPE_CHECKING:
    from grilse.official.actions import OfficialFileReport

app = typer.Typer(name="official", help="Series that authorities publish, beside the company's own.")

Company = Annotated[str | None, typer.Option(help="The company, if the database has several.")]


@app.command("take-in")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="CSV files as downloaded; the header tells which.")],
    company: Company = None,
    as_json: Json = False,
) -> None:
    """Take in weekly lice of BarentsWatch and biomass of Fiskeridirektoratet; a later file revises."""
    company_id = _find_company(company)
    from grilse.access.tenancy import tenant_transaction
    from grilse.errors import GrilseError
    from grilse.exchange.official import import_official_file as take

    results = []
    for path in files:
        if not path.is_file():
            raise GrilseError(f"{path} is no file: name a CSV file that was downloaded")
        with tenant_transaction(company_id):
            results.append(take(path.read_bytes(), path.name))
    print_result({"files": [asdict(result) for result in results]}, "\n".join(map(_format_import, results)), as_json)


@app.command(name="list")
def list_files(company: Company = None, as_json: Json = False) -> None:
    """List the files that were taken in, the newest first, and which sites the authorities know."""
    company_id = _find_company(company)
    from grilse.access.tenancy import tenant_transaction
    from grilse.official import queries

    with tenant_transaction(company_id):
        facts: dict[str, Any] = {"files": queries.read_files(), "sites": queries.read_sites()}
    print_result(facts, "\n".join([*map(_format_file, facts["files"]), *map(_format_site, facts["sites"])]), as_json)


@app.command("site")
def set_locality(
    area: Annotated[str, typer.Argument(help="Name of the area.")],
    locality: Annotated[int | None, typer.Argument(help="Its number in the official files.")] = None,
    production_area: Annotated[
        int | None, typer.Option(help="1 to 13. Default: as the files that were taken in have it.")
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Take the number away.")] = False,
    reason: Annotated[str, typer.Option(help="Why a number that was given is another one, or none.")] = "",
    company: Company = None,
    as_json: Json = False,
) -> None:
    """Say which site of the authorities an area is."""
    company_id = _find_company(company)
    from grilse.access.tenancy import tenant_transaction
    from grilse.errors import GrilseError
    from grilse.official import actions

    with tenant_transaction(company_id):
        if forget:
            actions.forget_site(area, reason=reason)
            print_result({"area": area, "locality": None}, f"{area} has no locality any more", as_json)
            return
        if locality is None:
            raise GrilseError(f"which locality is {area}? Name its number, or --forget")
        official_site = actions.name_site(area, locality, production_area, reason=reason)
    facts = {"area": area, "locality": official_site.locality, "production_area": official_site.production_area}
    print_result(facts, _format_site(facts), as_json)


def _find_company(name: str | None) -> int:
    import os

    import psycopg

    from grilse.project.schema import open_database

    open_database()
    from grilse.exchange.company import get_company

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return get_company(connection, name)[1]


def _format_import(result: "OfficialFileReport") -> str:
    return (
        f"{result.name}: {result.rows:,} rows of {result.kind}: {result.new:,} new, {result.revised:,} revised,"
        f" {result.unchanged:,} as they were"
    )


def _format_file(file: dict[str, Any]) -> str:
    return (
        f"{file['at']:%Y-%m-%d %H:%M}  {file['kind']:<8}{file['name']}: {file['rows']:,} rows,"
        f" {file['new']:,} new, {file['revised']:,} revised"
    )


def _format_site(site: dict[str, Any]) -> str:
    return f"{site['area']} is locality {site['locality']} in production area {site['production_area']}"
