"""The rule of feed stores: no more lies in one than it holds."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import DAY
from grilse.exchange.rows import TableRows
from grilse.exchange.rules.feed import compute_running_sums
from grilse.feeding import messages


def check_store_capacity(tables: Mapping[str, TableRows]) -> None:
    """Blame the first delivery of each store with which it is too full."""
    lots, draws, stores = tables["feed_lots"], tables["draws"], tables["feed_stores"]
    # Without draws nothing is known of what left the stores.
    if not len(draws) or {lots.file, draws.file, stores.file} & lots.problems.files:
        return
    stock_grams = compute_morning_stock(lots, draws)
    over = stock_grams > stores["capacity_kg"][lots["feed_store"]] * 1000
    rows = np.flatnonzero(over)
    rows = rows[np.argsort(lots["delivered"][rows], kind="stable")]
    _, first = np.unique(lots["feed_store"][rows], return_index=True)
    for row in rows[first].tolist():
        name, capacity = lots.format_cell(row, "feed_store"), stores["capacity_kg"][lots["feed_store"][row]]
        day = np.datetime64(int(lots["delivered"][row]), "D").item()
        lots.add_problems(
            [row], "kg", messages.describe_overfull_store(name, float(capacity), day, int(stock_grams[row]))
        )


def compute_morning_stock(lots: TableRows, draws: TableRows) -> NDArray[np.int64]:
    """Return, for each delivery, the grams that lie in its store once all of its day have come."""
    came = np.arange(len(lots) + len(draws)) < len(lots)
    store = np.concatenate([lots["feed_store"], lots["feed_store"][draws["lot"]]]).astype(np.int64)
    grams = np.concatenate([lots["kg"], -draws["kg"]])
    at = np.concatenate([lots["delivered"].astype(np.int64) * DAY, draws["at"]])
    order = np.lexsort((~came, at, store))  # a delivery comes before the meals of its day
    stock_grams = np.empty(len(order), np.int64)
    stock_grams[order] = compute_running_sums(grams[order], store[order]) + grams[order]
    # The last of its store and day says what lies there for all of them.
    _, day = np.unique(np.stack([store[came], at[came]]), axis=1, return_inverse=True)
    most = np.zeros(int(day.max(initial=-1)) + 1, np.int64)
    np.maximum.at(most, day.reshape(-1), stock_grams[came])
    return most[day.reshape(-1)]
