"""First in, first out: which delivery each meal is drawn from. Masses are whole grams."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Counts


@dataclass(frozen=True, slots=True)
class Draws:
    """Grams that a meal drew from a lot; positions of both, in the order of the meals, shape (n,)."""

    meal: Counts
    lot: Counts
    grams: Counts


class StockShortage(ValueError):
    """A meal for which the store does not hold enough."""

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
    Uncovered
        For the first meal that the lots delivered up to its day cannot cover.
    """
    eaten, held = np.cumsum(meals), np.cumsum(lots)
    there = np.concatenate([[0], held])[np.searchsorted(lot_day, meal_day, side="right")]
    if (eaten > there).any():
        raise StockShortage(int((eaten > there).argmax()))
    # Between two ends, of a meal or of a lot, all feed goes from one lot to one meal.
    ends = np.union1d(eaten, held[held < (eaten[-1] if eaten.size else 0)])
    begins = np.concatenate([np.zeros(1, np.int64), ends[:-1]])[: ends.size]
    return Draws(
        meal=np.searchsorted(eaten, begins, side="right"),
        lot=np.searchsorted(held, begins, side="right"),
        grams=ends - begins,
    )


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
