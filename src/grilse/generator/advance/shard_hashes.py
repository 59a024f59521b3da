"""The hashes of shards after days were appended: the sums of the later rows are added to the recorded ones."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import Connection

from grilse.exchange.fingerprint import (
    LATER_ROWS,
    OWNERS,
    STATE_TABLES,
    OwnerSums,
    RowSum,
    compute_owner_digest,
    sum_owner_rows,
)
from grilse.exchange.original_rows import find_original_rows
from grilse.generator.database_load import build_shard_sums

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class HashUpdate:
    """The sums of the tables that change, from before the days were appended."""

    company: int
    run: str
    after: date
    states: OwnerSums

    @classmethod
    def begin(cls, connection: Connection[Any], company: int, run: str, after: date) -> "HashUpdate":
        """Read the sums before days are appended."""
        originals = find_original_rows(connection)
        return cls(company, run, after, sum_owner_rows(connection, company, originals, tables=STATE_TABLES))

    def record(self, connection: Connection[Any], advanced: Collection[Key]) -> None:
        """Record the hashes of shards to which days were appended after the day.

        All rows of other shards without a hash are read: of those whose advance was interrupted, or began earlier.
        """
        unsigned = {(kind, key): sums for kind, key, sums in connection.execute(UNSIGNED, [self.company, self.run])}
        if not unsigned:
            return
        originals = find_original_rows(connection)
        states = sum_owner_rows(connection, self.company, originals, tables=STATE_TABLES)
        later = sum_owner_rows(connection, self.company, originals, tables=tuple(LATER_ROWS), after=self.after)
        complete = {}
        if not unsigned.keys() <= set(advanced):
            complete = sum_owner_rows(connection, self.company, originals)
        for part, recorded in unsigned.items():
            sums = complete.get(part, {})
            if part in advanced:
                change = _subtract(states.get(part, {}), self.states.get(part, {}))
                known = {table: RowSum(*figures) for table, figures in recorded.items()}
                sums = _add(known, change, later.get(part, {}))
            figures = (compute_owner_digest(sums) if sums else "", *build_shard_sums(sums))
            connection.execute(RECORD, [*figures, self.company, self.run, *part])


def _subtract(now: dict[str, RowSum], before: dict[str, RowSum]) -> dict[str, RowSum]:
    none = RowSum(0, 0, 0)
    return {
        table: RowSum(own.count - old.count, own.total - old.total, own.entered - old.entered)
        for table, own in now.items()
        for old in [before.get(table, none)]
    }


def _add(*parts: dict[str, RowSum]) -> dict[str, RowSum]:
    """Return the sums of all parts, in the order of the tables."""
    sums = {}
    for table in OWNERS:
        own = [part[table] for part in parts if table in part]
        if own:
            sums[table] = sum(own[1:], own[0])
    return sums


UNSIGNED = """
SELECT kind, key, row_sums FROM generator_shard
 WHERE company_id = %s AND run = %s AND kind IN ('batch', 'store') AND content_hash = '' AND rows <> '{}'
"""
RECORD = """
UPDATE generator_shard SET content_hash = %s, table_hashes = %s, row_sums = %s
 WHERE company_id = %s AND run = %s AND kind = %s AND key = %s
"""
