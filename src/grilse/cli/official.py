"""`grilse official`: series that authorities publish about the sites of the company."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grilse.cli.lookups import find_company, tenant_transaction
from grilse.cli.options import Company, Decimal, Encoding, Json
from grilse.cli.output import print_result
from grilse.errors import GrilseError
from grilse.textfiles.dialect import build_dialect

if TYPE_CHECKING:
    from grilse.official.actions import OfficialFileReport

app = typer.Typer(name="official", help="Series that authorities publish about the sites of the company.")


@app.command("take-in")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="Downloaded CSV files; the header identifies the series.")],
    company: Company = None,
    encoding: Encoding = None,
    decimal: Decimal = None,
    as_json: Json = False,
) -> None:
    """Import weekly lice of BarentsWatch and biomass of Fiskeridirektoratet; a later file revises an earlier one."""
    company_id = find_company(company)
    from grilse.exchange.official import import_official_file

    results, dialect = [], build_dialect(encoding, decimal)
    for path in files:
        if not path.is_file():
            raise GrilseError(f"{path} is no file: name a CSV file that was downloaded")
        with tenant_transaction(company_id):
            results.append(import_official_file(path.read_bytes(), path.name, dialect))
    print_result({"files": [asdict(result) for result in results]}, "\n".join(map(_format_import, results)), as_json)


@app.command(name="list")
def list_files(company: Company = None, as_json: Json = False) -> None:
    """List the imported files, the newest first, and the official numbers of sites."""
    company_id = find_company(company)
    from grilse.official import queries

    with tenant_transaction(company_id):
        facts: dict[str, Any] = {"files": queries.read_files(), "sites": queries.read_sites()}
    print_result(facts, "\n".join([*map(_format_file, facts["files"]), *map(_format_site, facts["sites"])]), as_json)


@app.command("site")
def set_locality(
    area: Annotated[str, typer.Argument(help="Name of the area.")],
    locality: Annotated[int | None, typer.Argument(help="Number of the locality in the official files.")] = None,
    production_area: Annotated[int | None, typer.Option(help="1 to 13. Default: as in the imported files.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Remove the number.")] = False,
    reason: Annotated[str, typer.Option(help="Why the number is changed or removed.")] = "",
    company: Company = None,
    as_json: Json = False,
) -> None:
    """Assign the official number of a locality to an area."""
    company_id = find_company(company)
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
