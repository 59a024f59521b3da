"""Placements whose ledger does not add up, refused."""

from collections.abc import Iterable

import numpy as np

from grilse.bulk.copy import read
from grilse.errors import GrilseError
from grilse.stock.changes import psycopg_connection
from grilse.stock.ledger import STANDS, populations, unbalanced
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


def refuse_unbalanced(placements: Iterable[Placement]) -> None:
    """Refuse placements that miss fish on a day, or that end with fish left over; one statement."""
    named = sorted(placements, key=lambda placement: placement.name)
    given = {"placements": [placement.pk for placement in named]}
    rows = read(psycopg_connection(), EFFECTIVE, KINDS, given)
    counts = populations(rows["source"], rows["target"], rows["day"], rows["count"], placements=len(named))
    stop = [STANDS if one.stop is None else _days(one) for one in named]
    for place, why in unbalanced(counts, np.array(stop)).items():
        raise GrilseError(f"{named[place].name} would not balance: {why}")


def _days(placement: Placement) -> int:
    return int(np.datetime64(placement.stop, "D").astype(np.int64))
