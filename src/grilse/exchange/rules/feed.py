"""The rules of feed: draws cover meals, oldest delivery first, and no store is over its capacity."""

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.rows import TableRows, Tables
from grilse.exchange.rules.days import find_days
from grilse.exchange.sorting import find_rows
from grilse.feeding import messages
from grilse.feeding.fifo import Draws, compute_meal_costs, find_draws_out_of_order, find_shortages, number_feed_stocks
from grilse.feeding.rules import compute_morning_stock, is_invalid_mass
from grilse.science.days import from_epoch_day


def check_feed(tables: Tables) -> None:
    """Check masses, sums, costs and order of draws."""
    draws, meals, lots = tables["draws"], tables["meals"], tables["feed_lots"]
    for rows, what in ((meals, "meal"), (lots, "delivery"), (draws, "draw")):
        if rows.file not in rows.problems.files:
            rows.add_problems(is_invalid_mass(rows["kg"]), "kg", f"a {what} of less than half a gram")
    if not len(draws):
        return
    meal = find_draw_meals(draws, meals)
    draws.add_problems(meal < 0, "at", "no meal of this placement is at this time")
    if {draws.file, meals.file, lots.file} & draws.problems.files:
        return
    check_sums(draws, meals, meal)
    check_costs(draws, meals, lots, meal)
    # A draw that the store cannot cover is also too early or too large: only the cause is reported.
    if not check_cover(draws, meals, lots, meal):
        check_lots(draws, lots)
        check_fifo_order(draws, lots)


def find_draw_meals(draws: TableRows, meals: TableRows) -> NDArray[np.int64]:
    """Return the meal of each draw, -1 where there is none."""
    return find_rows([meals["placement"], meals["at"]], [draws["placement"], draws["at"]])


def check_sums(draws: TableRows, meals: TableRows, meal: NDArray[np.int64]) -> None:
    """Report the meals whose draws do not sum to their mass."""
    drawn = np.zeros(len(meals), np.int64)
    np.add.at(drawn, meal, draws["kg"])
    for row in np.flatnonzero((drawn > 0) & (drawn != meals["kg"])).tolist():
        meals.add_problems([row], "kg", f"its draws are {drawn[row] / 1000:,.3f} kg")


def check_costs(draws: TableRows, meals: TableRows, lots: TableRows, meal: NDArray[np.int64]) -> None:
    """Report the meals whose cost is not the cost of their draws."""
    if not lots.is_filled("price_per_kg").all():
        return
    cost = compute_meal_costs(Draws(meal, draws["lot"].astype(np.int64), draws["kg"]), lots["price_per_kg"], len(meals))
    drew = np.isin(np.arange(len(meals)), meal) & meals.is_filled("cost")
    for row in np.flatnonzero(drew & (meals["cost"] != cost)).tolist():
        meals.add_problems([row], "cost", f"its draws cost {cost[row]:,}")


def check_cover(draws: TableRows, meals: TableRows, lots: TableRows, meal: NDArray[np.int64]) -> bool:
    """Report the first meal of each feed stock that it cannot cover; return whether there is any."""
    lot_stock = number_feed_stocks(lots["feed_store"], lots["feed"])
    stock = lot_stock[draws["lot"]]
    day = find_days(draws, "at")
    is_short = find_shortages(lot_stock, lots["delivered"], lots["kg"], stock, draws["at"], day, draws["kg"])
    for row in select_first(np.flatnonzero(is_short), draws["at"], stock):
        lot = int(draws["lot"][row])
        store, feed = lots.format_cell(lot, "feed_store"), lots.format_cell(lot, "feed")
        meals.add_problems([int(meal[row])], "kg", messages.describe_shortage(store, feed, from_epoch_day(day[row])))
    return bool(is_short.any())


def check_lots(draws: TableRows, lots: TableRows) -> None:
    """Report the deliveries of which more was drawn than was delivered, and the draws before them."""
    drawn = np.zeros(len(lots), np.int64)
    np.add.at(drawn, draws["lot"], draws["kg"])
    for row in np.flatnonzero(drawn > lots["kg"]).tolist():
        lots.add_problems([row], "lot", f"{drawn[row] / 1000:,.3f} kg drawn of {lots['kg'][row] / 1000:,.3f} kg")
    is_early = find_days(draws, "at") < lots["delivered"][draws["lot"]]
    draws.add_problems(is_early, "at", "before the lot was delivered")


def check_fifo_order(draws: TableRows, lots: TableRows) -> None:
    """Report the draws that leave older feed of the store and product unused."""
    wrong = find_draws_out_of_order(
        number_feed_stocks(lots["feed_store"], lots["feed"]),
        lots["delivered"],
        lots["kg"],
        draws["lot"],
        draws["at"],
        draws["kg"],
    )
    draws.add_problems(wrong, "lot", "not first in, first out: an older delivery of the product lies in the store")


def check_store_capacity(tables: Tables) -> None:
    """Report the first delivery of each store that brings it over its capacity."""
    lots, draws, stores = tables["feed_lots"], tables["draws"], tables["feed_stores"]
    # Without draws the outflow of the stores is unknown.
    if not len(draws) or {lots.file, draws.file, stores.file} & lots.problems.files:
        return
    is_delivery = np.arange(len(lots) + len(draws)) < len(lots)
    stock_grams = compute_morning_stock(
        np.concatenate([lots["feed_store"], lots["feed_store"][draws["lot"]]]),
        np.concatenate([lots["delivered"], find_days(draws, "at")]),
        np.concatenate([lots["kg"], -draws["kg"]]),
        is_delivery,
    )[: len(lots)]
    rows = np.flatnonzero(stock_grams > stores["capacity_kg"][lots["feed_store"]] * 1000)
    for row in select_first(rows, lots["delivered"], lots["feed_store"]):
        name, capacity = lots.format_cell(row, "feed_store"), stores["capacity_kg"][lots["feed_store"][row]]
        day = from_epoch_day(lots["delivered"][row])
        why = messages.describe_overfull_store(name, float(capacity), day, int(stock_grams[row]))
        lots.add_problems([row], "kg", why)


def select_first(rows: NDArray[np.int64], time: NDArray[np.int64], group: NDArray[np.int64]) -> list[int]:
    """Return the earliest of some rows in each group."""
    rows = rows[np.argsort(time[rows], kind="stable")]
    _, first = np.unique(group[rows], return_index=True)
    return rows[first].tolist()
