"""`grilse db`: start, stop and look at the database."""

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from grilse.cli.output import Json, report

app = typer.Typer(name="db", help="Start, stop and look at the database.", no_args_is_help=True)


@app.command("start")
def start(as_json: Json = False) -> None:
    """Start the embedded PostgreSQL, and make it first if there is none."""
    from grilse.postgres import database, launcher

    database.refuse_external("start")
    folder = launcher.ensure().place.folder
    report({"state": "ready", "folder": folder}, f"PostgreSQL runs in {folder}", as_json)


@app.command("stop")
def stop(as_json: Json = False) -> None:
    """Stop the embedded PostgreSQL; what is committed stays."""
    from grilse.postgres import database, launcher

    database.refuse_external("stop")
    stopped = launcher.stop()
    report({"stopped": stopped}, "PostgreSQL stopped" if stopped else "PostgreSQL was not running", as_json)


@app.command("status")
def status(as_json: Json = False) -> None:
    """Say what the database is doing, without starting it."""
    from grilse.postgres import address, database, launcher

    if database.is_external():
        owner, _ = database.urls()
        where = address.without_password(owner)
        report({"state": "ready", "url": where}, f"{where} answers (DATABASE_URL)", as_json)
        return
    found = launcher.status()
    if found.folder is None:
        text = "there is no database yet; `grilse db start` makes one"
    else:
        text = f"PostgreSQL {found.version} in {found.folder}: {found.state}, {found.bytes / 1e6:,.0f} MB"
    report(asdict(found), text, as_json)


@app.command("url")
def url(
    role: Annotated[str, typer.Option(help="owner: all rows; app: the role of the web pages.")] = "owner",
    as_json: Json = False,
) -> None:
    """Print an address that psql and other programs take; it holds the password. Starts the database."""
    from grilse.postgres import database

    owner, application = database.urls()
    if role not in ("owner", "app"):
        raise typer.BadParameter("owner or app", param_hint="--role")
    chosen = owner if role == "owner" else application
    report({"url": chosen}, chosen, as_json)


@app.command("init")
def init(as_json: Json = False) -> None:
    """Make or update roles, grants and schema; a second time changes nothing."""
    from grilse import schema

    applied = schema.update()
    text = f"{len(applied)} migrations applied" if applied else "roles and schema are up to date"
    report({"applied": applied}, text, as_json)


@app.command("reset")
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False, as_json: Json = False
) -> None:
    """Stop the embedded PostgreSQL and delete it with all that is in it."""
    from grilse.postgres import database, launcher

    database.refuse_external("reset")
    if sys.stdin.isatty() and not yes:
        typer.confirm("Delete the database with all that is in it?", abort=True, err=True)
    removed = launcher.reset()
    text = "the database is deleted; the next command that needs one makes it anew"
    report({"removed": removed}, text if removed else "there was no database", as_json)
