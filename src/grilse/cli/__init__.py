"""The `grilse` command: one module per group of verbs.

Modules import Django, numpy and the rooms inside their commands, so that help and completion answer at once.
"""

import sys

import typer

from grilse.cli import (
    backtest,
    bench,
    check,
    check_indexes,
    check_migrations,
    check_statistics,
    db,
    demo,
    exchange,
    generate,
    grow,
    key,
    learn,
    official,
    permissions,
    plan,
    project,
    serve,
    user,
    worker,
)
from grilse.errors import GrilseError

EXIT_REFUSED = 2

app = typer.Typer(
    help="Plan, follow and explain the growth of farmed salmon.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
# A module whose Typer has a name is a group (`grilse db start`); of the others the verbs stand by themselves.
for module in (
    demo,
    db,
    plan,
    generate,
    grow,
    learn,
    check,
    exchange,
    official,
    backtest,
    project,
    bench,
    permissions,
    user,
    key,
    serve,
    worker,
):
    app.add_typer(module.app)


for part in (check_indexes, check_migrations, check_statistics):
    check.app.add_typer(part.app)


def main() -> None:
    """Run one command; what it refuses is one line on standard error and exit code 2."""
    try:
        app()
    except GrilseError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(EXIT_REFUSED)
