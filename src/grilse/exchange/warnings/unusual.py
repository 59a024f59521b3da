"""What is unusual in a package but can be true: it warns, and refuses nothing."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.problems import Problems
from grilse.exchange.rows import TableRows
from grilse.exchange.species import ResolvedSpecies
from grilse.exchange.warnings import crowding


def warn_unusual(tables: Mapping[str, TableRows], resolved: ResolvedSpecies, problems: Problems) -> None:
    """Add a warning for weights outside their stage and for crowded containers and areas."""
    weights, movements = tables["weights"], tables["movements"]
    rows = np.arange(len(weights))
    warn_stage_weights(weights, weights["placement"], weights["mean_weight_g"], rows, resolved, problems)
    for side in ("from_placement", "to_placement"):
        rows = np.flatnonzero(movements.is_filled("mean_weight_g") & (movements[side] >= 0))
        warn_stage_weights(movements, movements[side][rows], movements["mean_weight_g"][rows], rows, resolved, problems)
    crowding.warn_crowding(tables, problems)


def warn_stage_weights(
    table: TableRows,
    placement: NDArray[np.int64],
    grams: NDArray[np.float64],
    rows: NDArray[np.int64],
    resolved: ResolvedSpecies,
    problems: Problems,
) -> None:
    """Warn of mean weights that are not usual in the stage."""
    usual = resolved.typical_weights[placement]
    odd = (grams < usual[:, 0]) | (grams > usual[:, 1])
    if odd.any():
        add_rows_warning(table, rows[odd], "mean weights outside the range of their stage", problems)


def add_rows_warning(table: TableRows, rows: NDArray[np.int64], what: str, problems: Problems) -> None:
    """Add one warning for all rows of a kind."""
    problems.warnings.append(f"{table.file}: {len(rows):,} {what}, the first on line {table.lines[rows].min()}")
