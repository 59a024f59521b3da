"""`grilse db`: starts, stops and shows the database."""

from dataclasses import asdict
from typing import Annotated

import typer

from grilse.cli.check import EXIT_FAILED, translate_proof_errors
from grilse.cli.options import Json
from grilse.cli.output import confirm_deletion, print_result

app = typer.Typer(name="db", help="Start, stop and show the database.", no_args_is_help=True)


@app.command("start")
def start_database(as_json: Json = False) -> None:
    """Start the embedded PostgreSQL; the first start creates it."""
    from grilse.postgres import database, embedded_cluster

    database.refuse_external("start")
    folder = embedded_cluster.ensure_cluster().location.folder
    print_result({"state": "ready", "folder": folder}, f"PostgreSQL runs in {folder}", as_json)


@app.command("stop")
def stop_database(as_json: Json = False) -> None:
    """Stop the embedded PostgreSQL; committed data remains."""
    from grilse.postgres import database, embedded_cluster

    database.refuse_external("stop")
    stopped = embedded_cluster.stop_cluster()
    print_result({"stopped": stopped}, "PostgreSQL stopped" if stopped else "PostgreSQL was not running", as_json)


@app.command("status")
def show_status(as_json: Json = False) -> None:
    """Show the state of the database without starting it."""
    from grilse.postgres import address, database, embedded_cluster

    if database.is_external():
        owner, _ = database.resolve_urls()
        address_text = address.hide_password(owner)
        print_result({"state": "ready", "url": address_text}, f"{address_text} answers (DATABASE_URL)", as_json)
        return
    server = embedded_cluster.read_status()
    if server.folder is None:
        text = "there is no database yet; `grilse db start` makes one"
    else:
        text = f"PostgreSQL {server.version} in {server.folder}: {server.state}, {server.bytes / 1e6:,.0f} MB"
    print_result(asdict(server), text, as_json)


@app.command("url")
def print_url(
    role: Annotated[str, typer.Option(help="owner: all rows; app: the role of the web pages.")] = "owner",
    as_json: Json = False,
) -> None:
    """Start the database, and print its address with the password for psql and other programs."""
    from grilse.postgres import database

    owner, application = database.resolve_urls()
    if role not in ("owner", "app"):
        raise typer.BadParameter("owner or app", param_hint="--role")
    chosen_url = owner if role == "owner" else application
    print_result({"url": chosen_url}, chosen_url, as_json)


@app.command("init")
def init_database(as_json: Json = False) -> None:
    """Create or update roles, grants and schema; a second run changes nothing."""
    from grilse.project import schema

    applied = schema.update_schema()
    text = f"{len(applied)} migrations applied" if applied else "roles and schema are up to date"
    print_result({"applied": applied}, text, as_json)


@app.command("adopt")
def adopt_database(as_json: Json = False) -> None:
    """Take over a database that an earlier version made, if its schema is the same; rows do not change.

    Compares the schemas on a server of its own. Exit code 1, and nothing changed, if they differ.
    """
    from grilse.project import adoption

    with translate_proof_errors():
        differences = adoption.adopt_database()
    text = "\n".join([*differences, "the schema differs: nothing is changed"]) if differences else "database adopted"
    print_result({"adopted": not differences, "differences": differences}, text, as_json)
    if differences:
        raise typer.Exit(EXIT_FAILED)


@app.command("reset")
def reset_database(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False, as_json: Json = False
) -> None:
    """Stop the embedded PostgreSQL and delete it with all data; refuse while another process uses it.

    It prints what it deletes, and asks; without a terminal to answer at, it deletes nothing unless given --yes.
    """
    from grilse.postgres import database, embedded_cluster, usage

    database.refuse_external("reset")
    usage.refuse_while_in_use()
    contents = usage.read_contents()
    if contents is not None and not yes:
        confirm_deletion(str(contents), "grilse db reset --yes")
        usage.refuse_while_in_use()
    removed = embedded_cluster.delete_cluster()
    facts = {"removed": removed, **(asdict(contents) if contents else {})}
    text = f"deleted {contents}; the next command that needs a database creates one"
    print_result(facts, text if removed else "there was no database", as_json)
