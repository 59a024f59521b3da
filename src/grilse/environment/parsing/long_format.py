"""Rows that name their parameter, made as wide as the others."""

from typing import Any

import numpy as np

from grilse.environment.parameters import PARAMETERS
from grilse.environment.parsing.chunks import LONG_FORMAT_COLUMNS, FieldValues, ReadingChunk
from grilse.environment.parsing.errors import ReadingError, shorten_value
from grilse.environment.parsing.row_errors import BLANKS, build_reading_error


def pivot_columns(part: ReadingChunk, faults: list[ReadingError]) -> dict[str, FieldValues]:
    """Return a column a parameter, also of rows that name theirs."""
    wide = {name: part.columns[name] for name in PARAMETERS if name in part.columns}
    if not part.columns.keys() & set(LONG_FORMAT_COLUMNS):
        return wide
    rows = len(part.number)
    named = _convert_to_list(part.columns.get("parameter", [None] * rows))
    values = _convert_to_list(part.columns.get("value", [None] * rows))
    faults.extend(
        build_reading_error(part, row, "parameter", named[row], _describe_unnamed_value(named[row]))
        for row in range(rows)
        if not _has_parameter(named[row], values[row])
    )
    nothing = ["" if part.values_are_text else None] * rows
    for name in set(filter(_is_parameter, named)):
        others = wide.get(name, nothing)
        wide[name] = [
            value if which == name else other for which, value, other in zip(named, values, others, strict=True)
        ]
    return wide


def _convert_to_list(fields: FieldValues) -> list[Any]:
    return fields.tolist() if isinstance(fields, np.ndarray) else fields


def _is_parameter(name: object) -> bool:
    return type(name) is str and name in PARAMETERS


def _has_parameter(name: object, value: object) -> bool:
    """Tell whether a value has its parameter, or there is neither."""
    # A value that is not itself is NaN.
    return _is_parameter(name) or (name in BLANKS and (value in BLANKS or value != value))


def _describe_unnamed_value(name: object) -> str:
    listed = ", ".join(PARAMETERS)
    if name in BLANKS:
        return f"name the parameter of the value: one of {listed}"
    return f"{shorten_value(name)} is no parameter: it is one of {listed}"
