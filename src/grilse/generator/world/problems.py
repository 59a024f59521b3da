"""Collects the problems of a file by line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from grilse.errors import GrilseError

MAX_SHOWN = 20  # problems printed; all are counted


class RowError(Exception):
    """A row of a file is invalid; the error has its line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True, order=True)
class LineProblem:
    """A problem of one line; line 0 if it belongs to no line."""

    line: int
    message: str


class ProblemReport:
    """The problems found in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[LineProblem] = []

    def add(self, line: int, message: str) -> None:
        """Add a problem."""
        self.problems.append(LineProblem(line, message))

    @contextmanager
    def collect_row_error(self) -> Iterator[None]:
        """Add the error of one row and continue with the next."""
        try:
            yield
        except RowError as error:
            self.add(error.line, str(error))

    def raise_if_any(self) -> None:
        """Raise an error that lists the problems, if there are any."""
        if self.problems:
            raise GrilseError(self.format_text())

    def format_text(self) -> str:
        """Return the first problems, one a line with file and line, and the number of all."""
        problems = sorted(set(self.problems))
        lines = [
            f"{self.file}{format_line_suffix(problem.line)}: {problem.message}" for problem in problems[:MAX_SHOWN]
        ]
        if len(problems) > MAX_SHOWN:
            count = len(problems)
            lines.append(f"{self.file}: {count} problems in all, {count - MAX_SHOWN} more than shown")
        return "\n".join(lines)


def format_line_suffix(line: int) -> str:
    """Return the line number as text that follows a file name."""
    return f", line {line}" if line else ""
