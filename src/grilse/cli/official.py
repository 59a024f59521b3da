"""`grilse official`: published series beside the company's own."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grilse.cli.output import Json, report

if TYPE_CHECKING:
    from grilse.official.actions import Taken

app = typer.Typer(name="official", help="Series that authorities publish, beside the company's own.")

Company = Annotated[str | None, typer.Option(help="The company, if the database has several.")]


@app.command("take-in")
def take_in(
    files: Annotated[list[Path], typer.Argument(help="CSV files as downloaded; the header tells which.")],
    company: Company = None,
    as_json: Json = False,
) -> None:
    """Take in weekly lice of BarentsWatch and biomass of Fiskeridirektoratet; a later file revises."""
    of = _company(company)
    from grilse.errors import GrilseError
    from grilse.exchange.official import take_in as take
    from grilse.farm.tenancy import acting_for

    taken = []
    for path in files:
        if not path.is_file():
            raise GrilseError(f"{path} is no file: name a CSV file that was downloaded")
        with acting_for(of):
            taken.append(take(path.read_bytes(), path.name))
    report({"files": [asdict(one) for one in taken]}, "\n".join(map(_line, taken)), as_json)


@app.command(name="list")
def list_(company: Company = None, as_json: Json = False) -> None:
    """List the files that were taken in, the newest first, and which sites the authorities know."""
    of = _company(company)
    from grilse.farm.tenancy import acting_for
    from grilse.official import queries

    with acting_for(of):
        facts: dict[str, Any] = {"files": queries.files(), "sites": queries.sites()}
    report(facts, "\n".join([*map(_listed, facts["files"]), *map(_known, facts["sites"])]), as_json)


@app.command("site")
def site(
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
    of = _company(company)
    from grilse.errors import GrilseError
    from grilse.farm.tenancy import acting_for
    from grilse.official import actions

    with acting_for(of):
        if forget:
            actions.forget_site(area, reason=reason)
            report({"area": area, "locality": None}, f"{area} has no locality any more", as_json)
            return
        if locality is None:
            raise GrilseError(f"which locality is {area}? Name its number, or --forget")
        made = actions.name_site(area, locality, production_area, reason=reason)
    facts = {"area": area, "locality": made.locality, "production_area": made.production_area}
    report(facts, _known(facts), as_json)


def _company(name: str | None) -> int:
    import os

    import psycopg

    from grilse.schema import open_database

    open_database()
    from grilse.exchange.company import existing

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return existing(connection, name)[1]


def _line(taken: "Taken") -> str:
    return (
        f"{taken.name}: {taken.rows:,} rows of {taken.kind}: {taken.new:,} new, {taken.revised:,} revised,"
        f" {taken.unchanged:,} as they were"
    )


def _listed(file: dict[str, Any]) -> str:
    return (
        f"{file['at']:%Y-%m-%d %H:%M}  {file['kind']:<8}{file['name']}: {file['rows']:,} rows,"
        f" {file['new']:,} new, {file['revised']:,} revised"
    )


def _known(site: dict[str, Any]) -> str:
    return f"{site['area']} is locality {site['locality']} in production area {site['production_area']}"
