"""The cells of a column, as text, into an array; a cell that cannot be read is told why one by one."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.columns import Column

Cells = Sequence[str]
Values = NDArray[Any]

NULL = np.iinfo(np.int64).min  # a blank among whole numbers, dates and times; arrays of floats have NaN
BLANK = -1  # no reference
UNKNOWN = -2  # a name that the referenced table does not have
DAY = 86_400_000_000  # microseconds
EPOCH = date(1970, 1, 1).toordinal()
LAST = date.max.toordinal() - EPOCH

DIGITS = re.compile(r"[0-9-]*")
FIGURES = re.compile(r"[0-9eE.+-]*")
WHOLE = re.compile(r"-?[0-9]{1,18}")
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
CLOCK = re.compile(
    r"[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)",
    re.ASCII,
)
# Lone surrogates are what bytes that are no UTF-8 were read as.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class Days(dict[str, int]):
    """Days since 1970 of a date as it is written; remembers, since dates repeat."""

    def __missing__(self, cell: str) -> int:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell, re.ASCII):
            raise ValueError("not a date like 2024-05-31")
        try:
            days = date.fromisoformat(cell).toordinal() - EPOCH
        except ValueError:
            raise ValueError("no such day") from None
        self[cell] = days
        return days


class Clock(dict[str, int]):
    """Microseconds since midnight UTC of the part of a time that follows its date."""

    def __missing__(self, cell: str) -> int:
        match = CLOCK.fullmatch(cell)
        if not match:
            raise ValueError("not a UTC time like 2024-05-31T12:00:00Z")
        hour, minute, second, fraction, zone = match.groups()
        micros = (int(hour) * 60 + int(minute)) * 60_000_000 + int(second or 0) * 1_000_000
        micros += int((fraction or "").ljust(6, "0")) - offset(zone)
        self[cell] = micros
        return micros


def offset(zone: str) -> int:
    """Return the microseconds that a zone is ahead of UTC."""
    if zone == "Z":
        return 0
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return sign * (int(digits[:2]) * 60 + int(digits[2:])) * 60_000_000


DAYS, CLOCKS = Days(), Clock()


def whole(cell: str) -> int:
    """Return a whole number."""
    if not WHOLE.fullmatch(cell):
        raise ValueError("not a whole number")
    return int(cell)


def decimal(cell: str) -> float:
    """Return a decimal number."""
    if not DECIMAL.fullmatch(cell):
        raise ValueError("not a number")
    value = float(cell)
    if not np.isfinite(value):
        raise ValueError("too large")
    return value


def moment(cell: str) -> int:
    """Return microseconds since 1970 UTC."""
    days = DAYS[cell[:10]]
    return days * DAY + CLOCKS[cell[10:]]


def text(cell: str) -> str:
    """Return a text that can be stored and shown."""
    found = UNPRINTABLE.search(cell)
    if found:
        encoding = found[0] >= "\ud800"
        raise ValueError("not UTF-8" if encoding else f"holds a control character (code {ord(found[0])})")
    return cell


def day(cell: str) -> int:
    """Return days since 1970."""
    return DAYS[cell]


def whole_column(cells: Cells) -> Values | None:
    """Return whole numbers, None where one by one is needed."""
    if not DIGITS.fullmatch("".join(cells)):
        return None
    return np.array([int(cell) if cell else NULL for cell in cells], np.int64)


def decimal_column(cells: Cells) -> Values | None:
    """Return decimal numbers, None where one by one is needed."""
    joined = "".join(cells)
    if not joined:
        return np.full(len(cells), np.nan)
    if not FIGURES.fullmatch(joined):
        return None
    values = np.array([float(cell) if cell else np.nan for cell in cells])
    return None if np.isinf(values).any() else values


def day_column(cells: Cells) -> Values:
    """Return days since 1970."""
    return np.array([DAYS[cell] if cell else NULL for cell in cells], np.int64)


def moment_column(cells: Cells) -> Values:
    """Return microseconds since 1970."""
    days, clocks = DAYS, CLOCKS
    return np.array([days[cell[:10]] * DAY + clocks[cell[10:]] if cell else NULL for cell in cells], np.int64)


def text_column(cells: Cells) -> Values | None:
    """Return texts as objects, each distinct one held once."""
    distinct = {cell: cell for cell in set(cells)}
    if UNPRINTABLE.search("".join(distinct)):
        return None
    return np.array([distinct[cell] for cell in cells], object)


@dataclass(frozen=True, slots=True)
class Reader:
    """How a kind of cell is read: all at once where all are sound, else one by one."""

    at_once: Callable[[Cells], Values | None]
    one: Callable[[str], Any]
    blank: Any
    dtype: Any


READERS = {
    "integer": Reader(whole_column, whole, NULL, np.int64),
    "number": Reader(decimal_column, decimal, np.nan, np.float64),
    "real": Reader(decimal_column, decimal, np.nan, np.float64),
    "mass": Reader(decimal_column, decimal, np.nan, np.float64),
    "date": Reader(day_column, day, NULL, np.int64),
    "time": Reader(moment_column, moment, NULL, np.int64),
    "text": Reader(text_column, text, "", object),
    "choice": Reader(text_column, text, "", object),
    "stage": Reader(text_column, text, "", object),
}


def read(column: Column, cells: Cells) -> tuple[Values, dict[int, str]]:
    """Return the values of a column's cells and, for each that cannot be read, why."""
    reader = READERS[column.kind]
    try:
        values = reader.at_once(cells)
    except (ValueError, OverflowError):
        values = None
    if values is not None:
        return values, {}
    return one_by_one(reader, cells)


def one_by_one(reader: Reader, cells: Cells) -> tuple[Values, dict[int, str]]:
    """Return the values with blanks for the bad cells, and what is wrong with each of those."""
    values = np.full(len(cells), reader.blank, reader.dtype)
    wrong: dict[int, str] = {}
    for index, cell in enumerate(cells):
        try:
            values[index] = reader.one(cell) if cell else reader.blank
        except ValueError as error:
            wrong[index] = str(error)
    return values, wrong


def as_date(day: int) -> date:
    """Return a day, in days since 1970, as a date."""
    return date.fromordinal(int(day) + EPOCH)


def tomorrow() -> int:
    """Return tomorrow, UTC, in days since 1970."""
    return (datetime.now(UTC).date() + timedelta(days=1)).toordinal() - EPOCH
