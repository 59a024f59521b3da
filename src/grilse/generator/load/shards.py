"""What a shard is written into: rows by table, and references to rows by whatever stands for them."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from django.db.models import Model
from numpy.typing import NDArray

from grilse.bulk.table import Table
from grilse.generator.schedule.run import GeneratorRun


@dataclass(frozen=True, slots=True)
class RowKeys:
    """What stands for rows where others refer to them: their ids in a database, what names them in files."""

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
    """Takes the rows of one shard and counts them."""

    rows: dict[str, int]

    def find_keys(self, model: type[Model], names: Sequence[str]) -> RowKeys:
        """Return the keys of rows that are there already, in the order of their names."""
        ...

    def find_stage_keys(self, species: str) -> RowKeys:
        """Return the keys of a species' stages, by order."""
        ...

    def write(self, model: type[Model], columns: Columns) -> None:
        """Write rows that no others refer to."""
        ...

    def write_with_keys(self, model: type[Model], columns: Columns, names: Sequence[str]) -> RowKeys:
        """Write rows that others refer to, and return their keys; `names` are the columns that name a row."""
        ...


class ShardTarget(Protocol):
    """Where a history goes; it travels to the workers."""

    def open_shard(self, run: str, kind: str, key: str) -> AbstractContextManager[ShardSink]:
        """Open a shard; when the block ends, it is there whole and recorded, or not at all."""
        ...


@dataclass(frozen=True, slots=True)
class ShardTask:
    """A batch, a hall or area whose feed is to be made, or a site or office whose people's days are."""

    run: GeneratorRun
    target: ShardTarget
    key: str
    loaded: bool = False  # its rows are there; only what lies beside them is to be made again
    kind: str = ""  # where a phase makes several


def count_rows(columns: Columns) -> int:
    """Return the number of rows."""
    return len(next(iter(columns.values())))
