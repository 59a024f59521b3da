"""The rules of counts and losses of feed stores: masses, reasons, and the differences that follow from counts."""

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.rows import TableRows, Tables
from grilse.exchange.rules.days import describe_day, find_days, find_row_zones
from grilse.exchange.sorting import find_rows
from grilse.feeding import messages
from grilse.feeding.fifo import (
    COUNT_DELAY,
    Draws,
    compute_count_differences,
    compute_meal_costs,
    find_latest_lots,
    number_feed_stocks,
)
from grilse.feeding.rules import find_counts_over_capacity, find_invalid_adjustments
from grilse.science.time_zones import compute_day_starts

KEY = ("feed_store", "feed", "at")


def check_adjustments(rows: TableRows, stores: TableRows) -> None:
    """Report masses that no count or loss has, counts over the capacity of their store, and losses without a reason."""
    is_count = rows["kind"] == "COUNT"
    if not {rows.file, stores.file} & rows.problems.files:
        capacity = stores["capacity_kg"][rows["feed_store"]]
        for row in np.flatnonzero(find_counts_over_capacity(rows["kg"], is_count, capacity)).tolist():
            name, kg = rows.format_cell(row, "feed_store"), int(rows["kg"][row])
            rows.add_problems([row], "kg", messages.describe_count_over_capacity(name, float(capacity[row]), kg))
    if rows.file not in rows.problems.files:
        for row in np.flatnonzero(find_invalid_adjustments(rows["kg"], is_count)).tolist():
            why = messages.describe_invalid_adjustment(rows["kind"][row], int(rows["kg"][row]))
            rows.add_problems([row], "kg", why)
    for row in np.flatnonzero(~is_count & ~rows.is_filled("reason")).tolist():
        rows.add_problems([row], "reason", messages.describe_missing_reason(rows["kind"][row]))


def find_draw_adjustments(draws: TableRows, adjustments: TableRows) -> NDArray[np.int64]:
    """Return the count or loss of each draw, -1 where there is none."""
    keys = ([*(rows[column] for column in KEY), rows["kind"].astype(np.str_)] for rows in (adjustments, draws))
    return find_rows(*keys)


def get_lot_times(lots: TableRows) -> NDArray[np.int64]:
    """Return the time from which on a lot can be drawn."""
    counted = lots.is_filled("counted_at")
    starts = compute_day_starts(lots["delivered"].astype(np.int64), *find_row_zones(lots))
    return np.where(counted, lots["counted_at"] + COUNT_DELAY, starts)


def check_differences(tables: Tables, meal_lot: NDArray[np.int64], adjustment: NDArray[np.int64]) -> None:
    """Report differences and costs that do not follow from the counts, and lots that no count adds."""
    rows, lots, draws = tables["store_adjustments"], tables["feed_lots"], tables["store_draws"]
    counted, is_count = lots.is_filled("counted_at"), rows["kind"] == "COUNT"
    if not len(rows):
        lots.add_problems(counted, "counted_at", "no count of the store adds this feed at this price")
        return
    stocks = number_feed_stocks(*(np.concatenate([lots[column], rows[column]]) for column in KEY[:2]))
    lot_stock, stock = stocks[: len(lots)], stocks[len(lots) :]
    meals = tables["draws"]
    expected = compute_count_differences(
        lot_stock[~counted],
        get_lot_times(lots)[~counted],
        lots["kg"][~counted],
        np.concatenate([lot_stock[meal_lot], stock]),
        np.concatenate([meals["at"], rows["at"]]),
        np.concatenate([meals["kg"], rows["kg"]]),
        np.concatenate([np.zeros(len(meals), np.bool_), is_count]),
    )[len(meals) :]
    expected = np.where(is_count, expected, -rows["kg"])
    drawn = np.zeros(len(rows), np.int64)
    np.add.at(drawn, adjustment, draws["kg"])
    for row in np.flatnonzero((rows["difference_kg"] != expected) | (drawn != np.maximum(-expected, 0))).tolist():
        why = f"deliveries, meals and counts make it {expected[row] / 1000:,.3f}, its draws {-drawn[row] / 1000:,.3f}"
        rows.add_problems([row], "difference_kg", why)
    cost = compute_meal_costs(
        Draws(adjustment, draws["lot"].astype(np.int64), draws["kg"]), lots["price_per_kg"], len(rows)
    )
    # Of the deliveries of one day, the last by number is the latest.
    turn = np.argsort(lots["lot"].astype(np.str_))
    latest = find_latest_lots(lot_stock[turn], get_lot_times(lots)[turn], stock, rows["at"])
    price = np.append(lots["price_per_kg"][turn], -1)[latest]
    added = np.flatnonzero(expected > 0)
    cost[added] = -((expected[added] * price[added] + 500) // 1000)
    check_counted_lots(rows, lots, expected, price)
    for row in np.flatnonzero(rows["cost"] != cost).tolist():
        rows.add_problems([row], "cost", f"its feed costs {cost[row]:,}")


def check_counted_lots(rows: TableRows, lots: TableRows, expected: NDArray[np.int64], price: NDArray[np.int64]) -> None:
    """Report lots that are not what a count adds at the price of the latest lot, and counts without their lot."""
    counted, added = np.flatnonzero(lots.is_filled("counted_at")), np.flatnonzero(expected > 0)
    times = [lots["feed_store"][counted], lots["feed"][counted], lots["counted_at"][counted]]
    row = np.append(added, -1)[find_rows([rows[column][added] for column in KEY], times)]
    is_wrong = (row < 0) | (lots["kg"][counted] != expected[row]) | (lots["price_per_kg"][counted] != price[row])
    lots.add_problems(counted[is_wrong].tolist(), "counted_at", "no count of the store adds this feed at this price")
    day = find_days(lots, "counted_at")
    for lot in counted[lots["delivered"][counted] != day[counted]].tolist():
        what = describe_day(lots, lot, "counted_at", int(day[lot]))
        lots.add_problems([lot], "delivered", f"the count that added it was on {what}")
    missing = ~np.isin(added, row)
    rows.add_problems(added[missing].tolist(), "difference_kg", "no lot is the feed that the count adds")
