"""`grilse import`, `grilse export`, `grilse fingerprint`: farm packages, and hashes of the records."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from grilse.cli.options import Company, Decimal, Encoding, Json, open_connection
from grilse.cli.output import print_note, print_result, show_progress
from grilse.textfiles.dialect import build_dialect

app = typer.Typer()


class IfPresent(StrEnum):
    """What to do with a package that was imported before."""

    REFUSE = "refuse"
    SKIP = "skip"


@app.command(name="import")
def import_farm_package(
    folder: Annotated[Path, typer.Argument(help="A farm package: a folder with datapackage.json.")],
    company: Annotated[
        str | None, typer.Option(help="Target company; created if it does not exist. Default: the only company.")
    ] = None,
    if_present: Annotated[
        IfPresent, typer.Option(help="What to do with a package that was imported before.")
    ] = IfPresent.REFUSE,
    encoding: Encoding = None,
    decimal: Decimal = None,
    as_json: Json = False,
) -> None:
    """Import a farm package completely or not at all; errors name every wrong row."""
    with open_connection() as connection:
        from grilse.exchange.imports import import_package

        done = import_package(
            connection,
            folder,
            company_name=company,
            if_present=if_present.value,
            watch=show_progress,
            dialect=build_dialect(encoding, decimal),
        )
    for warning in done.warnings:
        print_note(f"warning: {warning}")
    company_note = " (new)" if done.company_made else ""
    text = (
        f"{done.package}: {done.came:,} rows: {done.taken:,} into {done.company}{company_note},"
        f" {done.unchanged:,} there already, {done.refused:,} refused; {done.states:,} daily states estimated,"
        f" in {done.seconds:.1f} s"
    )
    if done.skipped:
        text = f"{done.package}: {done.came:,} rows, all there already; nothing was written"
    print_result(asdict(done), text, as_json)


@app.command("export")
def export_farm_package(
    folder: Annotated[Path, typer.Argument(help="The new folder.")], company: Company = None, as_json: Json = False
) -> None:
    """Write the records of a company as a farm package to a new folder."""
    with open_connection() as connection:
        from grilse.exchange.company import get_company
        from grilse.exchange.exports import export_package

        name, key = get_company(connection, company)
        connection.rollback()
        rows = export_package(connection, folder, name, key, watch=show_progress)
    facts = {"folder": str(folder), "company": name, "rows": rows}
    print_result(facts, f"{folder}: {sum(rows.values()):,} rows of {name}", as_json)


@app.command("fingerprint")
def print_fingerprint(company: Company = None, as_json: Json = False) -> None:
    """Print a hash of the content of each table and of all, independent of the order and ids of rows."""
    with open_connection() as connection:
        from grilse.exchange.company import get_company
        from grilse.exchange.fingerprint import compute_fingerprint, report_fingerprint

        result = compute_fingerprint(connection, get_company(connection, company)[1] if company else None)
    text = "\n".join([*(f"{digest}  {name}" for name, digest in result.tables.items()), f"{result.total}  all"])
    print_result(report_fingerprint(result), text, as_json)
