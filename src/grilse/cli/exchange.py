"""`grilse import`, `grilse export`, `grilse fingerprint`: farm packages, and what identifies records."""

import os
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grilse.cli.output import Json, print_note, print_result, show_progress

app = typer.Typer()

Company = Annotated[str | None, typer.Option(help="The company, if the database has several.")]


class IfPresent(StrEnum):
    """What to do with a package that the company has already."""

    REFUSE = "refuse"
    SKIP = "skip"


@app.command(name="import")
def import_farm_package(
    folder: Annotated[Path, typer.Argument(help="A farm package: a folder with datapackage.json.")],
    company: Annotated[
        str | None, typer.Option(help="The company it goes into; made if not there. Default: the only one.")
    ] = None,
    if_present: Annotated[
        IfPresent, typer.Option(help="What to do with a package that has been imported already.")
    ] = IfPresent.REFUSE,
    as_json: Json = False,
) -> None:
    """Bring a farm package in, whole or not at all; names every row that is wrong."""
    import psycopg

    from grilse.project.schema import open_database

    open_database()
    from grilse.exchange.imports import import_package

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        done = import_package(
            connection, folder, company_name=company, if_present=if_present.value, watch=show_progress
        )
    for warning in done.warnings:
        print_note(f"warning: {warning}")
    rows = sum(done.rows.values())
    company_note = " (new)" if done.company_made else ""
    text = (
        f"{done.package}: {rows:,} rows into {done.company}{company_note}, {done.states:,} daily states estimated,"
        f" in {done.seconds:.1f} s"
    )
    if done.skipped:
        text = f"{done.package} is there already; nothing was written"
    print_result(asdict(done), text, as_json)


@app.command("export")
def export_farm_package(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")], company: Company = None, as_json: Json = False
) -> None:
    """Write a company's records as a farm package, into a folder that is not there yet."""
    import psycopg

    from grilse.project.schema import open_database

    open_database()
    from grilse.exchange.company import get_company
    from grilse.exchange.exports import export_package

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        name, key = get_company(connection, company)
        connection.rollback()
        rows = export_package(connection, folder, name, key, watch=show_progress)
    facts = {"folder": str(folder), "company": name, "rows": rows}
    print_result(facts, f"{folder}: {sum(rows.values()):,} rows of {name}", as_json)


@app.command("fingerprint")
def print_fingerprint(company: Company = None, as_json: Json = False) -> None:
    """Print a hash of each table's content and one over all, whatever the order and the ids of rows."""
    import psycopg

    from grilse.project.schema import open_database

    open_database()
    from grilse.exchange.company import get_company
    from grilse.exchange.fingerprint import compute_fingerprint as of
    from grilse.exchange.fingerprint import report_fingerprint

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        result = of(connection, get_company(connection, company)[1] if company else None)
    text = "\n".join([*(f"{digest}  {name}" for name, digest in result.tables.items()), f"{result.total}  all"])
    print_result(report_fingerprint(result), text, as_json)
