"""The `grilse` command: one module per group of commands.

Modules import Django, numpy and the apps inside their commands, so that help and completion are fast.
"""

import sys
from typing import NoReturn

import typer

from grilse.cli import (
    backtest,
    bench,
    check,
    db,
    demo,
    exchange,
    generate,
    grow,
    inputs,
    key,
    official,
    permissions,
    plan,
    project,
    serve,
    user,
)
from grilse.cli.options import StrictCommand
from grilse.errors import GrilseError

EXIT_REFUSED = 2

app = typer.Typer(
    help="Plan, follow and explain the growth of farmed salmon.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
# A module whose Typer has a name is a group (`grilse db start`); the commands of the others are at the top level.
MODULES = (
    demo,
    db,
    plan,
    generate,
    grow,
    check,
    exchange,
    official,
    backtest,
    project,
    bench,
    permissions,
    inputs,
    user,
    key,
)
for module in (*MODULES, serve):
    for command in module.app.registered_commands:
        command.cls = StrictCommand
    app.add_typer(module.app)


def main() -> None:
    """Run one command; an error is one line on standard error and exit code 2."""
    try:
        app()
    except GrilseError as error:
        _refuse(str(error))
    except Exception as error:
        from grilse.postgres.address import describe_lost_connection

        reason = describe_lost_connection(error)
        if reason is None:
            raise
        _refuse(f"the connection to the database ended ({reason}): run the command again")


def _refuse(reason: str) -> NoReturn:
    sys.stderr.write(f"error: {reason}\n")
    sys.exit(EXIT_REFUSED)
