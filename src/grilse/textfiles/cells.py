"""The cells of a column, as text, into an array; each cell that cannot be read gets a reason."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.line_texts import BLANKS, UNPRINTABLE, describe_text_fault
from grilse.science.days import DAY_MICROSECONDS, to_epoch_day
from grilse.textfiles.number_format import NOT_A_NUMBER, NOT_WHOLE, POINT, NumberFormat

Cells = Sequence[str]
Values = NDArray[Any]

NULL = np.iinfo(np.int64).min  # a blank among whole numbers, dates and times; arrays of floats have NaN
BLANK = -1  # no reference
UNKNOWN = -2  # a name that the referenced table does not have

DIGITS = re.compile(r"[0-9-]*")
FIGURES = re.compile(r"[0-9eE.+-]*")
INTEGER = re.compile(r"(-?)0*([0-9]{1,18})")
INTEGER_END = 10**18
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
CLOCK = re.compile(
    r"[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,6})0*)?)? ?(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)", re.ASCII
)
NUMBERS = ("integer", "number", "real", "mass")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
NO_DATE = "not a date like 2024-05-31 or 31.05.2024"
NO_TIME = "not a time with its offset from UTC, like 2024-05-31T12:00:00Z or 2024-05-31T14:00:00+02:00"
SERIAL_DAY = re.compile(r"[1-9]\d{4}", re.ASCII)
SERIAL_REMEDY = "; if it is a spreadsheet's number of a day, format the cells as dates there"
MONTHS = 12
MAX_CACHED = 100_000


class TextCache(dict[str, int]):
    """Values by their text; it begins anew when a file has more distinct texts than dates and times repeat."""

    def store(self, cell: str, value: int) -> int:
        """Store and return a value."""
        if len(self) >= MAX_CACHED:
            self.clear()
        self[cell] = value
        return value


class DateCache(TextCache):
    """Days since 1970 by the text of a date; a cache, since dates repeat."""

    def __missing__(self, cell: str) -> int:
        if not ISO_DAY.fullmatch(cell):
            raise ValueError(NO_DATE)
        try:
            days = to_epoch_day(date.fromisoformat(cell))
        except ValueError:
            raise ValueError("no such day") from None
        return self.store(cell, days)


class TimeOfDayCache(TextCache):
    """Microseconds since midnight UTC of the part of a time that follows its date."""

    def __missing__(self, cell: str) -> int:
        match = CLOCK.fullmatch(cell)
        if not match:
            raise ValueError(NO_TIME)
        hour, minute, second, fraction, zone = match.groups()
        micros = (int(hour) * 60 + int(minute)) * 60_000_000 + int(second or 0) * 1_000_000
        micros += int((fraction or "").ljust(6, "0")) - parse_utc_offset(zone)
        return self.store(cell, micros)


def parse_utc_offset(zone: str) -> int:
    """Return the microseconds that a zone is ahead of UTC."""
    if zone == "Z":
        return 0
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return sign * (int(digits[:2]) * 60 + int(digits[2:])) * 60_000_000


class OffsetCache(TextCache):
    """Minutes that a time is ahead of UTC, of the part of it that follows its date; 0 for what is no time."""

    def __missing__(self, cell: str) -> int:
        match = CLOCK.fullmatch(cell)
        return self.store(cell, parse_utc_offset(match[5]) // 60_000_000) if match else 0


DATE_CACHE, TIME_CACHE, OFFSET_CACHE = DateCache(), TimeOfDayCache(), OffsetCache()


def parse_integer(cell: str) -> int:
    """Return an integer."""
    match = INTEGER.fullmatch(cell)
    if not match:
        raise ValueError(NOT_WHOLE)
    return int(match[1] + match[2])


def parse_decimal(cell: str) -> float:
    """Return a decimal number."""
    if not DECIMAL.fullmatch(cell):
        raise ValueError(NOT_A_NUMBER)
    value = float(cell)
    if not np.isfinite(value):
        raise ValueError("too large")
    return value


def parse_timestamp(cell: str) -> int:
    """Return microseconds since 1970 UTC."""
    if not ISO_DAY.match(cell):
        raise ValueError(NO_TIME)
    days = DATE_CACHE[cell[:10]]
    return days * DAY_MICROSECONDS + TIME_CACHE[cell[10:]]


def parse_text(cell: str) -> str:
    """Return a text that can be stored and shown."""
    if why := describe_text_fault(cell):
        raise ValueError(why)
    return cell


def parse_integer_column(cells: Cells) -> Values | None:
    """Return integers, None where cells have to be read one by one."""
    if not DIGITS.fullmatch("".join(cells)):
        return None
    values = np.array([int(cell) if cell else NULL for cell in cells], np.int64)
    return None if (np.abs(values) >= INTEGER_END).any() else values


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
    joined = "".join(distinct)
    if UNPRINTABLE.search(joined) or "#" in joined:
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
TIMES = CellParser(parse_timestamp_column, parse_timestamp, NULL, np.int64)
PARSERS = {
    "integer": CellParser(parse_integer_column, parse_integer, NULL, np.int64),
    "date": CellParser(parse_date_column, DATE_CACHE.__getitem__, NULL, np.int64),
    "time": TIMES,
    **dict.fromkeys(("number", "real", "mass"), DECIMALS),
    **dict.fromkeys(("text", "choice", "stage"), TEXTS),
}


@dataclass(slots=True)
class CellFormats:
    """How numbers and dates of one file are written."""

    numbers: NumberFormat = POINT
    dates: dict[bool, tuple[int, str]] = field(default_factory=dict)
    """The first date of each order, by whether it begins with the year: its line and its cell."""


def parse_cells(
    kind: str, cells: Cells, formats: CellFormats | None = None, lines: Sequence[int] | Values = ()
) -> tuple[Values, dict[int, str]]:
    """Return the values of a column's cells and, for each that cannot be read, why."""
    formats = formats or CellFormats()
    if kind == "date":
        return parse_dates(cells, formats, lines if len(lines) else range(1, len(cells) + 1))
    if kind in NUMBERS:
        return parse_numbers(kind, cells, formats.numbers)
    return parse_plain_cells(PARSERS[kind], cells)


