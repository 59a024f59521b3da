"""First in, first out: which delivery each meal is drawn from. Masses are whole grams."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Counts, compute_sums_before
from grilse.science.days import DAY_MICROSECONDS

DATE_SPAN = 1 << 31  # days are 0 or above and below this, so that stock and day form one sort key


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
    is_short = find_shortages(
        np.zeros_like(lots), lot_day, lots, np.zeros_like(meals), meal_day * DAY_MICROSECONDS, meals
    )
    if is_short.any():
        raise StockShortage(int(is_short.argmax()))
    meal_ends, lot_ends = np.cumsum(meals), np.cumsum(lots)
    # Between two successive ends of meals or lots on the cumulated grams, one lot feeds one meal.
    draw_ends = np.union1d(meal_ends, lot_ends[lot_ends < (meal_ends[-1] if meal_ends.size else 0)])
    draw_starts = np.concatenate([np.zeros(1, np.int64), draw_ends[:-1]])[: draw_ends.size]
    return Draws(
        meal=np.searchsorted(meal_ends, draw_starts, side="right"),
        lot=np.searchsorted(lot_ends, draw_starts, side="right"),
        grams=draw_ends - draw_starts,
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
    grams: NDArray[Any],
) -> NDArray[np.bool_]:
    """Find the draws that exceed the feed delivered to their feed stock up to their day, after all earlier draws.

    Parameters
    ----------
    lot_stock, lot_day, lot_grams : number of the feed stock, day and mass (g) of each delivery.
    stock, at, grams : number of the feed stock, time (microseconds since 1970) and mass (g) of each draw; rows
        with the same time are in the order of drawing.

    Returns
    -------
    Mask of the draws, shape (n,).
    """
    # Deliveries by feed stock and day; one number stands for both, so that a single search finds them.
    delivery_order = np.lexsort((lot_day, lot_stock))
    delivery_key = lot_stock[delivery_order] * DATE_SPAN + lot_day[delivery_order]
    delivered_so_far = np.concatenate([np.zeros(1, np.int64), np.cumsum(lot_grams[delivery_order])])
    # Of the deliveries up to the day of a draw, subtract those of feed stocks with a lower number.
    up_to_day = np.searchsorted(delivery_key, stock * DATE_SPAN + at // DAY_MICROSECONDS, side="right")
    of_lower_stocks = np.searchsorted(delivery_key, stock * DATE_SPAN)
    delivered = delivered_so_far[up_to_day] - delivered_so_far[of_lower_stocks]
    draw_order = np.lexsort((at, stock))
    drawn = np.empty(len(stock), np.int64)
    drawn[draw_order] = compute_sums_before(grams[draw_order], stock[draw_order]) + grams[draw_order]
    return np.asarray(drawn > delivered)


def find_draws_out_of_order(
    lot_stock: NDArray[Any],
    lot_day: NDArray[Any],
    lot_grams: NDArray[Any],
    lot: NDArray[Any],
    at: NDArray[Any],
    grams: NDArray[Any],
) -> NDArray[np.bool_]:
    """Find the draws that are not first in, first out.

    In each feed stock, deliveries follow each other on a scale of grams: the first 500 kg is 0 to 500,000 g, the next
    300 kg is 500,000 to 800,000 g. Draws follow each other on the same scale in the order of their meals. First in,
    first out means that each draw lies within the interval of the delivery that it names.

    Parameters
    ----------
    lot_stock, lot_day, lot_grams : number of the feed stock, day and mass (g) of each delivery; deliveries of one
        day are in their order.
    lot, at, grams : position of the delivery, time (microseconds since 1970) and mass (g) of each draw.

    Returns
    -------
    Mask of the draws, shape (n,).
    """
    delivery_order = np.lexsort((lot_day, lot_stock))
    delivery_rank = np.empty(len(lot_stock), np.int64)
    delivery_rank[delivery_order] = np.arange(len(lot_stock))
    lot_start = compute_sums_before(lot_grams[delivery_order], lot_stock[delivery_order])[delivery_rank]
    # Draws of one time are taken oldest delivery first: a meal may draw from several.
    draw_order = np.lexsort((delivery_rank[lot], at, lot_stock[lot]))
    draw_start = np.empty(len(lot), np.int64)
    draw_start[draw_order] = compute_sums_before(grams[draw_order], lot_stock[lot[draw_order]])
    is_before_lot = draw_start < lot_start[lot]
    is_after_lot = draw_start + grams > lot_start[lot] + lot_grams[lot]
    return np.asarray(is_before_lot | is_after_lot)


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
