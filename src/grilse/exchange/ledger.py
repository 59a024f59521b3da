"""Populations from the rows of a package that nothing replaces."""

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import NULL
from grilse.exchange.rows import TableRows
from grilse.stock.ledger import Populations, compute_populations


def sum_effective_movements(movements: TableRows, replaced: NDArray[np.bool_], placements: int) -> Populations:
    """Return the populations that a package's rows add up to, `replaced` ones left out."""
    counted = ~replaced & (movements["date"] != NULL) & (movements["count"] != NULL)
    columns = ("from_placement", "to_placement", "date", "count")
    return compute_populations(*(movements[column][counted] for column in columns), placements=placements)
