"""`grilse check`: checks the data, access, queries, indexes, migrations and planner statistics of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grilse.cli.options import Json, open_connection, open_database
from grilse.cli.output import print_note, print_result, show_progress
from grilse.errors import GrilseError

if TYPE_CHECKING:
    from grilse.proof.index_audit import IndexAudit, UnusedIndex

app = typer.Typer(name="check", help="Check what is in the database.", no_args_is_help=True)

EXIT_FAILED = 1


@contextmanager
def translate_proof_errors() -> Iterator[None]:
    """Turn an error of the proof package, which is independent of grilse, into a GrilseError."""
    from grilse.proof.servers import ProofError

    try:
        yield
    except ProofError as error:
        raise GrilseError(str(error)) from None


def _format_heading(ok: bool, name: str) -> str:
    return f"{'ok ' if ok else 'RED'}  {name}"


def _exit_unless(ok: bool) -> None:
    if not ok:
        raise typer.Exit(EXIT_FAILED)


@app.command("data")
def check_data(as_json: Json = False) -> None:
    """Check the laws for every batch and the bands of the generated history; exit code 1 if a check fails."""
    with open_connection() as connection:
        from psycopg import IsolationLevel

        from grilse.generator.check import PART_COUNT, run_checks
        from grilse.generator.check.result import build_check_report

        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with show_progress("checking", PART_COUNT, "parts") as advance:
            checks = run_checks(connection, advance)
    facts = build_check_report(checks)
    lines = [
        f"{_format_heading(result.ok, result.name)}: {result.figure} ({result.band})  {result.detail}".rstrip()
        for result in checks
    ]
    lines.append(f"{sum(result.ok for result in checks)} of {len(checks)} hold")
    print_result(facts, "\n".join(lines), as_json)
    _exit_unless(facts["ok"])


@app.command("access")
def check_access(as_json: Json = False) -> None:
    """List what the application role can do besides rows: functions that run as the owner, triggers, grants.

    Each line is judged; exit code 1 if the role could act as the owner, avoid the history or see other companies' rows.
    """
    import os

    import psycopg

    from grilse.access.database_privileges import list_access_faults, read_privileges, serialize_privileges
    from grilse.django_setup import connect_django
    from grilse.project.schema import read_app_role

    # Without the refusals of the start, whose faults this command lists.
    connect_django()
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        rows = [*list_access_faults(connection), *read_privileges(connection, read_app_role())]
    lines = [f"{_format_heading(not row.problem, row.kind)}  {row.name}: {row.problem or row.detail}" for row in rows]
    facts = serialize_privileges(rows)
    lines.append(f"{sum(not row.problem for row in rows)} of {len(rows)} hold")
    print_result(facts, "\n".join(lines), as_json)
    _exit_unless(facts["ok"])


@app.command("performance")
def check_performance(
    names: Annotated[list[str] | None, typer.Argument(help="Queries, or how their names begin. Default: all.")] = None,
    as_json: Json = False,
    baseline: Annotated[Path | None, typer.Option(help="An earlier result of --save to compare with.")] = None,
    scale: Annotated[
        int | None, typer.Option(min=2, help="Also show which plans change at this multiple of the rows.")
    ] = None,
    save: Annotated[Path | None, typer.Option(help="File for the result.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Count queries that could not be judged as failed.")] = False,
) -> None:
    """Run every declared query, and compare its plan, rows and statements with its budget.

    Exit code 1 if a query exceeds its budget or is worse than in the earlier result, or if no query could be judged.
    """
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
    _exit_unless(outcome.has_passed)


@app.command("indexes")
def check_indexes(
    strict: Annotated[bool, typer.Option("--strict", help="Exit with code 1 if there is a finding.")] = False,
    as_json: Json = False,
) -> None:
    """List the indexes that no declared query uses, with size and cost, and foreign keys without an index.

    This depends on the plans of the database as it is, and at ten and a hundred times its rows.
    """
    open_database()
    from grilse.proof.index_audit import audit_indexes

    with translate_proof_errors():
        result = audit_indexes()
    print_result(_build_index_report(result), "\n".join(_format_indexes(result)), as_json)
    _exit_unless(result.is_clean or not strict)


def _format_indexes(result: IndexAudit) -> list[str]:
    bytes_idle = sum(idle.index.bytes for idle in result.unused)
    return [
        *(f"unused     {idle.index.table}: {idle.index.name}  {_format_cost(idle)}" for idle in result.unused),
        *(f"covered    {item.index.table}: {item.index.name} by {item.superset}" for item in result.redundant),
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


def _format_cost(idle: UnusedIndex) -> str:
    parts = [f"{idle.index.bytes / 1e6:,.2f} MB"]
    if idle.bytes_per_row is not None:
        parts.append(f"{idle.bytes_per_row:,.0f} bytes a row")
    if idle.insert_microseconds is not None:
        parts.append(f"{idle.insert_microseconds:.1f} µs an insert")
    return ", ".join(parts)


def _build_index_report(result: IndexAudit) -> dict[str, Any]:
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
            {"index": item.index.name, "table": item.index.table, "by": item.superset} for item in result.redundant
        ],
        "without_index": [
            {"key": key.name, "table": key.table, "columns": key.columns, "to": key.target}
            for key in result.unindexed_keys
        ],
    }


@app.command("migrations")
def run_migration_checks(
    copy_of: Annotated[str, typer.Option(help="Address of another database to copy instead of this one.")] = "",
    repair: Annotated[
        bool, typer.Option("--repair", help="First rebuild the invalid indexes of this database.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check the migrations on a copy of the database on a separate server; the database is only read.

    The copy needs twice the size of the database in the temporary folder. Exit code 1 if a check fails.
    """
    from grilse import django_setup
    from grilse.project import migration_patches

    django_setup.connect_without_database() if copy_of else django_setup.connect_django()
    from grilse.proof import conf
    from grilse.proof.migration_checks import check_migrations
    from grilse.proof.servers import get_conninfo

    if repair:
        _repair_indexes()
    results = []
    with translate_proof_errors():
        source = copy_of or get_conninfo(conf.get_owner_alias())
        for result in check_migrations(source, migration_patches.render_changed_models):
            print_note(_format_heading(result.ok, result.name))
            results.append(result)
    facts = {
        "ok": all(result.ok for result in results),
        "held": [{"name": result.name, "ok": result.ok, "said": result.messages} for result in results],
    }
    lines = [
        line
        for result in results
        for line in (_format_heading(result.ok, result.name), *(f"       {detail}" for detail in result.messages))
    ]
    print_result(facts, "\n".join([*lines, f"{sum(result.ok for result in results)} of {len(results)} hold"]), as_json)
    _exit_unless(all(result.ok for result in results))


