"""First in, first out: which delivery each meal is drawn from. Masses are whole grams."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Counts, compute_sums_before

DATE_SPAN = 1 << 31  # more than any day number, so that stock and day form one sort key


@dataclass(frozen=True, slots=True)
class Draws:
    """Grams that a meal drew from a lot; positions of both, in the order of the meals, shape (n,)."""

    meal: Counts
    lot: Counts
    grams: Counts


class StockShortage(ValueError):
    """The store does not hold enough for a meal."""

    def __init__(self, meal: int) -> None:
        super().__init__(f"meal {meal}: the store does not hold enough on its day")
        self.meal = meal


def allocate_draws(meals: Counts, meal_day: Counts, lots: Counts, lot_day: Counts) -> Draws:
    """Match meals with lots of one product in one store, oldest first.

    Parameters
    ----------
    meals : g of each meal, above 0, in the order they were given.
    meal_day : day of each meal, never falling.
    lots : g of each lot, above 0, in the order they were delivered.
    lot_day : day of each lot, never falling; a lot comes before the meals of its day.

    Returns
    -------
    Draws
        Each meal's draws sum to its mass; no lot is drawn beyond its own, nor before its day.

    Raises
    ------
    StockShortage
        For the first meal that the lots delivered up to its day cannot cover.
    """
    is_short = find_shortages(np.zeros_like(lots), lot_day, lots, np.zeros_like(meals), meal_day, meal_day, meals)
    if is_short.any():
        raise StockShortage(int(is_short.argmax()))
    eaten, held = np.cumsum(meals), np.cumsum(lots)
    # Between two successive ends of meals or lots on the cumulated grams, one lot feeds one meal.
    ends = np.union1d(eaten, held[held < (eaten[-1] if eaten.size else 0)])
    begins = np.concatenate([np.zeros(1, np.int64), ends[:-1]])[: ends.size]
    return Draws(
        meal=np.searchsorted(eaten, begins, side="right"),
        lot=np.searchsorted(held, begins, side="right"),
        grams=ends - begins,
    )


def number_feed_stocks(store: NDArray[Any], feed: NDArray[Any]) -> Counts:
    """Return the number (0 or above) of the feed stock of each row, which is one product in one store."""
    return np.asarray(store.astype(np.int64) * (int(feed.max(initial=0)) + 1) + feed)


def find_shortages(
    lot_stock: NDArray[Any],
    lot_day: NDArray[Any],
    lot_grams: NDArray[Any],
    stock: NDArray[Any],
    at: NDArray[Any],
    day: NDArray[Any],
    grams: NDArray[Any],
) -> NDArray[np.bool_]:
    """Find the draws that exceed the feed delivered to their feed stock up to their day, after all earlier draws.

    Parameters
    ----------
    lot_stock, lot_day, lot_grams : number of the feed stock, day and mass (g) of each delivery.
    stock, at, day, grams : number of the feed stock, time (of any unit), day and mass (g) of each draw; rows with the
        same time are in the order of drawing.

    Returns
    -------
    Mask of the draws, shape (n,).
    """
    came = np.lexsort((lot_day, lot_stock))
    days = lot_stock[came] * DATE_SPAN + lot_day[came]
    held = np.concatenate([np.zeros(1, np.int64), np.cumsum(lot_grams[came])])
    there = held[np.searchsorted(days, stock * DATE_SPAN + day, side="right")]
    there -= held[np.searchsorted(days, stock * DATE_SPAN)]
    order = np.lexsort((at, stock))
    eaten = np.empty(len(stock), np.int64)
    eaten[order] = compute_sums_before(grams[order], stock[order]) + grams[order]
    return np.asarray(eaten > there)


def find_draws_out_of_order(
    lot_stock: NDArray[Any],
    lot_day: NDArray[Any],
    lot_grams: NDArray[Any],
    lot: NDArray[Any],
    at: NDArray[Any],
    grams: NDArray[Any],
) -> NDArray[np.bool_]:
    """Find the draws that are not first in, first out.

    Cumulate the grams of draws in the order of meals, and those of deliveries in the order of delivery. The interval
    of each draw must lie within the interval of the delivery that it names.

    Parameters
    ----------
    lot_stock, lot_day, lot_grams : number of the feed stock, day and mass (g) of each delivery; deliveries of one
        day are in their order.
    lot, at, grams : position of the delivery, time (microseconds since 1970) and mass (g) of each draw.

    Returns
    -------
    Mask of the draws, shape (n,).
    """
    turn = np.lexsort((lot_day, lot_stock))
    rank = np.empty(len(lot_stock), np.int64)
    rank[turn] = np.arange(len(lot_stock))
    base = compute_sums_before(lot_grams[turn], lot_stock[turn])[rank]
    order = np.lexsort((rank[lot], at, lot_stock[lot]))
    begins = np.empty(len(lot), np.int64)
    begins[order] = compute_sums_before(grams[order], lot_stock[lot[order]])
    return np.asarray((begins < base[lot]) | (begins + grams > base[lot] + lot_grams[lot]))


def compute_meal_costs(draws: Draws, price_per_kg: Counts, meals: int) -> Counts:
    """Cost of each meal in whole minor units, halves rounded up.

    Parameters
    ----------
    draws : of all meals.
    price_per_kg : of each lot, minor units per kg.
    meals : number of meals.

    Returns
    -------
    Counts
        Shape (meals,).
    """
    thousandths = np.zeros(meals, np.int64)
    np.add.at(thousandths, draws.meal, draws.grams * price_per_kg[draws.lot])
    return (thousandths + 500) // 1000
