"""One editor at a time of batches that transfers tie together."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

BATCHES = 0x6772 << 48  # where the numbers of these locks begin

# Every transfer ever entered ties, corrected ones too: ties then only grow, and an edit that unties two
# batches still holds both.
TIED = """
WITH RECURSIVE tied (batch) AS (
  SELECT unnest(%(batches)s::bigint[])
   UNION
  SELECT beside.batch_id
    FROM tied
    JOIN stock_placement mine ON mine.batch_id = tied.batch
   CROSS JOIN LATERAL (
     SELECT target_id AS placement FROM stock_movement WHERE source_id = mine.id AND kind = 'TRANSFER'
      UNION ALL
     SELECT source_id FROM stock_movement WHERE target_id = mine.id AND kind = 'TRANSFER'
   ) moved
    JOIN stock_placement beside ON beside.id = moved.placement
   WHERE mine.company_id = %(company)s
)
SELECT batch FROM tied ORDER BY batch
"""
HOLD = f"SELECT batch, pg_advisory_xact_lock(%(first)s + batch) FROM ({TIED}) sorted"


def hold(connection: Connection[Any], company: int, batches: Iterable[int]) -> set[int]:
    """Wait for, and hold to the end of the transaction, batches and all that transfers tie to them.

    One statement. Locks are taken in the order of the batches, so that no two editors wait for each other;
    whoever waited reads only afterwards. Returns the batches held: those tied before the wait.
    """
    given = {"company": company, "batches": sorted(set(batches)), "first": BATCHES}
    return {row[0] for row in connection.execute(HOLD.encode(), given)}


def tied_to(connection: Connection[Any], company: int, batches: Iterable[int]) -> set[int]:
    """Return batches and all that transfers tie to them; one statement."""
    given = {"company": company, "batches": sorted(set(batches))}
    return {row[0] for row in connection.execute(TIED, given)}
