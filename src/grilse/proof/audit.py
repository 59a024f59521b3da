"""Indexes that no hot query uses, indexes that another covers, foreign keys that no index serves."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from psycopg import Connection, connect

from grilse.proof import conf
from grilse.proof.asking import everything
from grilse.proof.growth import Shapes, at_sizes
from grilse.proof.indexes import Index, Key, covering, indexes, keys, serving
from grilse.proof.registry import Hot, declared
from grilse.proof.servers import address
from grilse.proof.writing import microseconds

SIZES = (1, 10, 100)
"""An index that is used at one of these times the rows is of use."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Idle:
    """An index that no declared query uses, that keeps no rule and serves no foreign key."""

    index: Index
    microseconds: float | None
    """That each inserted row takes longer; None where the table has no rows."""

    @property
    def per_row(self) -> float | None:
        """Bytes for each row of the table."""
        return self.index.bytes / self.index.rows if self.index.rows > 0 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Covered:
    """An index that answers nothing that another does not."""

    index: Index
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """What is to be said of a database's indexes."""

    used: int
    """Indexes that a declared query uses."""
    ruling: int
    """Others that keep a rule."""
    serving: int
    """Others that serve a foreign key."""
    idle: tuple[Idle, ...]
    unjudged: tuple[str, ...]
    """Unused indexes of empty tables, of which no plan tells anything."""
    covered: tuple[Covered, ...]
    unserved: tuple[Key, ...]

    @property
    def ok(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.idle or self.covered or self.unserved)


def audit(hot: Iterable[Hot] | None = None, sizes: Sequence[int] = SIZES) -> Audit:
    """Audit the indexes of the database at hand by the plans of its hot queries; it is only read."""
    asked = list(everything(declared() if hot is None else hot))
    used = in_plans(at_sizes(asked, sizes).values())
    with connect(address(conf.owner())) as connection:
        return audited(connection, used)


def audited(connection: Connection[Any], used: Collection[str]) -> Audit:
    """Judge the indexes of a database, some of which are used."""
    known, foreign = indexes(connection), keys(connection)
    serves = {index.name for key in foreign for index in serving(key, known)}
    unused = [one for one in known if one.name not in used]
    idle = [one for one in unused if not one.keeps and one.name not in serves]
    return Audit(
        used=len(known) - len(unused),
        ruling=sum(bool(one.keeps) for one in unused),
        serving=sum(one.name in serves and not one.keeps for one in unused),
        idle=tuple(_idle(connection, idle)),
        unjudged=tuple(one.name for one in idle if one.rows == 0),
        covered=tuple(_covered(known)),
        unserved=tuple(key for key in foreign if not any(serving(key, known))),
    )


def in_plans(planned: Iterable[Shapes]) -> frozenset[str]:
    """Return the indexes that plans use."""
    queries = chain.from_iterable(shapes.values() for shapes in planned)
    lines = chain.from_iterable(chain.from_iterable(queries))
    return frozenset(found[1] for line in lines if (found := USING.search(line)))


def _idle(connection: Connection[Any], idle: Iterable[Index]) -> Iterator[Idle]:
    """Yield unused indexes, the largest first."""
    for one in sorted(idle, key=lambda one: (-one.bytes, one.name)):
        if one.rows:
            yield Idle(index=one, microseconds=microseconds(connection, one))


def _covered(known: Sequence[Index]) -> Iterator[Covered]:
    for one in known:
        if other := covering(one, known):
            yield Covered(index=one, by=other.name)


USING = re.compile(r" using (\S+)$")
