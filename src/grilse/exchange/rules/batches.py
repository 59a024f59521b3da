"""The rule of batches: one of which no fish stand any more is closed, and none come to it again."""

from collections.abc import Mapping

import numpy as np

from grilse.exchange.cells import NULL
from grilse.exchange.rows import TableRows
from grilse.exchange.rules.fish import NO_END, find_replaced_rows
from grilse.exchange.sorting import argsort_rows
from grilse.stock import messages


def check_closed_batches(tables: Mapping[str, TableRows]) -> None:
    """Blame the placements that fish come to after those of their batch before had all ended."""
    rows = tables["placements"]
    batch, start = rows["batch"].astype(np.int64), rows["start_date"]
    order = argsort_rows([batch, start])
    order = order[(batch[order] >= 0) & (start[order] != NULL)]
    stop = np.where(rows.is_filled("end_date"), rows["end_date"], NO_END)[order]
    # The latest end so far, batch by batch: a long stay may cover several that follow.
    reached = np.maximum.accumulate(batch[order] * (2 * NO_END) + stop)[:-1]
    before, after = order[:-1], order[1:]
    gap = (batch[before] == batch[after]) & (reached - batch[after] * (2 * NO_END) < start[after])
    for row in sorted(after[gap & find_stocked_placements(tables)[after]].tolist()):
        rows.add_problems([row], "start_date", messages.describe_closed_batch(rows.format_cell(row, "batch")))


def find_stocked_placements(tables: Mapping[str, TableRows]) -> np.ndarray:
    """Return which placements fish ever came to: one whose only row was withdrawn stays, and is empty."""
    movements = tables["movements"]
    came = (movements["count"] > 0) & (movements["to_placement"] >= 0) & ~find_replaced_rows(movements)
    return np.isin(np.arange(len(tables["placements"])), movements["to_placement"][came])
