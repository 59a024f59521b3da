"""`grilse check data`: laws on every batch, imported ones too, and bands on the generated history."""

from collections.abc import Callable, Iterator
from typing import Any

from psycopg import Connection

from grilse.exchange.fingerprint import tune_transaction
from grilse.generator.check import (
    daily_states,
    events,
    feed,
    hidden_truth,
    history_bands,
    ledger,
    lice,
    shards,
    staff,
    staff_bands,
    tracks,
)
from grilse.generator.check.result import Check
from grilse.generator.check.stock_arrays import StockArrays

Step = Callable[[float], None]


def run_checks(connection: Connection[Any], advance: Step = lambda amount: None) -> list[Check]:
    """Return everything that was checked, in one transaction: repeatable read makes it that of one moment."""
    checks: list[Check] = []
    with connection.transaction():
        tune_transaction(connection)
        for part in iter_check_parts(connection):
            checks.extend(part)
            advance(1)
    return checks


PART_COUNT = 11


def iter_check_parts(connection: Connection[Any]) -> Iterator[Iterator[Check]]:
    """Yield the parts of the check, each when its turn comes."""
    stock = StockArrays.read_tables(connection)
    yield ledger.check_ledger(stock)
    yield daily_states.check_states(connection, stock)
    yield events.check_events(connection)
    yield feed.check_feed(connection)
    yield staff.check_staff_laws(connection)
    yield tracks.check_tracks(connection)
    yield shards.check_shards(connection)
    yield hidden_truth.check_hidden_truth(connection)
    yield history_bands.check_history_bands(connection)
    yield lice.check_lice(connection)
    yield staff_bands.check_staff_bands(connection)
