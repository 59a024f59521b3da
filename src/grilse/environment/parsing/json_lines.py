"""Readings as JSON lines: an object on each line."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from grilse.environment.parsing.chunks import (
    COLUMN_NAMES,
    COLUMNS_HINT,
    CONTAINER_ID,
    KNOWN_COLUMNS,
    LONG_FORMAT_COLUMNS,
    ReadingChunk,
    iter_lines,
)
from grilse.environment.parsing.errors import ReadingError, shorten_value
from grilse.textfiles.decoding import ByteSource

Row = dict[str, Any]


def iter_chunks(source: ByteSource) -> Iterator[ReadingChunk]:
    """Yield the rows of JSON lines; blank lines are skipped."""
    first = 1
    for lines in iter_lines(source):
        yield _build_chunk(lines, first)
        first += len(lines)


def _build_chunk(lines: list[str], first: int) -> ReadingChunk:
    numbers: list[int] = []
    texts: list[str] = []
    rows: list[Row] = []
    faults: list[ReadingError] = []
    for number, line in enumerate(map(str.strip, lines), first):
        row = _parse_object(line) if line else None
        if row is not None:
            numbers.append(number)
            texts.append(line)
            rows.append(row)
        elif line:
            faults.append(ReadingError(row=number, field="", value=shorten_value(line), detail=NO_OBJECT))
    columns, skipped = _build_columns(rows), len(faults)
    # Each name and each text has two quotes; only where there are others are the names of each row looked at.
    if "".join(texts).count('"') != 2 * (
        sum(map(len, rows)) + sum(_count_texts(column) for column in columns.values())
    ):
        faults += _iter_repeated_fields(numbers, texts, rows)
    return ReadingChunk(
        number=np.array(numbers, np.int64),
        columns=columns,
        errors=[*faults, *_iter_unknown_fields(numbers, rows)],
        skipped_rows=skipped,
    )


def _count_texts(values: Iterable[Any]) -> int:
    return list(map(type, values)).count(str)


def _parse_object(line: str) -> Row | None:
    try:
        row, end = decode(line)
    except (ValueError, RecursionError):
        return None
    return row if type(row) is dict and end == len(line) else None


def _iter_repeated_fields(numbers: list[int], texts: list[str], rows: list[Row]) -> Iterator[ReadingError]:
    """Yield an error for each field that an object has more than once: Python keeps the last."""
    for number, line, row in zip(numbers, texts, rows, strict=True):
        if line.count('"') != 2 * (len(row) + _count_texts(row.values())):
            names = [name for name, _ in decode_pairs(line)[0]]
            for name in (str(shorten_value(name)) for name in dict.fromkeys(names) if names.count(name) > 1):
                yield ReadingError(row=number, field=name, value=name, detail=f"{name} is there twice: leave one out")


def _build_columns(rows: list[Row]) -> dict[str, list[Any]]:
    given = set().union(*rows)
    known = (name for name in (*COLUMN_NAMES, *LONG_FORMAT_COLUMNS, CONTAINER_ID) if name in given)
    return {name: [row.get(name) for row in rows] for name in known}


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


decode = json.JSONDecoder(parse_constant=_no_number).raw_decode
decode_pairs = json.JSONDecoder(object_pairs_hook=list).raw_decode
NO_OBJECT = "this is no JSON object: write one object a line"
