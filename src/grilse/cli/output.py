"""Writes results to standard output, and notes and progress to standard error."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any

import typer

from grilse.errors import GrilseError
from grilse.facts import to_json

if TYPE_CHECKING:
    from rich.table import Table


def print_result(facts: dict[str, Any], text: str | Callable[[], str], as_json: bool) -> None:
    """Print the facts as one JSON object, or the text, which may be a function that builds it."""
    printed = to_json(facts) if as_json else text if isinstance(text, str) else text()
    sys.stdout.write(printed + "\n")
    sys.stdout.flush()


def print_note(text: str) -> None:
    """Print a note for a person at the terminal."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def confirm_deletion(what: str, command: str) -> None:
    """Ask at the terminal before something is deleted; refuse where nobody can answer."""
    if not sys.stdin.isatty():
        raise GrilseError(
            f"this deletes {what}. Standard input is no terminal at which to confirm that, so nothing is deleted:"
            f" `{command}` deletes it"
        )
    typer.confirm(f"Delete {what}?", abort=True, err=True)


@contextmanager
def show_progress(what: str, total: float, unit: str = "") -> Iterator[Callable[[float], None]]:
    """Show a progress bar while the block runs, and yield the function that advances it.

    It shows nothing if standard error is not a terminal.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    terminal = Console(stderr=True)
    with Progress(*columns, console=terminal, disable=not terminal.is_terminal) as bar:
        task = bar.add_task(what, total=total, rate="")

        def advance(amount: float = 1) -> None:
            speed = bar.tasks[0].speed
            bar.update(task, advance=amount, rate=f"{speed:,.1f} {unit}/s" if speed else "")

        yield advance


def build_table(title: str, *columns: str, left: int = 0, **options: Any) -> "Table":
    """Return a table with these column headings; the first `left` columns are aligned left, the others right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, **options)
    for position, column in enumerate(columns):
        table.add_column(column, justify="left" if position < left else "right", no_wrap=True)
    return table


def render_tables(*parts: "Table | str", min_width: int = 100) -> str:
    """Return tables and sentences as text, at least `min_width` columns wide so that no table is cut."""
    from rich.console import Console

    text = StringIO()
    console = Console(file=text, width=max(min_width, shutil.get_terminal_size().columns), highlight=False)
    for part in parts:
        # A sentence wraps in the terminal, and its brackets are not markup.
        console.print(part, markup=not isinstance(part, str), soft_wrap=isinstance(part, str))
    return text.getvalue().strip("\n")
