"""`grilse check indexes`: indexes without a use, foreign keys without an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from grilse.cli.check import EXIT_FAILED
from grilse.cli.output import Json, print_result
from grilse.cli.proof_errors import translate_proof_errors

if TYPE_CHECKING:
    from grilse.proof.index_audit import IndexAudit, UnusedIndex

app = typer.Typer()


@app.command("indexes")
def check_indexes(
    strict: Annotated[bool, typer.Option("--strict", help="Exit with code 1 if there is anything to say.")] = False,
    as_json: Json = False,
) -> None:
    """Name the indexes that no declared query uses, with their size and cost, and foreign keys without one.

    Judged by the plans of this database as it is, and at ten and a hundred times its rows.
    """
    from grilse.project.schema import open_database

    open_database()
    from grilse.proof.index_audit import audit_indexes

    with translate_proof_errors():
        result = audit_indexes()
    print_result(build_report(result), "\n".join(format_lines(result)), as_json)
    if strict and not result.is_clean:
        raise typer.Exit(EXIT_FAILED)


def format_lines(result: IndexAudit) -> list[str]:
    """Say what was found."""
    bytes_idle = sum(idle.index.bytes for idle in result.unused)
    return [
        *(f"unused     {idle.index.table}: {idle.index.name}  {format_cost(idle)}" for idle in result.unused),
        *(
            f"covered    {covered.index.table}: {covered.index.name} by {covered.superset}"
            for covered in result.redundant
        ),
        *(
            f"no index   {key.table}: {key.name} ({', '.join(key.columns)}) to {key.target}"
            for key in result.unindexed_keys
        ),
        (
            f"{result.used_count} indexes are used; more keep a rule ({result.constraint_count}) or serve a key"
            f" ({result.foreign_key_count})"
        ),
        f"{len(result.unused)} are used by no declared query, {bytes_idle / 1e6:,.1f} MB",
        f"{len(result.unused_on_empty_tables)} unused ones of empty tables are not judged",
        f"{len(result.redundant)} are covered by another; {len(result.unindexed_keys)} foreign keys have none",
    ]


def format_cost(idle: UnusedIndex) -> str:
    """Say what an index costs."""
    parts = [f"{idle.index.bytes / 1e6:,.2f} MB"]
    if idle.bytes_per_row is not None:
        parts.append(f"{idle.bytes_per_row:,.0f} bytes a row")
    if idle.insert_microseconds is not None:
        parts.append(f"{idle.insert_microseconds:.1f} µs an insert")
    return ", ".join(parts)


def build_report(result: IndexAudit) -> dict[str, Any]:
    """Return what was found, for programs."""
    return {
        "ok": result.is_clean,
        "used": result.used_count,
        "ruling": result.constraint_count,
        "serving": result.foreign_key_count,
        "unused": [
            {
                "index": idle.index.name,
                "table": idle.index.table,
                "bytes": idle.index.bytes,
                "bytes_per_row": idle.bytes_per_row,
                "microseconds_per_insert": idle.insert_microseconds,
                "definition": idle.index.definition,
            }
            for idle in result.unused
        ],
        "of_empty_tables": list(result.unused_on_empty_tables),
        "covered": [
            {"index": covered.index.name, "table": covered.index.table, "by": covered.superset}
            for covered in result.redundant
        ],
        "without_index": [
            {"key": key.name, "table": key.table, "columns": key.columns, "to": key.target}
            for key in result.unindexed_keys
        ],
    }
