"""`grilse check statistics`: what the planner knows of this history, for the tests of those without it."""

from pathlib import Path
from typing import Annotated

import typer

from grilse.cli.check import EXIT_FAILED
from grilse.cli.output import Json, print_result
from grilse.cli.proof_errors import translate_proof_errors

app = typer.Typer()


@app.command("statistics")
def check_statistics(
    save: Annotated[Path, typer.Option(help="The folder to write to.")], as_json: Json = False
) -> None:
    """Keep what the planner knows of this database and how it plans each query, and try it without the rows.

    Has the database analysed first. Exit code 1 if a server without rows plans a query otherwise.
    """
    from grilse.project.schema import open_database

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
            f"RED  {difference.name}: planned otherwise without rows\n  " + "\n  ".join(difference.diff)
            for difference in result.regressions
        ),
        *(f"at {size} times the rows {len(flips)} plans flip" for size, flips in result.flips.items()),
        *(f"{path}: {path.stat().st_size / 1000:,.0f} kB" for path in result.files),
        (
            f"{facts['queries']} queries, {result.statement_count} statements; {len(result.skipped_queries)}"
            f" had nothing to ask"
        ),
    ]
    print_result(facts, "\n".join(lines), as_json)
    if result.regressions:
        raise typer.Exit(EXIT_FAILED)
