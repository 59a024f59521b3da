"""First in, first out: which delivery each meal is drawn from. Masses are whole grams."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Counts


@dataclass(frozen=True, slots=True)
class Draws:
    """Grams that a meal drew from a lot; positions of both, in the order of the meals, shape (n,)."""

    meal: Counts
    lot: Counts
    grams: Counts


def draw(meals: Counts, lots: Counts) -> Draws:
    """Match meals with lots, oldest first.

    Parameters
    ----------
    meals : g of each meal, above 0, in the order they were given.
    lots : g of each lot, above 0, in the order they were delivered.

    Returns
    -------
    Draws
        Each meal's draws sum to its mass; no lot is drawn beyond its own.

    Raises
    ------
    ValueError
        If there is less in the lots than in the meals.
    """
    eaten, held = np.cumsum(meals), np.cumsum(lots)
    total = int(eaten[-1]) if eaten.size else 0
    if total > (int(held[-1]) if held.size else 0):
        raise ValueError("the lots hold less than the meals take")
    # Between two ends, of a meal or of a lot, all feed goes from one lot to one meal.
    ends = np.union1d(eaten, held[held < total])
    begins = np.concatenate([np.zeros(1, np.int64), ends[:-1]])[: ends.size]
    return Draws(
        meal=np.searchsorted(eaten, begins, side="right"),
        lot=np.searchsorted(held, begins, side="right"),
        grams=ends - begins,
    )


def first_uncovered(meals: Counts, meal_day: Counts, lots: Counts, lot_day: Counts) -> int | None:
    """Find the first meal that the lots delivered up to its day cannot cover.

    Parameters
    ----------
    meals, lots : g, as in `draw`.
    meal_day, lot_day : days in order; a lot comes before the meals of its day.

    Returns
    -------
    int or None
        Position of the meal; None if all are covered, and then `draw` draws from no lot before its day.
    """
    held = np.concatenate([[0], np.cumsum(lots)])
    there = held[np.searchsorted(lot_day, meal_day, side="right")]
    short: NDArray[np.bool_] = np.cumsum(meals) > there
    return int(short.argmax()) if short.any() else None


def cost_of(draws: Draws, price_per_kg: Counts, meals: int) -> Counts:
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
