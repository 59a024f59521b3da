"""The limits of values: bounds, choices, length, and no date in the future."""

from collections.abc import Iterator, Sequence

import numpy as np

from grilse.exchange.columns import PackageColumn
from grilse.science.days import DAY_MICROSECONDS, LAST_DAY, from_epoch_day
from grilse.stock import messages
from grilse.stock.rules import find_impossible_days
from grilse.textfiles.cells import NULL, Values

Violations = Iterator[tuple[np.ndarray, str]]


def iter_violations(column: PackageColumn, values: Values) -> Violations:
    """Yield, for each limit of the column that some values break, which values and why."""
    if column.kind in ("text", "choice", "stage"):
        yield from iter_text_violations(column, values)
    elif column.kind in ("date", "time"):
        yield from iter_date_violations(column, values)
    else:
        yield from iter_number_violations(column, values)


def iter_number_violations(column: PackageColumn, values: Values) -> Violations:
    """Yield the numbers that are too small or too large."""
    given = values != NULL if values.dtype.kind == "i" else ~np.isnan(values)
    if column.minimum is not None:
        yield given & (values < column.minimum), f"below {column.minimum:g}"
    if column.exclusive_minimum is not None:
        yield given & (values <= column.exclusive_minimum), f"not above {column.exclusive_minimum:g}"
    if column.maximum is not None:
        yield given & (values > column.maximum), f"above {column.maximum:,.12g}"


def iter_date_violations(column: PackageColumn, values: Values) -> Violations:
    """Yield the dates before 1970 and those later than tomorrow anywhere on Earth."""
    days = values // DAY_MICROSECONDS if column.kind == "time" else values
    is_early, is_future = find_impossible_days(days)
    yield (values != NULL) & is_early, "before 1970"
    if column.refuse_future:
        days = np.minimum(days, LAST_DAY)  # a time may be of the day after, in UTC
        for day in np.unique(days[is_future]).tolist():
            yield days == day, messages.describe_future_date(from_epoch_day(day), "UTC")


def iter_text_violations(column: PackageColumn, values: Values) -> Violations:
    """Yield the texts that are too long or none of the choices."""
    distinct = set(values.tolist())
    long = {text for text in distinct if len(text) > column.max_length}
    yield is_among(values, long), f"longer than {column.max_length} characters"
    if column.choices:
        unknown = distinct - set(column.choices) - {""}
        yield is_among(values, unknown), f"none of {join_names(column.choices)}"


def is_among(values: Values, texts: set[str]) -> np.ndarray:
    """Return which values are among some texts."""
    if not texts:
        return np.zeros(len(values), np.bool_)
    return np.array([value in texts for value in values.tolist()], np.bool_)


def join_names(names: Sequence[str]) -> str:
    """Return names as a list within a sentence."""
    return ", ".join(names)
