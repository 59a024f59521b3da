"""One editor at a time of batches that transfers tie together."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

from grilse.bulk.copy import read

BATCHES = 0x6772 << 48  # where the numbers of these locks begin

# Every transfer ever entered ties, corrected ones too: ties then only grow, and an edit that unties two
# batches still holds both. The batch of each placement is looked up by itself: a join would read them all.
TIED = """
WITH RECURSIVE tied (company, batch) AS (
  {start}
   UNION
  SELECT tied.company, (SELECT beside.batch_id FROM stock_placement beside WHERE beside.id = moved.placement)
    FROM tied
    JOIN stock_placement mine ON mine.company_id = tied.company AND mine.batch_id = tied.batch
   CROSS JOIN LATERAL (
     SELECT target_id AS placement FROM stock_movement WHERE source_id = mine.id AND kind = 'TRANSFER'
      UNION ALL
     SELECT source_id FROM stock_movement WHERE target_id = mine.id AND kind = 'TRANSFER'
   ) moved
)
SELECT batch FROM tied ORDER BY batch
"""
TIED_TO_BATCHES = TIED.format(start="SELECT %(company)s::bigint, unnest(%(batches)s::bigint[])")
TIED_TO_PLACEMENTS = TIED.format(
    start="SELECT company_id, batch_id FROM stock_placement WHERE id = ANY(%(placements)s)"
)
HOLD = f"SELECT batch, pg_advisory_xact_lock({BATCHES} + batch) FROM ({{tied}}) sorted"


def hold(connection: Connection[Any], company: int, batches: Iterable[int]) -> set[int]:
    """Wait for, and hold to the end of the transaction, batches and all that transfers tie to them.

    One statement. Locks are taken in the order of the batches, so that no two editors wait for each other;
    whoever waited reads only afterwards. Returns the batches held: those tied before the wait.
    """
    given = {"company": company, "batches": sorted(set(batches))}
    return _batches(connection, HOLD.format(tied=TIED_TO_BATCHES), given)


def hold_those_of(connection: Connection[Any], placements: Iterable[int]) -> set[int]:
    """Hold the batches of placements as `hold` does; one statement."""
    given = {"placements": sorted(set(placements))}
    return _batches(connection, HOLD.format(tied=TIED_TO_PLACEMENTS), given)


def tied_to(connection: Connection[Any], placements: Iterable[int]) -> set[int]:
    """Return the batches of placements and all that transfers tie to them; one statement."""
    return _batches(connection, TIED_TO_PLACEMENTS, {"placements": sorted(set(placements))})


def _batches(connection: Connection[Any], query: str, given: dict[str, Any]) -> set[int]:
    return set(read(connection, query, {"batch": "int8"}, given)["batch"].tolist())
