"""`grilse check migrations`: complete, reversible, in nobody's way, repairable."""

from typing import Annotated

import typer

from grilse.cli.check import RED
from grilse.cli.output import Json, note, report
from grilse.cli.proofs import refusing

app = typer.Typer()


@app.command("migrations")
def migrations(
    copy_of: Annotated[
        str, typer.Option(help="Address of another database to copy instead of this installation's.")
    ] = "",
    repair: Annotated[
        bool, typer.Option("--repair", help="Build anew, in this installation, what was left half built.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Prove the migrations on a copy that is made on a server of its own: the database is only read.

    The copy takes twice the database's room, in the temporary folder. Exit code 1 if something does not hold.
    """
    from grilse import connect, rendering

    connect.without_database() if copy_of else connect.connect()
    from grilse.proof import conf
    from grilse.proof.migrations import proven
    from grilse.proof.servers import address

    if repair:
        repair_here()
    held = []
    with refusing():
        for one in proven(copy_of or address(conf.owner()), rendering.what_changes):
            note(f"{'ok ' if one.ok else 'RED'}  {one.name}")
            held.append(one)
    facts = {
        "ok": all(one.ok for one in held),
        "held": [{"name": one.name, "ok": one.ok, "said": one.said} for one in held],
    }
    lines = [
        line
        for one in held
        for line in (f"{'ok ' if one.ok else 'RED'}  {one.name}", *(f"       {said}" for said in one.said))
    ]
    report(facts, "\n".join([*lines, f"{sum(one.ok for one in held)} of {len(held)} hold"]), as_json)
    if not facts["ok"]:
        raise typer.Exit(RED)


def repair_here() -> None:
    """Build anew what an interrupted build left in this installation's database."""
    import psycopg

    from grilse.proof import broken, conf
    from grilse.proof.servers import address

    with psycopg.connect(address(conf.owner()), autocommit=True) as connection:
        for one, said in broken.repair(connection):
            note(f"{one.table}: {one.name} {said}")
