"""The rules of feed: what a meal drew, and that the oldest delivery goes first."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import DAY
from grilse.exchange.rows import TableRows
from grilse.exchange.sorting import find_rows
from grilse.feeding import messages
from grilse.feeding.fifo import Draws, compute_meal_costs

Tables = Mapping[str, TableRows]
DATE_SPAN = 1 << 31  # days, beyond any date


def check_feed(tables: Tables) -> None:
    """Find draws of no meal, meals and lots that do not add up, and draws out of turn."""
    draws, meals, lots = tables["draws"], tables["meals"], tables["feed_lots"]
    for rows, what in ((meals, "meal"), (lots, "delivery"), (draws, "draw")):
        if rows.file not in rows.problems.files:
            rows.add_problems(rows["kg"] == 0, "kg", f"a {what} of less than half a gram")
    if not len(draws):
        return
    meal = find_draw_meals(draws, meals)
    draws.add_problems(meal < 0, "at", "no meal of this placement is at this time")
    if {draws.file, meals.file, lots.file} & draws.problems.files:
        return
    check_sums(draws, meals, meal)
    check_costs(draws, meals, lots, meal)
    # What a store does not hold is drawn too early or too much besides: the cause is told alone.
    if not check_cover(draws, meals, lots, meal):
        check_lots(draws, lots)
        check_fifo_order(draws, lots)


def find_draw_meals(draws: TableRows, meals: TableRows) -> NDArray[np.int64]:
    """Return the meal of each draw, -1 where there is none."""
    return find_rows([meals["placement"], meals["at"]], [draws["placement"], draws["at"]])


def check_sums(draws: TableRows, meals: TableRows, meal: NDArray[np.int64]) -> None:
    """Blame the meals whose draws are not their mass."""
    drawn = np.zeros(len(meals), np.int64)
    np.add.at(drawn, meal, draws["kg"])
    for row in np.flatnonzero((drawn > 0) & (drawn != meals["kg"])).tolist():
        meals.add_problems([row], "kg", f"its draws are {drawn[row] / 1000:,.3f} kg")


def check_costs(draws: TableRows, meals: TableRows, lots: TableRows, meal: NDArray[np.int64]) -> None:
    """Blame the meals that drew from lots and cost something else than they did."""
    if not lots.is_filled("price_per_kg").all():
        return
    cost = compute_meal_costs(Draws(meal, draws["lot"].astype(np.int64), draws["kg"]), lots["price_per_kg"], len(meals))
    drew = np.isin(np.arange(len(meals)), meal) & meals.is_filled("cost")
    for row in np.flatnonzero(drew & (meals["cost"] != cost)).tolist():
        meals.add_problems([row], "cost", f"its draws cost {cost[row]:,}")


def check_cover(draws: TableRows, meals: TableRows, lots: TableRows, meal: NDArray[np.int64]) -> bool:
    """Blame the first meal of each store and product that it does not hold enough for; tell whether any."""
    stocks = number_feed_stocks(lots)
    short = find_uncovered_draws(stocks, lots["delivered"], lots["kg"], draws["lot"], draws["at"], draws["kg"])
    rows = np.flatnonzero(short)
    rows = rows[np.argsort(draws["at"][rows], kind="stable")]
    _, first = np.unique(stocks[draws["lot"][rows]], return_index=True)
    for row in rows[first].tolist():
        lot, day = int(draws["lot"][row]), np.datetime64(int(draws["at"][row] // DAY), "D")
        store, feed = lots.format_cell(lot, "feed_store"), lots.format_cell(lot, "feed")
        meals.add_problems([int(meal[row])], "kg", messages.describe_shortage(store, feed, day.astype(date)))
    return bool(len(rows))


def check_lots(draws: TableRows, lots: TableRows) -> None:
    """Blame the deliveries of which more was drawn than came, and the draws before them."""
    drawn = np.zeros(len(lots), np.int64)
    np.add.at(drawn, draws["lot"], draws["kg"])
    for row in np.flatnonzero(drawn > lots["kg"]).tolist():
        lots.add_problems([row], "lot", f"{drawn[row] / 1000:,.3f} kg drawn of {lots['kg'][row] / 1000:,.3f} kg")
    draws.add_problems(draws["at"] // DAY < lots["delivered"][draws["lot"]], "at", "before the lot was delivered")


def check_fifo_order(draws: TableRows, lots: TableRows) -> None:
    """Blame the draws that leave older feed of the store and product behind."""
    wrong = find_draws_out_of_order(
        number_feed_stocks(lots), lots["delivered"], lots["kg"], draws["lot"], draws["at"], draws["kg"]
    )
    draws.add_problems(wrong, "lot", "not first in, first out: an older delivery of the product lies in the store")


def number_feed_stocks(lots: TableRows) -> NDArray[np.int64]:
    """Return a number for the store and product of each delivery: a product has its own store."""
    products = int(lots["feed"].max(initial=0)) + 1
    return lots["feed_store"].astype(np.int64) * products + lots["feed"]


def find_uncovered_draws(
    store: NDArray[Any],
    delivered: NDArray[Any],
    mass: NDArray[Any],
    lot: NDArray[Any],
    at: NDArray[Any],
    drawn: NDArray[Any],
) -> NDArray[np.bool_]:
    """Return with which draws more was drawn than had come by their day; columns as of `find_draws_out_of_order`."""
    came = np.lexsort((delivered, store))
    days = store[came] * DATE_SPAN + delivered[came]
    held = np.concatenate([np.zeros(1, np.int64), np.cumsum(mass[came])])
    of = store[lot]
    there = held[np.searchsorted(days, of * DATE_SPAN + at // DAY, side="right")]
    there -= held[np.searchsorted(days, of * DATE_SPAN)]
    order = np.lexsort((at, of))
    eaten = np.empty(len(lot), np.int64)
    eaten[order] = compute_running_sums(drawn[order], of[order]) + drawn[order]
    return np.asarray(eaten > there)


def find_draws_out_of_order(
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
    base = compute_running_sums(mass[turn], store[turn])[rank]
    order = np.lexsort((rank[lot], at, store[lot]))
    begins = np.empty(len(lot), np.int64)
    begins[order] = compute_running_sums(drawn[order], store[lot[order]])
    return np.asarray((begins < base[lot]) | (begins + drawn > base[lot] + mass[lot]))


def compute_running_sums(values: NDArray[Any], group: NDArray[Any]) -> NDArray[np.int64]:
    """Return the sum of the values before each one in its group; a group's rows stand together."""
    before = np.cumsum(values) - values
    begins = np.ones(len(values), np.bool_)
    begins[1:] = group[1:] != group[:-1]
    return before - before[np.flatnonzero(begins)][np.cumsum(begins) - 1]
