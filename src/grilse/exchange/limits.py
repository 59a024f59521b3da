"""What a cell that could be read may say: its bounds, choices, length, and dates that have come."""

from collections.abc import Iterator, Sequence

import numpy as np

from grilse.exchange.cells import DAY, LAST, NULL, Values, as_date, tomorrow
from grilse.exchange.columns import Column
from grilse.stock import refusals

Wrong = Iterator[tuple[np.ndarray, str]]


def outside(column: Column, values: Values) -> Wrong:
    """Yield, for each limit of the column that some values break, which ones and why."""
    if column.kind in ("text", "choice", "stage"):
        yield from of_text(column, values)
    elif column.kind in ("date", "time"):
        yield from of_dates(column, values)
    else:
        yield from of_numbers(column, values)


def of_numbers(column: Column, values: Values) -> Wrong:
    """Yield the numbers that are too small or too large."""
    given = values != NULL if values.dtype.kind == "i" else ~np.isnan(values)
    if column.least is not None:
        yield given & (values < column.least), f"below {column.least:g}"
    if column.above is not None:
        yield given & (values <= column.above), f"not above {column.above:g}"
    if column.most is not None:
        yield given & (values > column.most), f"above {column.most:,.0f}"


def of_dates(column: Column, values: Values) -> Wrong:
    """Yield the dates before any record and those that have not come."""
    unit = DAY if column.kind == "time" else 1
    yield (values != NULL) & (values < 0), "before 1970"
    if column.happened:
        days = np.minimum(values // unit, LAST)  # a time may be of the day after, in UTC
        for day in np.unique(days[days > tomorrow()]).tolist():
            yield days == day, refusals.future(as_date(day))


def of_text(column: Column, values: Values) -> Wrong:
    """Yield texts that are too long or none of the choices."""
    distinct = set(values.tolist())
    long = {text for text in distinct if len(text) > column.longest}
    yield among(values, long), f"longer than {column.longest} characters"
    if column.choices:
        unknown = distinct - set(column.choices) - {""}
        yield among(values, unknown), f"none of {listed(column.choices)}"


def among(values: Values, wanted: set[str]) -> np.ndarray:
    """Return which values are among some."""
    if not wanted:
        return np.zeros(len(values), np.bool_)
    return np.array([value in wanted for value in values.tolist()], np.bool_)


def listed(names: Sequence[str]) -> str:
    """Return names as a list within a sentence."""
    return ", ".join(names)
