"""Readings as JSON lines: an object on each line."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from grilse.environment.parsing.chunks import (
    COLUMN_NAMES,
    COLUMNS_HINT,
    KNOWN_COLUMNS,
    LONG_FORMAT_COLUMNS,
    ByteSource,
    ReadingChunk,
    iter_lines,
)
from grilse.environment.parsing.errors import ReadingError, shorten_value

Row = dict[str, Any]


class RepeatedNameError(ValueError):
    """An object has a name twice."""


def iter_chunks(source: ByteSource) -> Iterator[ReadingChunk]:
    """Yield the rows of JSON lines; blank lines are skipped."""
    first = 1
    for lines in iter_lines(source):
        yield _build_chunk(lines, first)
        first += len(lines)


def _build_chunk(lines: list[str], first: int) -> ReadingChunk:
    numbers: list[int] = []
    rows: list[Row] = []
    faults: list[ReadingError] = []
    for number, line in enumerate(map(str.strip, lines), first):
        row = _parse_object(line) if line else ""
        if isinstance(row, dict):
            numbers.append(number)
            rows.append(row)
        elif line:
            faults.append(ReadingError(row=number, field="", value=shorten_value(line), detail=row))
    unread = len(faults)
    return ReadingChunk(
        number=np.array(numbers, np.int64),
        columns=_build_columns(rows),
        errors=[*faults, *_iter_unknown_fields(numbers, rows)],
        skipped_rows=unread,
    )


def _parse_object(line: str) -> Row | str:
    """Return the object of a line, or why it has none."""
    try:
        row, end = decode(line)
    except RepeatedNameError as error:
        return str(error)
    except (ValueError, RecursionError):
        return NO_OBJECT
    return row if type(row) is dict and end == len(line) else NO_OBJECT


def _build_columns(rows: list[Row]) -> dict[str, list[Any]]:
    given = set().union(*rows)
    return {name: [row.get(name) for row in rows] for name in (*COLUMN_NAMES, *LONG_FORMAT_COLUMNS) if name in given}


def _iter_unknown_fields(numbers: list[int], rows: list[Row]) -> Iterator[ReadingError]:
    for number, row in zip(numbers, rows, strict=True):
        if not row.keys() <= KNOWN_COLUMNS:
            for key in (key for key in row if key not in KNOWN_COLUMNS):
                name, value = shorten_value(key), shorten_value(row[key])
                yield ReadingError(
                    row=number, field=str(name), value=value, detail=f"{name} is unknown: {COLUMNS_HINT}"
                )


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _build_object(pairs: list[tuple[str, Any]]) -> Row:
    row = dict(pairs)
    if len(row) < len(pairs):
        repeated = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise RepeatedNameError(f"{shorten_value(repeated)} is there twice: leave one of the two out")
    return row


decode = json.JSONDecoder(parse_constant=_no_number, object_pairs_hook=_build_object).raw_decode
NO_OBJECT = "this is no JSON object: write one object a line"
