"""What the laws look at: placements, the ledger and the batches, as arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import read_columns
from grilse.stock.ledger import NOT_REPLACED, Populations, compute_populations

OPEN_STOP = np.iinfo(np.int32).max  # the end of a placement that stands

PLACEMENTS = (
    "SELECT p.id, p.company_id, p.batch_id, p.container_id, p.start, coalesce(p.stop, '9999-12-31') AS stop,"
    ' s."order" AS stage, p.name FROM stock_placement p JOIN stock_stage s ON s.id = p.stage_id ORDER BY p.id'
)
# Only rows that nothing replaces count.
MOVEMENTS = (
    "SELECT m.date, (m.kind = 'TRANSFER')::int AS moved, m.source_id, m.target_id, m.order_id, m.count"
    f" FROM stock_movement m WHERE {NOT_REPLACED.format('m')}"
)
BATCHES = "SELECT id, company_id, number FROM stock_batch ORDER BY id"

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class StockArrays:
    """All companies' placements, movements and batches; placements and batches are named by position."""

    placements: Columns
    movements: Columns
    batches: Columns
    populations: Populations

    @classmethod
    def read_tables(cls, connection: Connection[Any]) -> "StockArrays":
        """Read it; three statements."""
        placements = read_columns(
            connection,
            PLACEMENTS,
            {
                "id": "int8",
                "company_id": "int8",
                "batch_id": "int8",
                "container_id": "int8",
                "start": "date",
                "stop": "date",
                "stage": "int2",
                "name": "text",
            },
        )
        kinds = dict.fromkeys(("source_id", "target_id", "order_id"), "int8")
        movements = read_columns(connection, MOVEMENTS, {"date": "date", "moved": "int4", **kinds, "count": "int4"})
        batches = read_columns(connection, BATCHES, {"id": "int8", "company_id": "int8", "number": "text"})
        placements["batch"] = np.searchsorted(batches["id"], placements["batch_id"])
        for side in ("source", "target"):
            ids = movements.pop(f"{side}_id")
            movements[side] = np.where(ids < 0, -1, np.searchsorted(placements["id"], ids))
        counts = compute_populations(
            movements["source"],
            movements["target"],
            movements["date"],
            movements["count"],
            placements=len(placements["id"]),
        )
        return cls(placements, movements, batches, counts)

    def get_side_batches(self, side: str) -> NDArray[np.int64]:
        """Return the batch on one side of each movement, -1 where the side is none."""
        placement = self.movements[side]
        return np.where(placement < 0, -1, np.append(self.placements["batch"], -1)[placement])
