"""`grilse check indexes`: indexes without a use, foreign keys without an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from grilse.cli.check import RED
from grilse.cli.output import Json, report
from grilse.cli.proofs import refusing

if TYPE_CHECKING:
    from grilse.proof.audit import Audit, Idle

app = typer.Typer()


@app.command("indexes")
def indexes(
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with code 1 if there is anything to say.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Name the indexes that no declared query uses, with their size and cost, and foreign keys without one.

    Judged by the plans of this database as it is, and at ten and a hundred times its rows.
    """
    from grilse.schema import open_database

    open_database()
    from grilse.proof.audit import audit

    with refusing():
        found = audit()
    report(facts(found), "\n".join(lines(found)), as_json)
    if strict and not found.ok:
        raise typer.Exit(RED)


def lines(found: Audit) -> list[str]:
    """Say what was found."""
    bytes_idle = sum(one.index.bytes for one in found.idle)
    return [
        *(f"unused     {one.index.table}: {one.index.name}  {cost(one)}" for one in found.idle),
        *(f"covered    {one.index.table}: {one.index.name} by {one.by}" for one in found.covered),
        *(
            f"no index   {one.table}: {one.name} ({', '.join(one.columns)}) to {one.to}"
            for one in found.unserved
        ),
        f"{found.used} indexes are used; more keep a rule ({found.ruling}) or serve a key ({found.serving})",
        f"{len(found.idle)} are used by no declared query, {bytes_idle / 1e6:,.1f} MB",
        f"{len(found.unjudged)} unused ones of empty tables are not judged",
        f"{len(found.covered)} are covered by another; {len(found.unserved)} foreign keys have none",
    ]


def cost(one: Idle) -> str:
    """Say what an index costs."""
    parts = [f"{one.index.bytes / 1e6:,.2f} MB"]
    if one.per_row is not None:
        parts.append(f"{one.per_row:,.0f} bytes a row")
    if one.microseconds is not None:
        parts.append(f"{one.microseconds:.1f} µs an insert")
    return ", ".join(parts)


def facts(found: Audit) -> dict[str, Any]:
    """Return what was found, for programs."""
    return {
        "ok": found.ok,
        "used": found.used,
        "ruling": found.ruling,
        "serving": found.serving,
        "unused": [
            {
                "index": one.index.name,
                "table": one.index.table,
                "bytes": one.index.bytes,
                "bytes_per_row": one.per_row,
                "microseconds_per_insert": one.microseconds,
                "definition": one.index.definition,
            }
            for one in found.idle
        ],
        "of_empty_tables": list(found.unjudged),
        "covered": [
            {"index": one.index.name, "table": one.index.table, "by": one.by} for one in found.covered
        ],
        "without_index": [
            {"key": one.name, "table": one.table, "columns": one.columns, "to": one.to}
            for one in found.unserved
        ],
    }
