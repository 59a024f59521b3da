"""The hidden truth on the rows of a group that the estimator knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.generator.truth import BatchTruth
from grilse.growth.groups import Named
from grilse.science.parameters import load

Column = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrueRows:
    """What was true at the end of each placement-day, shape (rows,)."""

    there: NDArray[np.bool_]
    """Whether fish stood there."""
    count: Column
    weight: Column
    """g; 1 where no fish stood."""
    lost: Column
    """Share of the appetite that disease took."""

    @property
    def biomass(self) -> Column:
        """kg."""
        return self.count * self.weight / 1000.0


def true_rows(connection: Connection[Any], named: Named, truths: Mapping[str, BatchTruth]) -> TrueRows:
    """Lay the truths of batches, by number, out on the rows of their group; one statement."""
    rows = named.group.rows
    count, lost = np.zeros((2, rows.day.size))
    weight = np.ones(rows.day.size)
    placed = {name: (truth, p) for truth in truths.values() for p, name in enumerate(names(truth))}
    known = dict(connection.execute(NAMES, [named.placements.tolist()]).fetchall())
    for position, id in enumerate(named.placements.tolist()):
        truth, p = placed[known[id]]
        here, there = int(rows.offset[position]), int(truth.offset[p])
        days = min(int(rows.offset[position + 1]) - here, int(truth.offset[p + 1]) - there)
        mine, its = slice(here, here + days), slice(there, there + days)
        count[mine], weight[mine] = truth.count[its], truth.weight_g[its]
        lost[mine] = load("appetite")["sickness_loss"] * truth.sick[its]
    stood = count > 0
    return TrueRows(there=stood, count=count, weight=np.where(stood, weight, 1.0), lost=lost)


def names(truth: BatchTruth) -> list[str]:
    """Names of a truth's placements, as the database has them."""
    return [f"{truth.number}/{stage}/{box}" for stage, box in zip(truth.stage, truth.container, strict=True)]


NAMES = "SELECT id, name FROM stock_placement WHERE id = ANY(%s)"
