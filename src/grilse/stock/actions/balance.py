"""The ledgers of placements as they add up; those that do not are refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from grilse.bulk.copy import read
from grilse.errors import GrilseError
from grilse.stock import refusals
from grilse.stock.changes import psycopg_connection
from grilse.stock.ledger import STANDS, Populations, populations, unbalanced
from grilse.stock.models import Placement

KINDS = {"source": "int8", "target": "int8", "day": "date", "count": "int4"}
# Kinds are compared nowhere: every row takes fish from its source and brings them to its target.
EFFECTIVE = """
SELECT coalesce(array_position(%(placements)s::bigint[], m.source_id), 0)::bigint - 1 AS source,
       coalesce(array_position(%(placements)s::bigint[], m.target_id), 0)::bigint - 1 AS target,
       m.date AS day, m.count
  FROM stock_movement m
 WHERE (m.source_id = ANY(%(placements)s) OR m.target_id = ANY(%(placements)s)) AND m.count > 0
   AND NOT EXISTS (SELECT FROM stock_movement later WHERE later.replaces_id = m.id)
"""


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Placements, and what stood in each on every day that something moved."""

    placements: list[Placement]
    counts: Populations

    def left(self, placement: int) -> int:
        """Return the fish that stand in a placement when all that is known has happened."""
        return int(self.counts.last()[self._row(placement)])

    def on(self, placement: int, day: date) -> int:
        """Return the fish that stand in a placement at the end of a day."""
        row = np.array([self._row(placement)])
        return int(self.counts.before(row, np.array([days(day) + 1]))[0])

    def last_day(self, placement: int) -> date | None:
        """Return the day that something moved last; none where nothing did."""
        row = self._row(placement)
        first, end = self.counts.first[row], self.counts.first[row + 1]
        return np.datetime64(int(self.counts.day[end - 1]), "D").item() if end > first else None

    def _row(self, placement: int) -> int:
        return [one.pk for one in self.placements].index(placement)


def ledgers(placements: Iterable[Placement]) -> Ledgers:
    """Read the ledgers of placements; one statement."""
    named = sorted(placements, key=lambda placement: placement.name)
    given = {"placements": [placement.pk for placement in named]}
    rows = read(psycopg_connection(), EFFECTIVE, KINDS, given)
    columns = (rows[name] for name in KINDS)
    return Ledgers(named, populations(*columns, placements=len(named)))


def refuse_unbalanced(found: Ledgers) -> None:
    """Refuse placements that miss fish on a day, or that end with fish left over."""
    stop = [STANDS if one.stop is None else days(one.stop) for one in found.placements]
    for place, why in unbalanced(found.counts, np.array(stop)).items():
        raise GrilseError(refusals.unbalanced(found.placements[place].name, why))


def days(day: date) -> int:
    """Return the number of a day since 1970."""
    return int(np.datetime64(day, "D").astype(np.int64))