def parse_plain_cells(parser: CellParser, cells: Cells) -> tuple[Values, dict[int, str]]:
    """Return the values of cells in the one format that Python reads."""
    try:
        values = parser.parse_column(cells)
    except (ValueError, OverflowError):
        values = None
    if values is not None:
        return values, {}
    return parse_each_cell(parser, cells)


def parse_numbers(kind: str, cells: Cells, numbers: NumberFormat) -> tuple[Values, dict[int, str]]:
    """Return the values of numbers in the format of the file."""
    parser = PARSERS[kind]
    if numbers.decimal == "." or kind == "integer":
        try:
            values = parser.parse_column(cells)
        except (ValueError, OverflowError):
            values = None
        if values is not None:
            return values, {}
    plain, wrong = numbers.normalize(cells)
    values, others = parse_plain_cells(parser, plain)
    if kind == "integer":
        wrong = {row: why.replace(NOT_A_NUMBER, NOT_WHOLE) for row, why in wrong.items()}
    return values, {**others, **wrong}


def parse_dates(cells: Cells, formats: CellFormats, lines: Sequence[int] | Values) -> tuple[Values, dict[int, str]]:
    """Return days since 1970 of dates that are all written one way: 2024-05-31 or 31.05.2024."""
    seen = formats.dates
    if False not in seen:
        try:
            values = parse_date_column(cells)
        except ValueError:
            pass
        else:
            if True not in seen and (first := next((row for row, cell in enumerate(cells) if cell), None)) is not None:
                seen[True] = int(lines[first]), cells[first]
            return values, {}
    days = np.full(len(cells), NULL, np.int64)
    wrong: dict[int, str] = {}
    for row, cell in enumerate(cell.strip(BLANKS) for cell in cells):
        if cell:
            try:
                days[row], is_iso = parse_date(cell)
                refuse_other_order(seen, is_iso, int(lines[row]), cell)
            except ValueError as error:
                days[row], wrong[row] = NULL, str(error)
    return days, wrong


def parse_date(cell: str) -> tuple[int, bool]:
    """Return the day of a date, and whether it begins with the year."""
    if match := DAY_FIRST.fullmatch(cell):
        day, month, year = match.groups()
        return DATE_CACHE[f"{year}-{int(month):02}-{int(day):02}"], False
    if match := SLASHES.fullmatch(cell):
        first, second, year = map(int, match.groups())
        unclear = max(first, second) <= MONTHS and first != second
        raise ValueError(f"the day or the month may be first: write {year}-MM-DD" if unclear else NO_DATE)
    if SERIAL_DAY.fullmatch(cell):
        raise ValueError(NO_DATE + SERIAL_REMEDY)
    return DATE_CACHE[cell], True


def refuse_other_order(seen: dict[bool, tuple[int, str]], is_iso: bool, line: int, cell: str) -> None:
    """Refuse a date that is written another way than the first date of the file."""
    seen.setdefault(is_iso, (line, cell))
    if len(seen) > 1 and next(iter(seen)) is not is_iso:
        before, other = next(iter(seen.values()))
        raise ValueError(f"line {before} has a date like {other}: write all dates of the file one way")


def parse_each_cell(parser: CellParser, cells: Cells) -> tuple[Values, dict[int, str]]:
    """Return the values with blanks for the bad cells, and why each of those is wrong."""
    values = np.full(len(cells), parser.blank, parser.dtype)
    wrong: dict[int, str] = {}
    for index, cell in enumerate(cells):
        try:
            values[index] = parser.parse_cell(cell) if cell else parser.blank
        except ValueError as error:
            wrong[index] = str(error)
    return values, wrong
