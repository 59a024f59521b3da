"""Which plans flip when a database has many times the rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.db import connection

from grilse.proof import conf
from grilse.proof.asking import Asked, everything
from grilse.proof.registry import Hot, declared
from grilse.proof.servers import address
from grilse.proof.shapes import Flip, Shape, flip, lines_of
from grilse.proof.stand_in import Planner, StandIn, settings_of, stand_in
from grilse.proof.statistics import Statistics, dump, standing_still

Shapes = Mapping[str, Sequence[Shape]]
"""The shape of each statement of each hot query."""


def predict(scale: int, hot: Iterable[Hot] | None = None) -> list[Flip]:
    """Return the statements that the database at hand would plan otherwise at so many times its size."""
    asked = list(everything(declared() if hot is None else hot))
    planned = at_sizes(asked, (1, scale))
    return list(flips(planned[1], planned[scale], tables_of(standing_still(address(conf.owner())))))


def at_sizes(asked: Sequence[Asked], sizes: Iterable[int]) -> dict[int, dict[str, list[Shape]]]:
    """Return how hot queries would be planned at several times the size of the database at hand.

    The database is only read: its schema and statistics are taken to a server of their own.
    """
    connection.ensure_connection()
    settings = settings_of(connection.connection)
    url = address(conf.owner())
    still = standing_still(url)
    with conf.server() as server:
        statistics, large = dump(url, server.programs), stand_in(url, server)
        return {size: shapes_at(large, statistics.times(size, still), asked, settings) for size in sizes}


def shapes_at(
    large: StandIn, statistics: Statistics, asked: Iterable[Asked], settings: Mapping[str, str]
) -> dict[str, list[Shape]]:
    """Return how hot queries are planned with some statistics."""
    with large.believing(statistics) as planner:
        return {one.name: shapes(planner, one, settings) for one in asked}


def shapes(planner: Planner, asked: Asked, settings: Mapping[str, str]) -> list[Shape]:
    """Return the shapes of a hot query's plans."""
    return [lines_of(plan) for plan in planner.plans(asked, settings)]


def flips(now: Shapes, then: Shapes, small: Collection[str]) -> Iterator[Flip]:
    """Yield what is planned otherwise."""
    for name, before in now.items():
        for at, (one, other) in enumerate(zip(before, then[name], strict=True), 1):
            if tuple(one) != tuple(other):
                yield flip(name, at, one, other, small)


def tables_of(relations: Collection[str]) -> frozenset[str]:
    """Return relations without their schema, as plans name them."""
    return frozenset(name.partition(".")[2] for name in relations)
