"""The rule of feed stores: no more lies in one than it holds."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import DAY
from grilse.exchange.feed_rules import running
from grilse.exchange.rows import Rows
from grilse.feeding import refusals


def check(tables: Mapping[str, Rows]) -> None:
    """Blame the first delivery of each store with which it is too full."""
    lots, draws, stores = tables["feed_lots"], tables["draws"], tables["feed_stores"]
    # Without draws nothing is known of what left the stores.
    if not len(draws) or {lots.file, draws.file, stores.file} & lots.problems.files:
        return
    lies = mornings(lots, draws)
    over = lies > stores["capacity_kg"][lots["feed_store"]] * 1000
    rows = np.flatnonzero(over)
    rows = rows[np.argsort(lots["delivered"][rows], kind="stable")]
    _, first = np.unique(lots["feed_store"][rows], return_index=True)
    for row in rows[first].tolist():
        name, capacity = lots.shown(row, "feed_store"), stores["capacity_kg"][lots["feed_store"][row]]
        day = np.datetime64(int(lots["delivered"][row]), "D").item()
        lots.blame([row], "kg", refusals.over_capacity(name, float(capacity), day, int(lies[row])))


def mornings(lots: Rows, draws: Rows) -> NDArray[np.int64]:
    """Return, for each delivery, the grams that lie in its store once all of its day have come."""
    came = np.arange(len(lots) + len(draws)) < len(lots)
    store = np.concatenate([lots["feed_store"], lots["feed_store"][draws["lot"]]]).astype(np.int64)
    grams = np.concatenate([lots["kg"], -draws["kg"]])
    at = np.concatenate([lots["delivered"].astype(np.int64) * DAY, draws["at"]])
    order = np.lexsort((~came, at, store))  # a delivery comes before the meals of its day
    lies = np.empty(len(order), np.int64)
    lies[order] = running(grams[order], store[order]) + grams[order]
    # The last of its store and day says what lies there for all of them.
    _, day = np.unique(np.stack([store[came], at[came]]), axis=1, return_inverse=True)
    most = np.zeros(int(day.max(initial=-1)) + 1, np.int64)
    np.maximum.at(most, day.reshape(-1), lies[came])
    return most[day.reshape(-1)]
