"""`grilse check statistics`: what the planner knows of this history, for the tests of those without it."""

from pathlib import Path
from typing import Annotated

import typer

from grilse.cli.check import RED
from grilse.cli.output import Json, report
from grilse.cli.proofs import refusing

app = typer.Typer()


@app.command("statistics")
def statistics(
    save: Annotated[Path, typer.Option(help="The folder to write to.")],
    as_json: Json = False,
) -> None:
    """Keep what the planner knows of this database and how it plans each query, and try it without the rows.

    Has the database analysed first. Exit code 1 if a server without rows plans a query otherwise.
    """
    from grilse.schema import open_database

    open_database()
    from grilse.proof.taking import take

    with refusing():
        taken = take(save)
    facts = {
        "statements": taken.statements,
        "queries": len(taken.reference.queries) - len(taken.unasked),
        "unasked": taken.unasked,
        "differing": {one.name: one.said for one in taken.differing},
        "flips": {size: len(found) for size, found in taken.flips.items()},
        "files": {str(path): path.stat().st_size for path in taken.files},
    }
    lines = [
        *(
            f"RED  {one.name}: planned otherwise without rows\n  " + "\n  ".join(one.said)
            for one in taken.differing
        ),
        *(f"at {size} times the rows {len(found)} plans flip" for size, found in taken.flips.items()),
        *(f"{path}: {path.stat().st_size / 1000:,.0f} kB" for path in taken.files),
        f"{facts['queries']} queries, {taken.statements} statements; {len(taken.unasked)} had nothing to ask",
    ]
    report(facts, "\n".join(lines), as_json)
    if taken.differing:
        raise typer.Exit(RED)
