"""The rules of feed: what a meal drew, and that the oldest delivery goes first."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import DAY
from grilse.exchange.order import places
from grilse.exchange.rows import Rows
from grilse.feeding import refusals
from grilse.feeding.fifo import Draws, cost_of

Tables = Mapping[str, Rows]
LONG = 1 << 31  # days, beyond any date


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
    # What a store does not hold is drawn too early or too much besides: the cause is told alone.
    if not check_cover(draws, meals, lots, meal):
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


def check_cover(draws: Rows, meals: Rows, lots: Rows, meal: NDArray[np.int64]) -> bool:
    """Blame the first meal of each store and product that it does not hold enough for; tell whether any."""
    shelf = shelves(lots)
    short = uncovered(shelf, lots["delivered"], lots["kg"], draws["lot"], draws["at"], draws["kg"])
    rows = np.flatnonzero(short)
    rows = rows[np.argsort(draws["at"][rows], kind="stable")]
    _, first = np.unique(shelf[draws["lot"][rows]], return_index=True)
    for row in rows[first].tolist():
        lot, day = int(draws["lot"][row]), np.datetime64(int(draws["at"][row] // DAY), "D")
        store, feed = lots.shown(lot, "feed_store"), lots.shown(lot, "feed")
        meals.blame([int(meal[row])], "kg", refusals.uncovered(store, feed, day.astype(date)))
    return bool(len(rows))


def check_lots(draws: Rows, lots: Rows) -> None:
    """Blame the deliveries of which more was drawn than came, and the draws before them."""
    drawn = np.zeros(len(lots), np.int64)
    np.add.at(drawn, draws["lot"], draws["kg"])
    for row in np.flatnonzero(drawn > lots["kg"]).tolist():
        lots.blame([row], "lot", f"{drawn[row] / 1000:,.3f} kg drawn of {lots['kg'][row] / 1000:,.3f} kg")
    draws.blame(draws["at"] // DAY < lots["delivered"][draws["lot"]], "at", "before the lot was delivered")


def check_turns(draws: Rows, lots: Rows) -> None:
    """Blame the draws that leave older feed of the store and product behind."""
    wrong = out_of_turn(shelves(lots), lots["delivered"], lots["kg"], draws["lot"], draws["at"], draws["kg"])
    draws.blame(wrong, "lot", "not first in, first out: an older delivery of the product lies in the store")


def shelves(lots: Rows) -> NDArray[np.int64]:
    """Return a number for the store and product of each delivery: a product has its own store."""
    products = int(lots["feed"].max(initial=0)) + 1
    return lots["feed_store"].astype(np.int64) * products + lots["feed"]


def uncovered(
    store: NDArray[Any],
    delivered: NDArray[Any],
    mass: NDArray[Any],
    lot: NDArray[Any],
    at: NDArray[Any],
    drawn: NDArray[Any],
) -> NDArray[np.bool_]:
    """Return with which draws more was drawn than had come by their day; columns as of `out_of_turn`."""
    came = np.lexsort((delivered, store))
    days = store[came] * LONG + delivered[came]
    held = np.concatenate([np.zeros(1, np.int64), np.cumsum(mass[came])])
    of = store[lot]
    there = held[np.searchsorted(days, of * LONG + at // DAY, side="right")]
    there -= held[np.searchsorted(days, of * LONG)]
    order = np.lexsort((at, of))
    eaten = np.empty(len(lot), np.int64)
    eaten[order] = running(drawn[order], of[order]) + drawn[order]
    return np.asarray(eaten > there)


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
