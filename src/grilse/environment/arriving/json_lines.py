"""Readings as JSON lines: one object a line."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from grilse.environment.arriving.parts import KNOWN, NAMED, NAMES, NARROW, Part, Source, lines_of
from grilse.environment.arriving.refusals import Fault, shown

Row = dict[str, Any]


def parts(source: Source) -> Iterator[Part]:
    """Yield the rows of JSON lines; blank lines are none."""
    first = 1
    for lines in lines_of(source):
        yield _part(lines, first)
        first += len(lines)


def _part(lines: list[str], first: int) -> Part:
    numbers: list[int] = []
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, line in enumerate(map(str.strip, lines), first):
        row = _row(line) if line else None
        if row is not None:
            numbers.append(number)
            rows.append(row)
        elif line:
            faults.append(Fault(row=number, field="", value=shown(line), detail=NO_OBJECT))
    unread = len(faults)
    return Part(
        number=np.array(numbers, np.int64),
        columns=_columns(rows),
        faults=[*faults, *_unknown(numbers, rows)],
        unread=unread,
    )


def _row(line: str) -> Row | None:
    try:
        row, end = decode(line)
    except (ValueError, RecursionError):
        return None
    return row if type(row) is dict and end == len(line) else None


def _columns(rows: list[Row]) -> dict[str, list[Any]]:
    given = set().union(*rows)
    return {name: [row.get(name) for row in rows] for name in (*NAMES, *NARROW) if name in given}


def _unknown(numbers: list[int], rows: list[Row]) -> Iterator[Fault]:
    for number, row in zip(numbers, rows, strict=True):
        if not row.keys() <= KNOWN:
            for key in (key for key in row if key not in KNOWN):
                name, value = shown(key), shown(row[key])
                yield Fault(row=number, field=str(name), value=value, detail=f"{name} is unknown: {NAMED}")


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


decode = json.JSONDecoder(parse_constant=_no_number).raw_decode
NO_OBJECT = "this is no JSON object: write one object a line"
