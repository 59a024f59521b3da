"""Why a file of readings, or a row of it, is not taken."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from grilse.errors import GrilseError

MAX_LISTED = 1_000
MAX_ERRORS = 100_000  # a file of more faults is another file than was meant
MAX_VALUE_LENGTH = 80  # characters of a wrong value that are shown


class PayloadTooLarge(GrilseError):
    """The file is larger than one request may be."""


class UnsupportedFormat(GrilseError):
    """The format cannot be read here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingError:
    """What is wrong with one field of a row."""

    row: int
    """Line of a text, its first being 1; row of an Arrow table, its first being 1."""
    field: str
    """Empty for the row as a whole."""
    value: str | None
    """As it was given, cut where it is long; None where it is missing."""
    detail: str


@dataclass(slots=True)
class ReadingErrors:
    """What is wrong with the rows of a file: all counted, the first listed."""

    count: int = 0
    listed: list[ReadingError] = field(default_factory=list)

    def add(self, faults: Iterable[ReadingError]) -> None:
        """Count and list faults, in the order of their rows."""
        ordered = sorted(faults, key=lambda fault: fault.row)
        self.count += len(ordered)
        self.listed += ordered[: MAX_LISTED - len(self.listed)]


class InvalidReadings(GrilseError):
    """Rows are wrong, so none was taken."""

    def __init__(self, what: str, remedy: str, errors: ReadingErrors) -> None:
        first = errors.listed[0]
        super().__init__(f"{what}, so nothing was taken: row {first.row:,}, {first.detail}; {remedy}")
        self.errors = errors


def shorten_value(value: object) -> str | None:
    """Return a value as a fault shows it."""
    if value is None:
        return None
    # Half a character that JSON may carry is nothing that can be written.
    text = str(value).encode("utf-8", "replace").decode()
    return text if len(text) <= MAX_VALUE_LENGTH else text[:MAX_VALUE_LENGTH] + "…"
