"""First in, first out: which delivery each meal is drawn from. Masses are whole grams."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Counts, compute_sums_before, mark_group_starts

# Feed that a count added is there after the meals and losses of the same time.
COUNT_DELAY = 1  # microseconds


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


def allocate_draws(meals: Counts, meal_time: Counts, lots: Counts, lot_time: Counts) -> Draws:
    """Match meals, or what else draws feed, with lots of one product in one store, oldest first.

    Parameters
    ----------
    meals : g of each meal, above 0, in the order they were given.
    meal_time : day or time of each meal, never falling.
    lots : g of each lot, in the order they were delivered.
    lot_time : day or time of each lot, never falling; a lot comes before the meals of its time.

    Returns
    -------
    Draws
        Each meal's draws sum to its mass; no lot is drawn beyond its own, nor before its time.

    Raises
    ------
    StockShortage
        For the first meal that the lots delivered up to its time cannot cover.
    """
    is_short = find_shortages(np.zeros_like(lots), lot_time, lots, np.zeros_like(meals), meal_time, meals)
    if is_short.any():
        raise StockShortage(int(is_short.argmax()))
    meal_ends, lot_ends = np.cumsum(meals), np.cumsum(lots)
    # Between two successive ends of meals or lots on the cumulated grams, one lot feeds one meal.
    draw_ends = np.union1d(meal_ends, lot_ends[lot_ends < (meal_ends[-1] if meal_ends.size else 0)])
    draw_ends = draw_ends[draw_ends > 0]
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
    lot_time: NDArray[Any],
    lot_grams: NDArray[Any],
    stock: NDArray[Any],
    at: NDArray[Any],
    grams: NDArray[Any],
) -> NDArray[np.bool_]:
    """Find the draws that exceed the feed delivered to their feed stock up to their time, after all earlier draws.

    Parameters
    ----------
    lot_stock, lot_time, lot_grams : number of the feed stock, day or time and mass (g) of each delivery.
    stock, at, grams : number of the feed stock, day or time and mass (g) of each draw; rows with the same time are
        in the order of drawing.

    Returns
    -------
    Mask of the draws, shape (n,).
    """
    balance = _compute_balance(lot_stock, lot_time, lot_grams, stock, at, -grams)
    return np.asarray(balance < 0)


def compute_count_differences(
    lot_stock: NDArray[Any],
    lot_time: NDArray[Any],
    lot_grams: NDArray[Any],
    stock: NDArray[Any],
    at: NDArray[Any],
    grams: NDArray[Any],
    is_count: NDArray[np.bool_],
) -> Counts:
    """Compute what each count of a feed stock adds to it, below 0 takes from it: counted minus delivered and drawn.

    A count is an observation of what there is: with other deliveries and draws before it, its difference is another.

    Parameters
    ----------
    lot_stock, lot_time, lot_grams : number of the feed stock, day or time and mass (g) of each delivery.
    stock, at, grams : number of the feed stock, day or time and mass (g) of each draw, and the mass found by each
        count; rows with the same time are in the order of drawing.
    is_count : which rows are counts.

    Returns
    -------
    Grams, shape (n,); 0 in the rows of draws.
    """
    balance = _compute_balance(lot_stock, lot_time, lot_grams, stock, at, np.where(is_count, 0, -grams))
    counts = np.flatnonzero(is_count)
    counts = counts[np.lexsort((at[counts], stock[counts]))]
    missing = grams[counts] - balance[counts]
    before = np.concatenate([np.zeros(1, np.int64), missing[:-1]])[: len(missing)]
    difference = np.zeros(len(grams), np.int64)
    # An earlier count has already brought the stock to what it found.
    difference[counts] = missing - np.where(mark_group_starts(stock[counts]), 0, before)
    return difference


def find_latest_lots(lot_stock: NDArray[Any], lot_time: NDArray[Any], stock: NDArray[Any], at: NDArray[Any]) -> Counts:
    """Return the position of the last lot of each feed stock up to a time, -1 for none; shape (n,)."""
    stocks, is_time = np.concatenate([lot_stock, stock]), np.arange(len(lot_stock) + len(stock)) >= len(lot_stock)
    order = np.lexsort((is_time, np.concatenate([lot_time, at]), stocks))
    last = np.maximum.accumulate(np.where(is_time[order], -1, np.arange(len(order))))
    lot = np.where(last < 0, -1, order[last])
    latest = np.empty(len(order), np.int64)
    latest[order] = np.where(stocks[lot] == stocks[order], lot, -1)
    return latest[len(lot_stock) :]


def _compute_balance(
    lot_stock: NDArray[Any],
    lot_time: NDArray[Any],
    lot_grams: NDArray[Any],
    stock: NDArray[Any],
    at: NDArray[Any],
    change: NDArray[Any],
) -> Counts:
    """Return the grams in its feed stock after each change; deliveries come before the changes of their time."""
    stocks, grams = np.concatenate([lot_stock, stock]), np.concatenate([lot_grams, change])
    order = np.lexsort((np.arange(len(stocks)) >= len(lot_stock), np.concatenate([lot_time, at]), stocks))
    balance = np.empty(len(order), np.int64)
    balance[order] = compute_sums_before(grams[order], stocks[order]) + grams[order]
    return balance[len(lot_stock) :]


def find_draws_out_of_order(
    lot_stock: NDArray[Any],
    lot_time: NDArray[Any],
    lot_grams: NDArray[Any],
    lot: NDArray[Any],
    at: NDArray[Any],
    grams: NDArray[Any],
) -> NDArray[np.bool_]:
    """Find the draws that are not first in, first out.

    In each feed stock, deliveries follow each other on a scale of grams: the first 500 kg is 0 to 500,000 g, the next
    300 kg is 500,000 to 800,000 g. Draws follow each other on the same scale in the order of their meals. First in,
    first out means that each draw lies within the interval of the deliveries of the time of the one that it names.

    Parameters
    ----------
    lot_stock, lot_time, lot_grams : number of the feed stock, day or time and mass (g) of each delivery; deliveries
        of one time are drawn in any order.
    lot, at, grams : position of the delivery, time (microseconds since 1970) and mass (g) of each draw.

    Returns
    -------
    Mask of the draws, shape (n,).
    """
    delivery_order = np.lexsort((lot_time, lot_stock))
    delivery_rank = np.empty(len(lot_stock), np.int64)
    delivery_rank[delivery_order] = np.arange(len(lot_stock))
    ordered_stock, ordered_grams = lot_stock[delivery_order], lot_grams[delivery_order]
    # Deliveries of one time are one interval.
    first = np.flatnonzero(mark_group_starts(ordered_stock, lot_time[delivery_order]))
    interval = (np.searchsorted(first, np.arange(len(delivery_order)), side="right") - 1)[delivery_rank]
    interval_start = compute_sums_before(ordered_grams, ordered_stock)[first]
    interval_end = interval_start + np.add.reduceat(ordered_grams, first)
    # Draws of one time are taken oldest delivery first: a meal may draw from several.
    draw_order = np.lexsort((delivery_rank[lot], at, lot_stock[lot]))
    draw_start = np.empty(len(lot), np.int64)
    draw_start[draw_order] = compute_sums_before(grams[draw_order], lot_stock[lot[draw_order]])
    is_early = draw_start < interval_start[interval[lot]]
    return np.asarray(is_early | (draw_start + grams > interval_end[interval[lot]]))


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
