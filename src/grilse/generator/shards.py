"""What a shard is written into: rows by table, and references to rows by whatever stands for them."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from django.db.models import Model
from numpy.typing import NDArray

from grilse.bulk.table import Table
from grilse.generator.run import Run


@dataclass(frozen=True, slots=True)
class Keys:
    """What stands for rows where others refer to them: their ids in a database, what names them in files."""

    table: Table
    columns: Mapping[str, "Values"]


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that refers to rows: positions in their keys, -1 for none."""

    keys: Keys
    position: NDArray[np.integer]

    def __len__(self) -> int:
        return len(self.position)

    def at(self, position: NDArray[np.integer]) -> "Reference":
        """Return the references at some positions, -1 for none."""
        return Reference(self.keys, np.append(self.position, -1)[position])


Values = NDArray[Any] | Reference
Columns = Mapping[str, Values]


class Sink(Protocol):
    """Takes the rows of one shard and counts them."""

    rows: dict[str, int]

    def known(self, model: type[Model], names: Sequence[str]) -> Keys:
        """Return the keys of rows that are there already, in the order of their names."""
        ...

    def stages(self, species: str) -> Keys:
        """Return the keys of a species' stages, by order."""
        ...

    def write(self, model: type[Model], columns: Columns) -> None:
        """Write rows that no others refer to."""
        ...

    def enter(self, model: type[Model], columns: Columns, names: Sequence[str]) -> Keys:
        """Write rows that others refer to, and return their keys; `names` are the columns that name a row."""
        ...


class Target(Protocol):
    """Where a history goes; it travels to the workers."""

    def shard(self, run: str, kind: str, key: str) -> AbstractContextManager[Sink]:
        """Open a shard; when the block ends, it is there whole and recorded, or not at all."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """A batch, a hall or area whose feed is to be made, or a site or office whose people's days are."""

    run: Run
    target: Target
    key: str
    loaded: bool = False  # its rows are there; only what lies beside them is to be made again
    kind: str = ""  # where a phase makes several


def size_of(columns: Columns) -> int:
    """Return the number of rows."""
    return len(next(iter(columns.values())))
