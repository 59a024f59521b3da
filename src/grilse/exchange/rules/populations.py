"""The populations of placements that the movements of a package add up to."""

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.rows import TableRows
from grilse.stock.ledger import Populations, compute_populations
from grilse.textfiles.cells import NULL


def sum_effective_movements(movements: TableRows, replaced: NDArray[np.bool_], placements: int) -> Populations:
    """Return the populations that a package's rows add up to, without the replaced ones."""
    counted = ~replaced & (movements["date"] != NULL) & (movements["count"] != NULL)
    columns = ("from_placement", "to_placement", "date", "count")
    return compute_populations(*(movements[column][counted] for column in columns), placements=placements)
