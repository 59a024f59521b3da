"""The rules of feed masses and stores, over columns of rows: actions check a few rows, imports all of a file."""

import math
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from grilse.errors import GrilseError
from grilse.feeding import messages
from grilse.science.arrays import compute_sums_before

Values = Any  # an array with a value for each row, or the value of one row


def is_invalid_mass(grams: Values) -> Values:
    """Return which masses no meal or delivery has."""
    return (grams < 1) | (grams > messages.MAX_GRAMS)


def find_invalid_adjustments(grams: Values, is_count: Values) -> Values:
    """Return which masses no count or loss of feed has: a count may find nothing."""
    return is_invalid_mass(grams) & ~((grams == 0) & np.asarray(is_count))


def find_counts_over_capacity(grams: Values, is_count: Values, capacity_kg: Values) -> Values:
    """Return which counts find more feed than their store can hold."""
    return is_count & (grams > capacity_kg * 1000)


def get_local_day(at: datetime, zone: str) -> date:
    """Return the day of a time in a time zone; refuse a time without its zone, or beyond the calendar."""
    try:
        if at.tzinfo is not None:
            return at.astimezone(ZoneInfo(zone)).date()
    except OverflowError:
        pass
    what = f"{at.isoformat()} cannot be converted to {zone}"
    raise GrilseError(f"{what}: give it with its zone, as 2024-05-01T09:00Z", field="at")


def convert_to_grams(kg: float, *, is_count: bool = False) -> int:
    """Return a mass to the gram; refuse a number that is no mass of feed; a count may find nothing."""
    grams = round(kg * 1000) if math.isfinite(kg) else -1
    if find_invalid_adjustments(grams, is_count):
        least = "0 or more" if is_count else "above 0"
        why = f"{kg:.12g} kg is no mass of feed: it has to be {least} and at most {messages.MAX_GRAMS // 1000:,} kg"
        raise GrilseError(why, field="kg")
    return grams


def compute_morning_stock(
    store: NDArray[Any], day: NDArray[Any], grams: NDArray[Any], is_delivery: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the grams in the store of each row once all deliveries of its day have come, before the meals of the day.

    Deliveries have grams above 0 and draws below; of rows that are draws the result is 0.
    """
    order = np.lexsort((~is_delivery, day, store))
    stock_grams = np.empty(len(order), np.int64)
    stock_grams[order] = compute_sums_before(grams[order], store[order]) + grams[order]
    _, morning = np.unique(np.stack([store, day])[:, is_delivery], axis=1, return_inverse=True)
    morning = morning.reshape(-1)
    # The last delivery of a store and day has all of the day below it.
    most = np.full(int(morning.max(initial=-1)) + 1, np.iinfo(np.int64).min)
    np.maximum.at(most, morning, stock_grams[is_delivery])
    result = np.zeros(len(order), np.int64)
    result[is_delivery] = most[morning]
    return result
