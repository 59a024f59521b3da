"""`grilse check migrations`: complete, reversible, in nobody's way, repairable."""

from typing import Annotated

import typer

from grilse.cli.check import EXIT_FAILED
from grilse.cli.output import Json, print_note, print_result
from grilse.cli.proof_errors import translate_proof_errors

app = typer.Typer()


@app.command("migrations")
def run_migration_checks(
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
    from grilse import django_setup
    from grilse.project import migration_rendering

    django_setup.connect_without_database() if copy_of else django_setup.connect_django()
    from grilse.proof import conf
    from grilse.proof.migration_checks import check_migrations
    from grilse.proof.servers import get_conninfo

    if repair:
        repair_installation()
    results = []
    with translate_proof_errors():
        for result in check_migrations(
            copy_of or get_conninfo(conf.get_owner_alias()), migration_rendering.render_changed_models
        ):
            print_note(f"{'ok ' if result.ok else 'RED'}  {result.name}")
            results.append(result)
    facts = {
        "ok": all(result.ok for result in results),
        "held": [{"name": result.name, "ok": result.ok, "said": result.messages} for result in results],
    }
    lines = [
        line
        for result in results
        for line in (
            f"{'ok ' if result.ok else 'RED'}  {result.name}",
            *(f"       {detail}" for detail in result.messages),
        )
    ]
    print_result(facts, "\n".join([*lines, f"{sum(result.ok for result in results)} of {len(results)} hold"]), as_json)
    if not facts["ok"]:
        raise typer.Exit(EXIT_FAILED)


def repair_installation() -> None:
    """Build anew what an interrupted build left in this installation's database."""
    import psycopg

    from grilse.proof import conf, invalid_indexes
    from grilse.proof.servers import get_conninfo

    with psycopg.connect(get_conninfo(conf.get_owner_alias()), autocommit=True) as connection:
        for part, action in invalid_indexes.rebuild_invalid_indexes(connection):
            print_note(f"{part.table}: {part.name} {action}")