def _repair_indexes() -> None:
    """Rebuild the indexes that an interrupted build left invalid."""
    import psycopg

    from grilse.proof import conf, indexes
    from grilse.proof.servers import get_conninfo

    with psycopg.connect(get_conninfo(conf.get_owner_alias()), autocommit=True) as connection:
        for part, action in indexes.rebuild_invalid_indexes(connection):
            print_note(f"{part.table}: {part.name} {action}")


@app.command("statistics")
def check_statistics(save: Annotated[Path, typer.Option(help="Folder for the files.")], as_json: Json = False) -> None:
    """Save the planner statistics of this database with the plan of each query, and test them without the rows.

    Analyses the database first. Exit code 1 if a server without rows plans a query differently.
    """
    open_database()
    from grilse.proof.plan_regression import capture_reference

    with translate_proof_errors():
        result = capture_reference(save)
    facts = {
        "statements": result.statement_count,
        "queries": len(result.reference.queries) - len(result.skipped_queries),
        "unasked": result.skipped_queries,
        "differing": {difference.name: difference.diff for difference in result.regressions},
        "flips": {size: len(flips) for size, flips in result.flips.items()},
        "files": {str(path): path.stat().st_size for path in result.files},
    }
    lines = [
        *(
            f"RED  {changed.name}: planned differently without rows\n  " + "\n  ".join(changed.diff)
            for changed in result.regressions
        ),
        *(f"at {size} times the rows {len(flips)} plans flip" for size, flips in result.flips.items()),
        *(f"{path}: {path.stat().st_size / 1000:,.0f} kB" for path in result.files),
        f"{facts['queries']} queries, {result.statement_count} statements; {len(result.skipped_queries)} without data",
    ]
    print_result(facts, "\n".join(lines), as_json)
    _exit_unless(not result.regressions)
