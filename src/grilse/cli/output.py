"""What commands write: results on standard output, everything about the way there on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from grilse.facts import to_json

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def print_result(facts: dict[str, Any], text: str, as_json: bool) -> None:
    """Print a command's result: the facts as one object for programs, or the text for people."""
    if as_json:
        text = to_json(facts)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def print_note(text: str) -> None:
    """Tell a person at the terminal what is going on."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


@contextmanager
def show_progress(what: str, total: float, unit: str = "") -> Iterator[Callable[[float], None]]:
    """Show a bar with rate and time left while the block runs; it yields the function that moves it on.

    Silent when standard error is no terminal.
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
