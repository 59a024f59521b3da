"""Count corrections that follow from the counts of a package, beside those that it holds."""

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.reader import build_blank_column
from grilse.exchange.rows import TableRows, Tables
from grilse.exchange.rules.placements import get_end_days
from grilse.exchange.rules.populations import sum_effective_movements
from grilse.stock.ledger import COUNTING_CAUSE, compute_count_differences
from grilse.textfiles.cells import BLANK

KIND = "COUNT_CORRECTION"


def add_count_corrections(tables: Tables, replaced: NDArray[np.bool_]) -> None:
    """Add to the movements the corrections by which the ledger agrees with the counts."""
    counts, movements, placements = tables["counts"], tables["movements"], tables["placements"]
    if not len(counts):
        return
    order = np.lexsort((counts["date"], counts["placement"]))
    placement, day, count = (counts[name][order].astype(np.int64) for name in ("placement", "date", "count"))
    populations = sum_effective_movements(movements, replaced, len(placements))
    surplus = compute_count_differences(populations, placement, day, count)
    # Fish that the end of a placement brought too few are added the day before, in the ledger but not in the count.
    for row in np.flatnonzero((get_end_days(placements)[placement] == day + 1) & (surplus > 0)).tolist():
        is_added = (movements["kind"] == KIND) & (movements["cause"] == COUNTING_CAUSE) & ~replaced
        is_added &= (movements["to_placement"] == placement[row]) & (movements["date"] == day[row])
        surplus[row] -= min(surplus[row], int(movements["count"][is_added].sum()))
    wrong = np.flatnonzero(surplus)
    sides = {"from_placement": surplus[wrong] > 0, "to_placement": surplus[wrong] < 0}
    _append_rows(
        movements,
        counts.lines[order][wrong],
        date=day[wrong],
        kind=np.full(len(wrong), KIND, object),
        count=np.abs(surplus[wrong]),
        cause=np.full(len(wrong), COUNTING_CAUSE, object),
        **{side: np.where(mine, placement[wrong], BLANK) for side, mine in sides.items()},
    )


def _append_rows(rows: TableRows, lines: NDArray[np.int64], **columns: NDArray[np.generic]) -> None:
    """Append rows, of which other columns are blank."""
    for name, values in rows.columns.items():
        blank = build_blank_column(rows.table.columns_by_name[name], len(lines))
        rows.columns[name] = np.concatenate([values, columns.get(name, blank).astype(values.dtype)])
    rows.lines = np.concatenate([rows.lines, lines])
