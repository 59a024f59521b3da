"""`grilse check`: prove what is in the database."""

import os

import typer

from grilse.cli.output import Json, progress, report

app = typer.Typer(name="check", help="Prove what is in the database.", no_args_is_help=True)

RED = 1


@app.callback()
def group() -> None:
    """Keep `data` a word of its own."""


@app.command()
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
