"""The cells of a column, as text, into an array; each cell that cannot be read gets a reason."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.columns import PackageColumn
from grilse.science.days import DAY_MICROSECONDS, to_epoch_day

Cells = Sequence[str]
Values = NDArray[Any]

NULL = np.iinfo(np.int64).min  # a blank among whole numbers, dates and times; arrays of floats have NaN
BLANK = -1  # no reference
UNKNOWN = -2  # a name that the referenced table does not have

DIGITS = re.compile(r"[0-9-]*")
FIGURES = re.compile(r"[0-9eE.+-]*")
INTEGER = re.compile(r"-?[0-9]{1,18}")
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
CLOCK = re.compile(
    r"[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)", re.ASCII
)
# Lone surrogates stand for bytes that are not UTF-8.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class DateCache(dict[str, int]):
    """Days since 1970 by the text of a date; a cache, since dates repeat."""

    def __missing__(self, cell: str) -> int:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell, re.ASCII):
            raise ValueError("not a date like 2024-05-31")
        try:
            days = to_epoch_day(date.fromisoformat(cell))
        except ValueError:
            raise ValueError("no such day") from None
        self[cell] = days
        return days


class TimeOfDayCache(dict[str, int]):
    """Microseconds since midnight UTC of the part of a time that follows its date."""

    def __missing__(self, cell: str) -> int:
        match = CLOCK.fullmatch(cell)
        if not match:
            raise ValueError("not a UTC time like 2024-05-31T12:00:00Z")
        hour, minute, second, fraction, zone = match.groups()
        micros = (int(hour) * 60 + int(minute)) * 60_000_000 + int(second or 0) * 1_000_000
        micros += int((fraction or "").ljust(6, "0")) - parse_utc_offset(zone)
        self[cell] = micros
        return micros


def parse_utc_offset(zone: str) -> int:
    """Return the microseconds that a zone is ahead of UTC."""
    if zone == "Z":
        return 0
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return sign * (int(digits[:2]) * 60 + int(digits[2:])) * 60_000_000


class OffsetCache(dict[str, int]):
    """Minutes that a time is ahead of UTC, of the part of it that follows its date; 0 for what is no time."""

    def __missing__(self, cell: str) -> int:
        match = CLOCK.fullmatch(cell)
        self[cell] = parse_utc_offset(match[5]) // 60_000_000 if match else 0
        return self[cell]


DATE_CACHE, TIME_CACHE, OFFSET_CACHE = DateCache(), TimeOfDayCache(), OffsetCache()


def parse_integer(cell: str) -> int:
    """Return an integer."""
    if not INTEGER.fullmatch(cell):
        raise ValueError("not a whole number")
    return int(cell)


def parse_decimal(cell: str) -> float:
    """Return a decimal number."""
    if not DECIMAL.fullmatch(cell):
        raise ValueError("not a number")
    value = float(cell)
    if not np.isfinite(value):
        raise ValueError("too large")
    return value


def parse_timestamp(cell: str) -> int:
    """Return microseconds since 1970 UTC."""
    days = DATE_CACHE[cell[:10]]
    return days * DAY_MICROSECONDS + TIME_CACHE[cell[10:]]


def parse_text(cell: str) -> str:
    """Return a text that can be stored and shown."""
    match = UNPRINTABLE.search(cell)
    if match:
        encoding = match[0] >= "\ud800"
        raise ValueError("not UTF-8" if encoding else f"holds a control character (code {ord(match[0])})")
    return cell


def parse_integer_column(cells: Cells) -> Values | None:
    """Return integers, None where cells have to be read one by one."""
    if not DIGITS.fullmatch("".join(cells)):
        return None
    return np.array([int(cell) if cell else NULL for cell in cells], np.int64)


def parse_decimal_column(cells: Cells) -> Values | None:
    """Return decimal numbers, None where cells have to be read one by one."""
    joined = "".join(cells)
    if not joined:
        return np.full(len(cells), np.nan)
    if not FIGURES.fullmatch(joined):
        return None
    values = np.array([float(cell) if cell else np.nan for cell in cells])
    return None if np.isinf(values).any() else values


def parse_date_column(cells: Cells) -> Values:
    """Return days since 1970."""
    return np.array([DATE_CACHE[cell] if cell else NULL for cell in cells], np.int64)


def parse_timestamp_column(cells: Cells) -> Values:
    """Return microseconds since 1970."""
    days, clocks = DATE_CACHE, TIME_CACHE
    return np.array(
        [days[cell[:10]] * DAY_MICROSECONDS + clocks[cell[10:]] if cell else NULL for cell in cells], np.int64
    )


def read_utc_offsets(cells: Cells) -> NDArray[np.int16]:
    """Return the minutes that times are ahead of UTC as they are written."""
    if all(cell[-1:] == "Z" for cell in cells):
        return np.zeros(len(cells), np.int16)
    return np.array([OFFSET_CACHE[cell[10:]] for cell in cells], np.int16)


def parse_text_column(cells: Cells) -> Values | None:
    """Return texts as objects, equal texts as one object."""
    distinct = {cell: cell for cell in set(cells)}
    if UNPRINTABLE.search("".join(distinct)):
        return None
    return np.array([distinct[cell] for cell in cells], object)


@dataclass(frozen=True, slots=True)
class CellParser:
    """How cells of a kind are read: all at once where all are valid, else one by one."""

    parse_column: Callable[[Cells], Values | None]
    parse_cell: Callable[[str], Any]
    blank: Any
    dtype: Any


DECIMALS = CellParser(parse_decimal_column, parse_decimal, np.nan, np.float64)
TEXTS = CellParser(parse_text_column, parse_text, "", object)
PARSERS = {
    "integer": CellParser(parse_integer_column, parse_integer, NULL, np.int64),
    "date": CellParser(parse_date_column, DATE_CACHE.__getitem__, NULL, np.int64),
    "time": CellParser(parse_timestamp_column, parse_timestamp, NULL, np.int64),
    **dict.fromkeys(("number", "real", "mass"), DECIMALS),
    **dict.fromkeys(("text", "choice", "stage"), TEXTS),
}


def parse_cells(column: PackageColumn, cells: Cells) -> tuple[Values, dict[int, str]]:
    """Return the values of a column's cells and, for each that cannot be read, why."""
    reader = PARSERS[column.kind]
    try:
        values = reader.parse_column(cells)
    except (ValueError, OverflowError):
        values = None
    if values is not None:
        return values, {}
    return parse_each_cell(reader, cells)


def parse_each_cell(reader: CellParser, cells: Cells) -> tuple[Values, dict[int, str]]:
    """Return the values with blanks for the bad cells, and why each of those is wrong."""
    values = np.full(len(cells), reader.blank, reader.dtype)
    wrong: dict[int, str] = {}
    for index, cell in enumerate(cells):
        try:
            values[index] = reader.parse_cell(cell) if cell else reader.blank
        except ValueError as error:
            wrong[index] = str(error)
    return values, wrong
