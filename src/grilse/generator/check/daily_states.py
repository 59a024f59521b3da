"""The daily states: one for each day that fish stood, with the ledger's count."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from psycopg import Connection

from grilse.bulk.copy import read_columns
from grilse.exchange.sorting import find_positions
from grilse.generator.check.ledger import sum_by_group
from grilse.generator.check.result import Check, check_law
from grilse.generator.check.stock_arrays import StockArrays

DAILY = "SELECT placement_id, date, count FROM growth_dailystate"
BATCH = "SELECT s.batch_id, s.date, s.count FROM growth_batchstate s"


def check_states(connection: Connection[Any], stock: StockArrays) -> Iterator[Check]:
    """Yield that states say what the ledger says; two statements."""
    daily = read_columns(connection, DAILY, {"placement_id": "int8", "date": "date", "count": "int4"})
    placement = find_positions(stock.placements["id"], daily["placement_id"])
    is_known = placement >= 0
    placement, day = placement[is_known], daily["date"][is_known].astype(np.int64)
    counts = stock.populations.get_counts_before(placement, day + 1)
    wrong = counts != daily["count"][is_known]
    yield check_law("daily states hold the ledger's count", int(wrong.sum()), f"{len(wrong):,} states")
    batch_states = read_columns(connection, BATCH, {"batch_id": "int8", "date": "date", "count": "int4"})
    span = int(max(day.max(initial=0), batch_states["date"].max(initial=0))) + 1
    keys, group = np.unique(stock.placements["batch_id"][placement] * span + day, return_inverse=True)
    sums = sum_by_group(group, counts, len(keys))
    row = find_positions(keys, batch_states["batch_id"] * span + batch_states["date"])
    same = (row >= 0) & (np.append(sums, 0)[row] == batch_states["count"])
    yield check_law(
        "batch states are the sum of their placements", int((~same).sum()), f"{len(batch_states['date']):,} states"
    )
