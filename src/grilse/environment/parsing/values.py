"""What was measured: fields into numbers, and which of them are none or cannot be."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.environment.parameters import is_out_of_range, refuse_out_of_range
from grilse.environment.parsing.chunks import FieldValues, ReadingChunk
from grilse.environment.parsing.errors import ReadingError, shorten_value
from grilse.environment.parsing.row_errors import BLANKS, build_reading_error, get_refusal_text

NUMBERS = {int, float, type(None)}


def parse_values(part: ReadingChunk, name: str, column: FieldValues, faults: list[ReadingError]) -> NDArray[np.float64]:
    """Return the values of a parameter, NaN where there is none, adding what is wrong with them."""
    values, no_number = _parse_numbers(column, text=part.values_are_text)
    faults.extend(
        build_reading_error(part, row, name, column[row], f"{name} of {shorten_value(column[row])}: {NO_NUMBER}")
        for row in np.flatnonzero(no_number).tolist()
    )
    faults.extend(
        build_reading_error(part, row, name, column[row], get_refusal_text(refuse_out_of_range, name, values[row]))
        for row in np.flatnonzero(is_out_of_range(name, values)).tolist()
    )
    return values


def _parse_numbers(column: FieldValues, *, text: bool) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return values, NaN where there is none, and which are no numbers.

    They are looked at one by one only where some are none.
    """
    if isinstance(column, np.ndarray):
        return column, np.zeros(len(column), np.bool_)
    try:
        if text and "_" not in "".join(column):
            values = np.array([float(value) if value else np.nan for value in column])
        elif not text and set(map(type, column)) <= NUMBERS:
            values = np.array(column, np.float64)
        else:
            raise ValueError
        return values, np.zeros(len(column), np.bool_)
    except (ValueError, OverflowError):
        each = [_parse_number(value, text=text) for value in column]
    no_number = np.array([value is None for value in each])
    return np.array([np.nan if value is None else value for value in each]), no_number


def _parse_number(value: Any, *, text: bool) -> float | None:
    """Return a value, NaN where there is none, None where it is no number."""
    if value in BLANKS or (text and not value.strip()):
        return np.nan
    if "_" in value if text else type(value) not in NUMBERS:
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


NO_NUMBER = "it has to be a number, or left out where none was measured"
