"""`grilse check`: prove what is in the database, and what its queries cost."""

import os
from pathlib import Path
from typing import Annotated

import typer

from grilse.cli.output import Json, print_result, show_progress
from grilse.cli.proof_errors import translate_proof_errors

app = typer.Typer(name="check", help="Prove what is in the database.", no_args_is_help=True)

EXIT_FAILED = 1


@app.callback()
def declare_group() -> None:
    """Keep `data` a word of its own."""


@app.command("data")
def check_data(as_json: Json = False) -> None:
    """Check the laws on every batch and the bands on the generated history; exit code 1 if one is broken."""
    import psycopg

    from grilse.project.schema import open_database

    open_database()
    from grilse.generator.check import PART_COUNT, run_checks
    from grilse.generator.check.result import build_check_report

    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with show_progress("checking", PART_COUNT, "parts") as advance:
            checks = run_checks(connection, advance)
    facts = build_check_report(checks)
    lines = [
        f"{'ok ' if result.ok else 'RED'}  {result.name}: {result.figure} ({result.band})  {result.detail}".rstrip()
        for result in checks
    ]
    lines.append(f"{sum(result.ok for result in checks)} of {len(checks)} hold")
    print_result(facts, "\n".join(lines), as_json)
    if not facts["ok"]:
        raise typer.Exit(EXIT_FAILED)


@app.command("performance")
def check_performance(
    names: Annotated[list[str] | None, typer.Argument(help="Queries, or what names begin with; else all.")] = None,
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
    from grilse.project.schema import open_database

    open_database()
    from grilse.proof import performance_check

    with translate_proof_errors():
        queries = performance_check.select_budgets(names or [])
        with show_progress("proving", len(queries), "queries") as advance:
            outcome = performance_check.check_performance(
                queries, earlier=baseline, scale=scale, save=save, strict=strict, advance=advance
            )
    print_result(
        performance_check.serialize_check(outcome), "\n".join(performance_check.iter_check_lines(outcome)), as_json
    )
    if not outcome.has_passed:
        raise typer.Exit(EXIT_FAILED)
