"""Collects the events of a batch, and returns them as columns."""

import numpy as np
from numpy.typing import ArrayLike

from grilse.generator.truth.batch_truth import Columns

_TYPES: dict[str, type] = {"weight_g": np.float64, "cv": np.float64, "efficacy": np.float64}
COLUMNS = {
    "moves": ("day", "source", "target", "count", "weight_g"),
    "culls": ("day", "placement", "count", "reason"),
    "harvests": ("day", "placement", "count", "weight_g", "cv"),
    "treatments": ("day", "placement", "method", "efficacy", "event"),
    "vaccinations": ("day", "placement", "kind"),
    "lice_counts": (*("day", "placement", "fish_counted"), *("adult_female", "mobile", "attached", "total", "caligus")),
}


class EventLog:
    """Events in blocks of rows; a block may mix single values with arrays."""

    def __init__(self) -> None:
        self._blocks: dict[str, list[tuple[ArrayLike, ...]]] = {kind: [] for kind in COLUMNS}

    def add(self, kind: str, *values: ArrayLike) -> None:
        """Add rows; `values` are in the order of the columns of the kind."""
        self._blocks[kind].append(values)

    def build_columns(self, kind: str) -> Columns:
        """Return all rows of a kind."""
        names = COLUMNS[kind]
        blocks = [np.broadcast_arrays(*map(np.atleast_1d, block)) for block in self._blocks[kind]]
        return {
            name: np.concatenate([np.empty(0), *(block[i] for block in blocks)]).astype(_TYPES.get(name, np.int64))
            for i, name in enumerate(names)
        }
