"""The interface of shards and their sinks: rows by table, and references between rows."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
from django.db.models import Model
from numpy.typing import NDArray

from grilse.bulk.table import Table
from grilse.generator.schedule.run import GeneratorRun


@dataclass(frozen=True, slots=True)
class RowKeys:
    """The keys by which other rows refer to rows: ids in a database, natural keys in files."""

    table: Table
    columns: Mapping[str, "Values"]


@dataclass(frozen=True, slots=True)
class ReferenceColumn:
    """A column that refers to rows: positions in their keys, -1 for none."""

    keys: RowKeys
    position: NDArray[np.integer]

    def __len__(self) -> int:
        return len(self.position)

    def take_positions(self, position: NDArray[np.integer]) -> "ReferenceColumn":
        """Return the references at some positions, -1 for none."""
        return ReferenceColumn(self.keys, np.append(self.position, -1)[position])


Values = NDArray[Any] | ReferenceColumn
Columns = Mapping[str, Values]


class ShardSink(Protocol):
    """Writes the rows of one shard and counts them."""

    rows: dict[str, int]

    def find_keys(self, model: type[Model], names: Sequence[str]) -> RowKeys:
        """Return the keys of existing rows, in the order of their names."""

    def find_stage_keys(self, species: str) -> RowKeys:
        """Return the keys of a species' stages, by order."""

    def write(self, model: type[Model], columns: Columns) -> None:
        """Write rows to which no other rows refer."""

    def write_with_keys(self, model: type[Model], columns: Columns, names: Sequence[str]) -> RowKeys:
        """Write rows and return their keys; `names` are the columns of the natural key."""


class ShardTarget(Protocol):
    """The destination of a history; tasks carry it to the workers."""

    def open_shard(self, run: str, kind: str, key: str, until: date | None = None) -> AbstractContextManager[ShardSink]:
        """Open a shard; it is written completely when the block ends without error, or not at all.

        `until` is the last day of its records, None if nothing can follow.
        """


@dataclass(frozen=True, slots=True)
class ShardTask:
    """One shard to make: a batch, the feed of a hall or area, or the staff of a site or office."""

    run: GeneratorRun
    target: ShardTarget
    key: str
    loaded: bool = False  # its rows exist; only the files beside the database are made again
    kind: str = ""  # if a phase makes several kinds


def count_rows(columns: Columns) -> int:
    """Return the number of rows."""
    return len(next(iter(columns.values())))


def refer_to_first(keys: RowKeys, size: int) -> ReferenceColumn:
    """Return a column that refers to the first of the keys in every row."""
    return ReferenceColumn(keys, np.zeros(size, np.int64))
