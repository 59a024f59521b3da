"""Fish counts of placements by day, summed from the ledger; ledgers that do not balance are refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from grilse.bulk.copy import read_columns
from grilse.errors import GrilseError
from grilse.science.days import to_epoch_day
from grilse.stock import messages
from grilse.stock.changes import get_psycopg_connection
from grilse.stock.ledger import NO_END, NOT_REPLACED, Populations, compute_populations, find_unbalanced_placements
from grilse.stock.models import Placement

COLUMN_TYPES = {"source": "int8", "target": "int8", "day": "date", "count": "int4"}
# Movements of every kind subtract fish from their source and add them to their target.
EFFECTIVE_ROWS = f"""
SELECT coalesce(array_position(%(placements)s::bigint[], m.source_id), 0)::bigint - 1 AS source,
       coalesce(array_position(%(placements)s::bigint[], m.target_id), 0)::bigint - 1 AS target,
       m.date AS day, m.count
  FROM stock_movement m
 WHERE (m.source_id = ANY(%(placements)s) OR m.target_id = ANY(%(placements)s)) AND m.count > 0
   AND {NOT_REPLACED.format("m")}
"""


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Placements, and their fish counts at the end of each day with a movement."""

    placements: list[Placement]
    counts: Populations

    def get_final_count(self, placement: int) -> int:
        """Return the fish in a placement after all its movements."""
        return int(self.counts.get_final_counts()[self._find_index(placement)])

    def get_count_on(self, placement: int, day: date) -> int:
        """Return the fish in a placement at the end of a day."""
        row = np.array([self._find_index(placement)])
        return int(self.counts.get_counts_before(row, np.array([to_epoch_day(day) + 1]))[0])

    def get_last_day(self, placement: int) -> date | None:
        """Return the day of the last movement; None without any."""
        index = self._find_index(placement)
        first, end = self.counts.first[index], self.counts.first[index + 1]
        return np.datetime64(int(self.counts.day[end - 1]), "D").item() if end > first else None

    def _find_index(self, placement: int) -> int:
        return [row.pk for row in self.placements].index(placement)


def read_ledgers(placements: Iterable[Placement]) -> Ledgers:
    """Read the ledgers of placements; one statement."""
    sorted_placements = sorted(placements, key=lambda placement: placement.name)
    arguments = {"placements": [placement.pk for placement in sorted_placements]}
    rows = read_columns(get_psycopg_connection(), EFFECTIVE_ROWS, COLUMN_TYPES, arguments)
    columns = (rows[name] for name in COLUMN_TYPES)
    return Ledgers(sorted_placements, compute_populations(*columns, placements=len(sorted_placements)))


def refuse_unbalanced(placement_ledgers: Ledgers) -> None:
    """Refuse placements with fewer than 0 fish on a day, or with fish left at their end."""
    stop = [
        NO_END if placement.stop is None else to_epoch_day(placement.stop) for placement in placement_ledgers.placements
    ]
    for place, why in find_unbalanced_placements(placement_ledgers.counts, np.array(stop)).items():
        raise GrilseError(messages.describe_unbalanced(placement_ledgers.placements[place].name, why))
