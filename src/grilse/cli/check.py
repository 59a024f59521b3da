"""`grilse check`: prove what is in the database, and what its queries cost."""

import os
from pathlib import Path
from typing import Annotated

import typer

from grilse.cli.output import Json, progress, report
from grilse.cli.proofs import refusing

app = typer.Typer(name="check", help="Prove what is in the database.", no_args_is_help=True)

RED = 1


@app.callback()
def group() -> None:
    """Keep `data` a word of its own."""


@app.command("data")
def data(as_json: Json = False) -> None:
    """Check the laws on every batch and the bands on the generated history; exit code 1 if one is broken."""
    import psycopg

    from grilse.schema import open_database

    open_database()
    from grilse.generator.check import PARTS, check
    from grilse.generator.check.result import checked_facts

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with progress("checking", PARTS, "parts") as advance:
            checks = check(connection, advance)
    facts = checked_facts(checks)
    lines = [
        f"{'ok ' if one.ok else 'RED'}  {one.name}: {one.figure} ({one.band})  {one.detail}".rstrip()
        for one in checks
    ]
    lines.append(f"{sum(one.ok for one in checks)} of {len(checks)} hold")
    report(facts, "\n".join(lines), as_json)
    if not facts["ok"]:
        raise typer.Exit(RED)


@app.command("performance")
def performance(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Queries, or what names begin with; else all."),
    ] = None,
    as_json: Json = False,
    baseline: Annotated[
        Path | None, typer.Option(help="An earlier proof, by --save, to hold this one against.")
    ] = None,
    scale: Annotated[
        int | None, typer.Option(min=2, help="Also tell which plans flip at so many times the rows.")
    ] = None,
    save: Annotated[Path | None, typer.Option(help="The file to write this proof to.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Count what is not proven as broken.")] = False,
) -> None:
    """Run every query that a door asks, and hold its plan, rows and statements against its budget.

    Exit code 1 if a budget is broken, if a query is worse than in the earlier proof, or if nothing is proven.
    """
    from grilse.schema import open_database

    open_database()
    from grilse.proof import checking

    with refusing():
        hot = checking.wanted(names or [])
        with progress("proving", len(hot), "queries") as advance:
            checked = checking.check(
                hot, earlier=baseline, scale=scale, save=save, strict=strict, advance=advance
            )
    report(checking.facts(checked), "\n".join(checking.lines(checked)), as_json)
    if not checked.ok:
        raise typer.Exit(RED)
