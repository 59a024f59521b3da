"""The rules of feed: draws cover meals and losses, oldest delivery first, and no store is over its capacity."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.rows import TableRows, Tables
from grilse.exchange.rules.adjustments import check_adjustments, check_differences, find_draw_adjustments, get_lot_times
from grilse.exchange.rules.days import find_days
from grilse.exchange.sorting import find_rows
from grilse.feeding import messages
from grilse.feeding.fifo import Draws, compute_meal_costs, find_draws_out_of_order, find_shortages, number_feed_stocks
from grilse.feeding.rules import compute_morning_stock, is_invalid_mass
from grilse.science.days import from_epoch_day


@dataclass(frozen=True, slots=True)
class Drawing:
    """What meals, then losses and counts draw from lots."""

    meal: NDArray[np.int64]
    """The meal of each draw of a meal."""
    adjustment: NDArray[np.int64]
    """The adjustment of each other draw."""
    lot: NDArray[np.int64]
    at: NDArray[np.int64]
    day: NDArray[np.int64]
    grams: NDArray[np.int64]


def check_feed(tables: Tables) -> None:
    """Check masses, sums, costs and order of draws, and the differences of counts."""
    draws, meals, lots = tables["draws"], tables["meals"], tables["feed_lots"]
    adjustments, store_draws = tables["store_adjustments"], tables["store_draws"]
    for rows, what in ((meals, "meal"), (lots, "delivery"), (draws, "draw"), (store_draws, "draw")):
        if rows.file not in rows.problems.files:
            rows.add_problems(is_invalid_mass(rows["kg"]), "kg", f"a {what} of less than half a gram")
    check_adjustments(adjustments, tables["feed_stores"])
    if not len(draws) and not len(adjustments):
        return
    meal, adjustment = find_draw_meals(draws, meals), find_draw_adjustments(store_draws, adjustments)
    draws.add_problems(meal < 0, "at", "no meal of this placement is at this time")
    store_draws.add_problems(adjustment < 0, "at", "no count or loss of this kind, store and feed is at this time")
    if {rows.file for rows in (draws, meals, lots, adjustments, store_draws)} & draws.problems.files:
        return
    lot, at, grams = (np.concatenate([draws[name], store_draws[name]]).astype(np.int64) for name in ("lot", "at", "kg"))
    day = np.concatenate([find_days(draws, "at"), find_days(store_draws, "at")])
    drawing = Drawing(meal, adjustment, lot, at, day, grams)
    check_sums(draws, meals, meal)
    check_costs(draws, meals, lots, meal)
    check_differences(tables, drawing.lot[: len(meal)], adjustment)
    # A draw that the store cannot cover is also too early or too large: only the cause is reported.
    if not check_cover(drawing, tables):
        check_lots(drawing, draws, store_draws, lots)
        check_fifo_order(drawing, draws, store_draws, lots)


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


def check_cover(drawing: Drawing, tables: Tables) -> bool:
    """Report the first meal or loss of each feed stock that it cannot cover; return whether there is any."""
    lots, meals, adjustments = tables["feed_lots"], tables["meals"], tables["store_adjustments"]
    lot_stock = number_feed_stocks(lots["feed_store"], lots["feed"])
    stock = lot_stock[drawing.lot]
    is_short = find_shortages(lot_stock, get_lot_times(lots), lots["kg"], stock, drawing.at, drawing.grams)
    for row in select_first(np.flatnonzero(is_short), drawing.at, stock):
        lot, day = int(drawing.lot[row]), from_epoch_day(drawing.day[row])
        names = lots.format_cell(lot, "feed_store"), lots.format_cell(lot, "feed")
        if row < len(drawing.meal):
            meals.add_problems([int(drawing.meal[row])], "kg", messages.describe_shortage(*names, day))
        else:
            place = int(drawing.adjustment[row - len(drawing.meal)])
            adjustments.add_problems([place], "kg", messages.describe_shortage(*names, day, "a loss of feed"))
    return bool(is_short.any())


def check_lots(drawing: Drawing, draws: TableRows, store_draws: TableRows, lots: TableRows) -> None:
    """Report the deliveries of which more was drawn than was delivered, and the draws before them."""
    drawn = np.zeros(len(lots), np.int64)
    np.add.at(drawn, drawing.lot, drawing.grams)
    for row in np.flatnonzero(drawn > lots["kg"]).tolist():
        lots.add_problems([row], "lot", f"{drawn[row] / 1000:,.3f} kg drawn of {lots['kg'][row] / 1000:,.3f} kg")
    is_early = drawing.at < get_lot_times(lots)[drawing.lot]
    draws.add_problems(is_early[: len(draws)], "at", "before the lot was delivered")
    store_draws.add_problems(is_early[len(draws) :], "at", "before the lot was delivered")


def check_fifo_order(drawing: Drawing, draws: TableRows, store_draws: TableRows, lots: TableRows) -> None:
    """Report the draws that leave older feed of the store and product unused."""
    stock = number_feed_stocks(lots["feed_store"], lots["feed"])
    wrong = find_draws_out_of_order(stock, get_lot_times(lots), lots["kg"], drawing.lot, drawing.at, drawing.grams)
    why = "not first in, first out: an older delivery of the product lies in the store"
    draws.add_problems(wrong[: len(draws)], "lot", why)
    store_draws.add_problems(wrong[len(draws) :], "lot", why)


def check_store_capacity(tables: Tables) -> None:
    """Report the first delivery of each store that brings it over its capacity."""
    lots, draws, stores = tables["feed_lots"], tables["draws"], tables["feed_stores"]
    store_draws = tables["store_draws"]
    # Without draws the outflow of the stores is unknown.
    if not (len(draws) or len(store_draws)) or {lots.file, draws.file, stores.file} & lots.problems.files:
        return
    lot = np.concatenate([draws["lot"], store_draws["lot"]])
    # Feed that a count added is there after the morning.
    is_delivery = np.concatenate([~lots.is_filled("counted_at"), np.zeros(len(lot), np.bool_)])
    stock_grams = compute_morning_stock(
        np.concatenate([lots["feed_store"], lots["feed_store"][lot]]),
        np.concatenate([lots["delivered"], find_days(draws, "at"), find_days(store_draws, "at")]),
        np.concatenate([lots["kg"], -draws["kg"], -store_draws["kg"]]),
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
