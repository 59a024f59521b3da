"""The rule of batches: one of which no fish stand any more is closed, and none come to it again."""

from collections.abc import Mapping

import numpy as np

from grilse.exchange.cells import NULL
from grilse.exchange.fish_rules import STANDING, superseded
from grilse.exchange.order import sorting
from grilse.exchange.rows import Rows
from grilse.stock import refusals


def check(tables: Mapping[str, Rows]) -> None:
    """Blame the placements that fish come to after those of their batch before had all ended."""
    rows = tables["placements"]
    batch, start = rows["batch"].astype(np.int64), rows["start_date"]
    order = sorting([batch, start])
    order = order[(batch[order] >= 0) & (start[order] != NULL)]
    stop = np.where(rows.given("end_date"), rows["end_date"], STANDING)[order]
    # The latest end so far, batch by batch: a long stay may cover several that follow.
    reached = np.maximum.accumulate(batch[order] * (2 * STANDING) + stop)[:-1]
    before, after = order[:-1], order[1:]
    gap = (batch[before] == batch[after]) & (reached - batch[after] * (2 * STANDING) < start[after])
    for row in sorted(after[gap & stocked(tables)[after]].tolist()):
        rows.blame([row], "start_date", refusals.closed(rows.shown(row, "batch")))


def stocked(tables: Mapping[str, Rows]) -> np.ndarray:
    """Return which placements fish ever came to: one whose only row was withdrawn stays, and is empty."""
    movements = tables["movements"]
    came = (movements["count"] > 0) & (movements["to_placement"] >= 0) & ~superseded(movements)
    return np.isin(np.arange(len(tables["placements"])), movements["to_placement"][came])
