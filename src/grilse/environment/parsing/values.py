"""Measured values: a column for each parameter, its fields as numbers, and the errors of those that are none."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.environment.parameters import PARAMETERS, is_out_of_range, refuse_out_of_range
from grilse.environment.parsing.chunks import LONG_FORMAT_COLUMNS, FieldValues, ReadingChunk
from grilse.environment.parsing.errors import ReadingError, shorten_value
from grilse.errors import GrilseError
from grilse.textfiles.cells import parse_numbers
from grilse.textfiles.number_format import NOT_A_NUMBER, NumberFormat

BLANKS = (None, "")


def build_reading_error(part: ReadingChunk, row: int, name: str, value: object, detail: str) -> ReadingError:
    """Return the error of a field."""
    return ReadingError(row=int(part.number[row]), field=name, value=shorten_value(value), detail=detail)


def get_refusal_text(refuse: Callable[..., None], *given: Any) -> str:
    """Return the message with which a rule refuses a value."""
    try:
        refuse(*given)
    except GrilseError as refusal:
        return str(refusal)
    return ""


def pivot_columns(part: ReadingChunk, faults: list[ReadingError]) -> dict[str, FieldValues]:
    """Return a column for each parameter, also of rows that name their parameter."""
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
    nothing = ["" if part.numbers else None] * rows
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
    """Return whether a value has its parameter, or there is neither."""
    # NaN is not equal to itself.
    return _is_parameter(name) or (name in BLANKS and (value in BLANKS or value != value))


def _describe_unnamed_value(name: object) -> str:
    listed = ", ".join(PARAMETERS)
    if name in BLANKS:
        return f"name the parameter of the value: one of {listed}"
    return f"{shorten_value(name)} is no parameter: it is one of {listed}"


NUMBERS = {int, float, type(None)}


def parse_values(part: ReadingChunk, name: str, column: FieldValues, faults: list[ReadingError]) -> NDArray[np.float64]:
    """Return the values of a parameter, NaN where there is none, and add their errors."""
    values, wrong = _parse_text_numbers(column, part.numbers) if part.numbers else _parse_json_numbers(column)
    faults.extend(
        build_reading_error(part, row, name, column[row], f"{name} of {shorten_value(column[row])}: {why}")
        for row, why in wrong.items()
    )
    faults.extend(
        build_reading_error(part, row, name, column[row], get_refusal_text(refuse_out_of_range, name, values[row]))
        for row in np.flatnonzero(is_out_of_range(name, values)).tolist()
    )
    return values


def _parse_text_numbers(column: FieldValues, numbers: NumberFormat) -> tuple[NDArray[np.float64], dict[int, str]]:
    """Return values, NaN where there is none, and why fields are no numbers."""
    values, wrong = parse_numbers("number", list(column), numbers)
    return values, {row: NO_NUMBER + why.removeprefix(NOT_A_NUMBER) for row, why in wrong.items()}


def _parse_json_numbers(column: FieldValues) -> tuple[NDArray[np.float64], dict[int, str]]:
    """Return values, NaN where there is none, and why fields are no numbers.

    Fields are parsed one by one only where some are no numbers.
    """
    if isinstance(column, np.ndarray):
        return column, {}
    if set(map(type, column)) <= NUMBERS:
        with suppress(OverflowError):
            return np.array(column, np.float64), {}
    each = [_parse_number(value) for value in column]
    wrong = {row: NO_NUMBER for row, value in enumerate(each) if value is None}
    return np.array([np.nan if value is None else value for value in each]), wrong


def _parse_number(value: Any) -> float | None:
    """Return a value, NaN where there is none, None where it is no number."""
    if value in BLANKS:
        return np.nan
    if type(value) not in NUMBERS:
        return None
    try:
        return float(value)
    except OverflowError:
        return None


NO_NUMBER = "it has to be a number, or left out where none was measured"
