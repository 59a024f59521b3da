"""`grilse check data`: laws on every batch, imported ones too, and bands on the generated history."""

from collections.abc import Callable, Iterator
from typing import Any

from psycopg import Connection

from grilse.exchange.fingerprint import settle
from grilse.generator.check import (
    bands,
    events,
    feed,
    fish,
    hidden,
    lice,
    records,
    staff,
    staff_bands,
    states,
    tracks,
)
from grilse.generator.check.result import Check
from grilse.generator.check.stand import Stand

Step = Callable[[float], None]


def check(connection: Connection[Any], advance: Step = lambda amount: None) -> list[Check]:
    """Return everything that was checked, in one transaction: repeatable read makes it that of one moment."""
    done: list[Check] = []
    with connection.transaction():
        settle(connection)
        for part in parts(connection):
            done.extend(part)
            advance(1)
    return done


PARTS = 11


def parts(connection: Connection[Any]) -> Iterator[Iterator[Check]]:
    """Yield the parts of the check, each when its turn comes."""
    stand = Stand.of(connection)
    yield fish.check(stand)
    yield states.check(connection, stand)
    yield events.check(connection)
    yield feed.check(connection)
    yield staff.check(connection)
    yield tracks.check(connection)
    yield records.check(connection)
    yield hidden.check(connection)
    yield bands.check(connection)
    yield lice.check(connection)
    yield staff_bands.check(connection)
