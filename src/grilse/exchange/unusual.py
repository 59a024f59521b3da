"""What is unusual in a package but can be true: it warns, and refuses nothing."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grilse.exchange import crowding
from grilse.exchange.problems import Problems
from grilse.exchange.rows import Rows
from grilse.exchange.species import Resolved


def warn(tables: Mapping[str, Rows], resolved: Resolved, problems: Problems) -> None:
    """Add a warning for weights outside their stage and for crowded containers and areas."""
    weights, movements = tables["weights"], tables["movements"]
    rows = np.arange(len(weights))
    outside(weights, weights["placement"], weights["mean_weight_g"], rows, resolved, problems)
    for side in ("from_placement", "to_placement"):
        rows = np.flatnonzero(movements.given("mean_weight_g") & (movements[side] >= 0))
        outside(movements, movements[side][rows], movements["mean_weight_g"][rows], rows, resolved, problems)
    crowding.warn(tables, problems)


def outside(
    table: Rows,
    placement: NDArray[np.int64],
    grams: NDArray[np.float64],
    rows: NDArray[np.int64],
    resolved: Resolved,
    problems: Problems,
) -> None:
    """Warn of mean weights that are not usual in the stage."""
    usual = resolved.usual[placement]
    odd = (grams < usual[:, 0]) | (grams > usual[:, 1])
    if odd.any():
        tell(table, rows[odd], "mean weights outside the range of their stage", problems)


def tell(table: Rows, rows: NDArray[np.int64], what: str, problems: Problems) -> None:
    """Add one warning for all rows of a kind."""
    problems.warnings.append(
        f"{table.file}: {len(rows):,} {what}, the first on line {table.lines[rows].min()}"
    )
