"""Advisory locks: one editor at a time of batches that transfers link."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

from grilse.bulk.copy import read_columns

BATCH_LOCK_BASE = 0x6772 << 48  # added to the id of a batch

# Every transfer links batches, also a corrected one: links only grow, and an edit that unlinks two batches
# still locks both. The batch of each placement is looked up separately: a join would read all placements.
LINKED_BATCHES = """
WITH RECURSIVE linked (company, batch) AS (
  {start}
   UNION
  SELECT linked.company, (SELECT beside.batch_id FROM stock_placement beside WHERE beside.id = moved.placement)
    FROM linked
    JOIN stock_placement mine ON mine.company_id = linked.company AND mine.batch_id = linked.batch
   CROSS JOIN LATERAL (
     SELECT target_id AS placement FROM stock_movement WHERE source_id = mine.id AND kind = 'TRANSFER'
      UNION ALL
     SELECT source_id FROM stock_movement WHERE target_id = mine.id AND kind = 'TRANSFER'
   ) moved
)
SELECT batch FROM linked ORDER BY batch
"""
LINKED_TO_BATCHES = LINKED_BATCHES.format(start="SELECT %(company)s::bigint, unnest(%(batches)s::bigint[])")
LINKED_TO_PLACEMENTS = LINKED_BATCHES.format(
    start="SELECT company_id, batch_id FROM stock_placement WHERE id = ANY(%(placements)s)"
)
LOCK_BATCHES = f"SELECT batch, pg_advisory_xact_lock({BATCH_LOCK_BASE} + batch) FROM ({{linked}}) sorted"


def lock_batches(connection: Connection[Any], company: int, batches: Iterable[int]) -> set[int]:
    """Lock batches, and all that transfers link to them, until the transaction ends; return the locked batches.

    One statement. Locks are taken in the order of the batches, so that no two editors wait for each other.
    Batches that another editor linked during the wait are not locked.
    """
    arguments = {"company": company, "batches": sorted(set(batches))}
    return _read_batches(connection, LOCK_BATCHES.format(linked=LINKED_TO_BATCHES), arguments)


def lock_placement_batches(connection: Connection[Any], placements: Iterable[int]) -> set[int]:
    """Lock the batches of placements as `lock_batches` does; one statement."""
    arguments = {"placements": sorted(set(placements))}
    return _read_batches(connection, LOCK_BATCHES.format(linked=LINKED_TO_PLACEMENTS), arguments)


def find_linked_batches(connection: Connection[Any], placements: Iterable[int]) -> set[int]:
    """Return the batches of placements and all that transfers link to them; one statement."""
    return _read_batches(connection, LINKED_TO_PLACEMENTS, {"placements": sorted(set(placements))})


def _read_batches(connection: Connection[Any], query: str, arguments: dict[str, Any]) -> set[int]:
    return set(read_columns(connection, query, {"batch": "int8"}, arguments)["batch"].tolist())
