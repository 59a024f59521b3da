"""The rules of feed: what a meal drew, and that the oldest delivery goes first."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import DAY
from grilse.exchange.order import places
from grilse.exchange.rows import Rows
from grilse.feeding.fifo import Draws, cost_of

Tables = Mapping[str, Rows]


def check(tables: Tables) -> None:
    """Find draws of no meal, meals and lots that do not add up, and draws out of turn."""
    draws, meals, lots = tables["draws"], tables["meals"], tables["feed_lots"]
    for rows, what in ((meals, "meal"), (lots, "delivery"), (draws, "draw")):
        if rows.file not in rows.problems.files:
            rows.blame(rows["kg"] == 0, "kg", f"a {what} of less than half a gram")
    if not len(draws):
        return
    meal = meals_of(draws, meals)
    draws.blame(meal < 0, "at", "no meal of this placement is at this time")
    if {draws.file, meals.file, lots.file} & draws.problems.files:
        return
    check_sums(draws, meals, meal)
    check_costs(draws, meals, lots, meal)
    check_lots(draws, lots)
    check_turns(draws, lots)


def meals_of(draws: Rows, meals: Rows) -> NDArray[np.int64]:
    """Return the meal of each draw, -1 where there is none."""
    return places([meals["placement"], meals["at"]], [draws["placement"], draws["at"]])


def check_sums(draws: Rows, meals: Rows, meal: NDArray[np.int64]) -> None:
    """Blame the meals whose draws are not their mass."""
    drawn = np.zeros(len(meals), np.int64)
    np.add.at(drawn, meal, draws["kg"])
    for row in np.flatnonzero((drawn > 0) & (drawn != meals["kg"])).tolist():
        meals.blame([row], "kg", f"its draws are {drawn[row] / 1000:,.3f} kg")


def check_costs(draws: Rows, meals: Rows, lots: Rows, meal: NDArray[np.int64]) -> None:
    """Blame the meals that drew from lots and cost something else than they did."""
    if not lots.given("price_per_kg").all():
        return
    cost = cost_of(Draws(meal, draws["lot"].astype(np.int64), draws["kg"]), lots["price_per_kg"], len(meals))
    drew = np.isin(np.arange(len(meals)), meal) & meals.given("cost")
    for row in np.flatnonzero(drew & (meals["cost"] != cost)).tolist():
        meals.blame([row], "cost", f"its draws cost {cost[row]:,}")


def check_lots(draws: Rows, lots: Rows) -> None:
    """Blame the deliveries of which more was drawn than came, and the draws before them."""
    drawn = np.zeros(len(lots), np.int64)
    np.add.at(drawn, draws["lot"], draws["kg"])
    for row in np.flatnonzero(drawn > lots["kg"]).tolist():
        lots.blame([row], "lot", f"{drawn[row] / 1000:,.3f} kg drawn of {lots['kg'][row] / 1000:,.3f} kg")
    draws.blame(draws["at"] // DAY < lots["delivered"][draws["lot"]], "at", "before the lot was delivered")


def check_turns(draws: Rows, lots: Rows) -> None:
    """Blame the draws that leave older feed of the store and product behind."""
    products = int(lots["feed"].max(initial=0)) + 1
    store = lots["feed_store"].astype(np.int64) * products + lots["feed"]
    wrong = out_of_turn(store, lots["delivered"], lots["kg"], draws["lot"], draws["at"], draws["kg"])
    draws.blame(wrong, "lot", "not first in, first out: an older delivery of the product lies in the store")


def out_of_turn(
    store: NDArray[Any],
    delivered: NDArray[Any],
    mass: NDArray[Any],
    lot: NDArray[Any],
    at: NDArray[Any],
    drawn: NDArray[Any],
) -> NDArray[np.bool_]:
    """Return which draws are not first in, first out.

    Laid end to end in the order of meals, the draws of a store have to cover its deliveries laid end to end
    in the order of delivery: each draw begins and ends within its own. `store`, `delivered` and `mass` are of
    lots (those of one day in their order), `lot`, `at` and `drawn` of draws; a product has its own store.
    """
    turn = np.lexsort((delivered, store))
    rank = np.empty(len(store), np.int64)
    rank[turn] = np.arange(len(store))
    base = running(mass[turn], store[turn])[rank]
    order = np.lexsort((rank[lot], at, store[lot]))
    begins = np.empty(len(lot), np.int64)
    begins[order] = running(drawn[order], store[lot[order]])
    return np.asarray((begins < base[lot]) | (begins + drawn > base[lot] + mass[lot]))


def running(values: NDArray[Any], group: NDArray[Any]) -> NDArray[np.int64]:
    """Return the sum of the values before each one in its group; a group's rows stand together."""
    before = np.cumsum(values) - values
    begins = np.ones(len(values), np.bool_)
    begins[1:] = group[1:] != group[:-1]
    return before - before[np.flatnonzero(begins)][np.cumsum(begins) - 1]
