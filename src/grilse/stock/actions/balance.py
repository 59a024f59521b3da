"""Fish counts of placements by day, summed from the ledger; ledgers that do not balance are refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.bulk.copy import read_columns
from grilse.errors import GrilseError
from grilse.science.days import from_epoch_day, to_epoch_day
from grilse.stock import messages
from grilse.stock.changes import get_psycopg_connection
from grilse.stock.ledger import (
    COUNTING_CAUSE,
    NO_END,
    NOT_REPLACED,
    Populations,
    compute_populations,
    find_unbalanced_placements,
)
from grilse.stock.models import Placement

COLUMN_TYPES = {"id": "int8", "source": "int8", "target": "int8", "day": "date", "count": "int4", "role": "int4"}
SIDES = ("source", "target")
ARRIVAL, COUNTING, OTHER = 1, 2, 0  # roles of rows
# Movements of every kind subtract fish from their source and add them to their target.
EFFECTIVE_ROWS = f"""
SELECT m.id, m.source_id AS source, m.target_id AS target, m.date AS day, m.count,
       CASE WHEN m.kind IN ('STOCKING', 'TRANSFER') THEN {ARRIVAL}
            WHEN m.kind = 'COUNT_CORRECTION' AND m.cause = '{COUNTING_CAUSE}' THEN {COUNTING} ELSE {OTHER} END AS role
  FROM stock_movement m
 WHERE (m.source_id = ANY(%(placements)s) OR m.target_id = ANY(%(placements)s)) AND m.count > 0
   AND {NOT_REPLACED.format("m")}
"""


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Placements, their effective rows with fish, and their fish counts at the end of each day with a movement.

    Sides of rows are positions in the placements, below 0 for others.
    """

    placements: list[Placement]
    rows: dict[str, NDArray[Any]]
    counts: Populations
    index: dict[int, int]
    """Positions of placements by their ids."""

    def get_count_on(self, placement: int, day: date) -> int:
        """Return the fish in a placement at the end of a day."""
        row = np.array([self.index[placement]])
        return int(self.counts.get_counts_before(row, np.array([to_epoch_day(day) + 1]))[0])

    def get_most_fish(self, placement: int) -> int:
        """Return the most fish that a placement had at the end of a day."""
        place = self.index[placement]
        return int(self.counts.count[self.counts.first[place] : self.counts.first[place + 1]].max(initial=0))

    def get_difference(self, placement: int, day: date) -> int:
        """Return the fish that corrections of counts took from a placement on a day, below 0 if they added some."""
        place = self.index[placement]
        is_counted = (self.rows["role"] == COUNTING) & (self.rows["day"] == to_epoch_day(day))
        taken, added = (int(self.rows["count"][is_counted & (self.rows[side] == place)].sum()) for side in SIDES)
        return taken - added

    def get_first_arrival(self, placement: int) -> date | None:
        """Return the day on which the first fish came to a placement; None if none did."""
        came = (self.rows["role"] == ARRIVAL) & (self.rows["target"] == self.index[placement])
        return from_epoch_day(self.rows["day"][came].min()) if came.any() else None

    def get_first_change(self, placement: int) -> date | None:
        """Return the day of the first row of a placement that is no arrival and no count; None without any."""
        place = self.index[placement]
        came = (self.rows["role"] == ARRIVAL) & (self.rows["target"] == place)
        mine = (self.rows["source"] == place) | (self.rows["target"] == place)
        changed = mine & ~came & (self.rows["role"] != COUNTING)
        return from_epoch_day(self.rows["day"][changed].min()) if changed.any() else None


def read_ledgers(placements: Iterable[Placement]) -> Ledgers:
    """Read the ledgers of placements; one statement."""
    sorted_placements = sorted(placements, key=lambda placement: placement.name)
    ids = np.array([placement.pk for placement in sorted_placements], np.int64)
    rows = read_columns(get_psycopg_connection(), EFFECTIVE_ROWS, COLUMN_TYPES, {"placements": ids.tolist()})
    return build_ledgers(sorted_placements, rows | {side: _find_positions(ids, rows[side]) for side in SIDES})


def _find_positions(ids: NDArray[np.int64], values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions of values in ids, -1 for others."""
    if not len(ids):
        return np.full(len(values), -1, np.int64)
    order = np.argsort(ids)
    place = np.minimum(np.searchsorted(ids[order], values), len(ids) - 1)
    return np.where(ids[order][place] == values, order[place], -1)


def build_ledgers(placements: Sequence[Placement], rows: dict[str, NDArray[Any]]) -> Ledgers:
    """Return the ledgers of effective rows."""
    columns = (rows[name] for name in ("source", "target", "day", "count"))
    index = {placement.pk: place for place, placement in enumerate(placements)}
    return Ledgers(list(placements), rows, compute_populations(*columns, placements=len(placements)), index)


def refuse_unbalanced(placement_ledgers: Ledgers) -> None:
    """Refuse placements with fewer than 0 fish on a day, or with fish left at their end."""
    stop = [
        NO_END if placement.stop is None else to_epoch_day(placement.stop) for placement in placement_ledgers.placements
    ]
    for place, why in find_unbalanced_placements(placement_ledgers.counts, np.array(stop)).items():
        raise GrilseError(messages.describe_unbalanced(placement_ledgers.placements[place].name, why))
