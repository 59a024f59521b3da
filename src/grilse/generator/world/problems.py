"""What is wrong with a file of the user's, by line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from grilse.errors import GrilseError

MAX_SHOWN = 20  # problems printed; all are counted


class RowError(Exception):
    """A row that cannot be used, with its line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True, order=True)
class LineProblem:
    """What is wrong on one line; line 0 where there is none."""

    line: int
    message: str


class ProblemReport:
    """The problems found in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[LineProblem] = []

    def add(self, line: int, message: str) -> None:
        """Note a problem."""
        self.problems.append(LineProblem(line, message))

    @contextmanager
    def collect_row_error(self) -> Iterator[None]:
        """Note the error of one row and go on with the next."""
        try:
            yield
        except RowError as error:
            self.add(error.line, str(error))

    def raise_if_any(self) -> None:
        """Stop if there is any problem."""
        if self.problems:
            raise GrilseError(self.format_text())

    def format_text(self) -> str:
        """The first problems, one a line with file and line, and the number of the others."""
        distinct_problems = sorted(set(self.problems))
        lines = [
            f"{self.file}{format_line_suffix(problem.line)}: {problem.message}"
            for problem in distinct_problems[:MAX_SHOWN]
        ]
        if len(distinct_problems) > MAX_SHOWN:
            lines.append(
                f"{self.file}: {len(distinct_problems)} problems in all,"
                f" {len(distinct_problems) - MAX_SHOWN} more than shown"
            )
        return "\n".join(lines)


def format_line_suffix(line: int) -> str:
    """A line in words, to follow the name of its file."""
    return f", line {line}" if line else ""
