"""Indexes that no hot query uses, indexes that another covers, foreign keys that no index serves."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from psycopg import Connection, connect

from grilse.proof import conf
from grilse.proof.index_cost import measure_insert_cost
from grilse.proof.indexes import (
    ForeignKeyConstraint,
    Index,
    find_superset_index,
    iter_supporting_indexes,
    read_foreign_keys,
    read_indexes,
)
from grilse.proof.plan_forecast import PlanShapes, plan_at_sizes
from grilse.proof.query_traces import iter_traces
from grilse.proof.registry import QueryBudget, list_declared_budgets
from grilse.proof.servers import get_conninfo

SIZES = (1, 10, 100)
"""An index that is used at one of these times the rows is of use."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnusedIndex:
    """An index that no declared query uses, that keeps no rule and serves no foreign key."""

    index: Index
    insert_microseconds: float | None
    """That each inserted row takes longer; None where the table has no rows."""

    @property
    def bytes_per_row(self) -> float | None:
        """Bytes for each row of the table."""
        return self.index.bytes / self.index.rows if self.index.rows > 0 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class RedundantIndex:
    """An index that answers nothing that another does not."""

    index: Index
    superset: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexAudit:
    """What is to be said of a database's indexes."""

    used_count: int
    """Indexes that a declared query uses."""
    constraint_count: int
    """Others that keep a rule."""
    foreign_key_count: int
    """Others that serve a foreign key."""
    unused: tuple[UnusedIndex, ...]
    unused_on_empty_tables: tuple[str, ...]
    """Unused indexes of empty tables, of which no plan tells anything."""
    redundant: tuple[RedundantIndex, ...]
    unindexed_keys: tuple[ForeignKeyConstraint, ...]

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.unused or self.redundant or self.unindexed_keys)


def audit_indexes(budgets: Iterable[QueryBudget] | None = None, sizes: Sequence[int] = SIZES) -> IndexAudit:
    """Audit the indexes of the database at hand by the plans of its hot queries; it is only read."""
    traces = list(iter_traces(list_declared_budgets() if budgets is None else budgets))
    used = list_used_indexes(plan_at_sizes(traces, sizes).values())
    with connect(get_conninfo(conf.get_owner_alias())) as connection:
        return audit_connection(connection, used)


def audit_connection(connection: Connection[Any], used: Collection[str]) -> IndexAudit:
    """Judge the indexes of a database, some of which are used."""
    all_indexes, foreign_keys = read_indexes(connection), read_foreign_keys(connection)
    supporting = {index.name for key in foreign_keys for index in iter_supporting_indexes(key, all_indexes)}
    unused = [index for index in all_indexes if index.name not in used]
    idle = [index for index in unused if not index.keeps and index.name not in supporting]
    return IndexAudit(
        used_count=len(all_indexes) - len(unused),
        constraint_count=sum(bool(index.keeps) for index in unused),
        foreign_key_count=sum(index.name in supporting and not index.keeps for index in unused),
        unused=tuple(_iter_unused_indexes(connection, idle)),
        unused_on_empty_tables=tuple(index.name for index in idle if index.rows == 0),
        redundant=tuple(_iter_redundant_indexes(all_indexes)),
        unindexed_keys=tuple(key for key in foreign_keys if not any(iter_supporting_indexes(key, all_indexes))),
    )


def list_used_indexes(planned: Iterable[PlanShapes]) -> frozenset[str]:
    """Return the indexes that plans use."""
    queries = chain.from_iterable(shapes.values() for shapes in planned)
    lines = chain.from_iterable(chain.from_iterable(queries))
    return frozenset(match[1] for line in lines if (match := INDEX_NAME.search(line)))


def _iter_unused_indexes(connection: Connection[Any], idle: Iterable[Index]) -> Iterator[UnusedIndex]:
    """Yield unused indexes, the largest first."""
    for index in sorted(idle, key=lambda index: (-index.bytes, index.name)):
        if index.rows:
            yield UnusedIndex(index=index, insert_microseconds=measure_insert_cost(connection, index))


def _iter_redundant_indexes(all_indexes: Sequence[Index]) -> Iterator[RedundantIndex]:
    for index in all_indexes:
        if other := find_superset_index(index, all_indexes):
            yield RedundantIndex(index=index, superset=other.name)


INDEX_NAME = re.compile(r" using (\S+)$")
