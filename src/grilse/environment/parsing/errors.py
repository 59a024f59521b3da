"""The errors of files of readings and of their rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from grilse.errors import GrilseError

MAX_LISTED = 1_000
MAX_ERRORS = 100_000  # a file with more errors is probably the wrong file
MAX_VALUE_LENGTH = 80  # characters of a wrong value that are shown


class PayloadTooLarge(GrilseError):
    """The file is larger than one request may be."""


class UnsupportedFormat(GrilseError):
    """The server cannot read the format."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingError:
    """The error of one field of a row."""

    row: int
    """Line of a text, its first being 1; row of an Arrow table, its first being 1."""
    field: str
    """Empty for the row as a whole."""
    value: str | None
    """The value in the file, shortened where it is long; None where it is missing."""
    detail: str


@dataclass(slots=True)
class ReadingErrors:
    """The errors of a file: all are counted, the first are listed."""

    count: int = 0
    listed: list[ReadingError] = field(default_factory=list)

    def add(self, faults: Iterable[ReadingError]) -> None:
        """Count and list errors, in the order of their rows."""
        ordered = sorted(faults, key=lambda fault: fault.row)
        self.count += len(ordered)
        self.listed += ordered[: MAX_LISTED - len(self.listed)]


class InvalidReadings(GrilseError):
    """Rows are invalid, so none was recorded."""

    def __init__(self, what: str, remedy: str, errors: ReadingErrors) -> None:
        first = errors.listed[0]
        super().__init__(f"{what}, so nothing was taken: row {first.row:,}, {first.detail}; {remedy}")
        self.errors = errors


def shorten_value(value: object) -> str | None:
    """Return a value as an error shows it."""
    if value is None:
        return None
    # JSON may contain lone surrogates, which cannot be encoded.
    text = str(value).encode("utf-8", "replace").decode()
    return text if len(text) <= MAX_VALUE_LENGTH else text[:MAX_VALUE_LENGTH] + "…"
