"""Which plans flip when a database has many times the rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.db import connection
from psycopg import connect

from grilse.proof import conf
from grilse.proof.asking import Asked, everything
from grilse.proof.reference import lines
from grilse.proof.registry import Hot, declared
from grilse.proof.servers import address
from grilse.proof.shapes import Flip, Shape, flip
from grilse.proof.stand_in import Planner, StandIn, settings_of, stand_in
from grilse.proof.statistics import Statistics, dump

Shapes = Mapping[str, Sequence[Shape]]
"""The shape of each statement of each hot query."""


def predict(scale: int, hot: Iterable[Hot] | None = None) -> list[Flip]:
    """Return the statements that the database at hand would plan otherwise at so many times its size.

    The database is only read: its schema and statistics are taken to a server of their own.
    """
    asked = list(everything(declared() if hot is None else hot))
    connection.ensure_connection()
    settings = settings_of(connection.connection)
    url = address(conf.owner())
    with conf.server() as server:
        statistics, large = dump(url, server.programs), stand_in(url, server)
        still = standing_still(url)
        now = shapes_at(large, statistics, asked, settings)
        then = shapes_at(large, statistics.times(scale, still), asked, settings)
    return list(flips(now, then, tables_of(still)))


def shapes_at(
    large: StandIn, statistics: Statistics, asked: Iterable[Asked], settings: Mapping[str, str]
) -> dict[str, list[Shape]]:
    """Return how hot queries are planned with some statistics."""
    with large.believing(statistics) as planner:
        return {one.name: shapes(planner, one, settings) for one in asked}


def shapes(planner: Planner, asked: Asked, settings: Mapping[str, str]) -> list[Shape]:
    """Return the shapes of a hot query's plans."""
    return [lines(plan) for plan in planner.plans(asked, settings)]


def flips(now: Shapes, then: Shapes, small: Collection[str]) -> Iterator[Flip]:
    """Yield what is planned otherwise."""
    for name, before in now.items():
        for at, (one, other) in enumerate(zip(before, then[name], strict=True), 1):
            if tuple(one) != tuple(other):
                yield flip(name, at, one, other, small)


def standing_still(url: str) -> Collection[str]:
    """Return the relations that do not grow with a company: tables of one block, as lists of kinds are."""
    with connect(url) as source:
        return frozenset(name for (name,) in source.execute(STILL))


def tables_of(relations: Collection[str]) -> frozenset[str]:
    """Return relations without their schema, as plans name them."""
    return frozenset(name.partition(".")[2] for name in relations)


STILL = """
SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = c.oid
  JOIN pg_class t ON t.oid = coalesce(i.indrelid, c.oid)
 WHERE c.relkind IN ('r', 'i', 'm') AND t.relpages <= 1 AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
"""
