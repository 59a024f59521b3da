"""`grilse check data`: laws for every batch, including imported ones, and bands for the generated history."""

from collections.abc import Callable, Iterator
from typing import Any

from psycopg import Connection

from grilse.exchange.fingerprint import tune_transaction
from grilse.exchange.original_rows import find_original_rows
from grilse.generator.check import events, hidden_truth, history_bands, ledger, staff
from grilse.generator.check.ledger import StockArrays
from grilse.generator.check.result import Check

Step = Callable[[float], None]


def run_checks(connection: Connection[Any], advance: Step = lambda amount: None) -> list[Check]:
    """Run all checks in one transaction; the caller sets the isolation level."""
    checks: list[Check] = []
    with connection.transaction():
        tune_transaction(connection)
        for part in iter_check_parts(connection):
            checks.extend(part)
            advance(1)
    return checks


PART_COUNT = 11


def iter_check_parts(connection: Connection[Any]) -> Iterator[Iterator[Check]]:
    """Yield the parts of the check; each runs when it is iterated."""
    originals = find_original_rows(connection)
    stock = StockArrays.read_tables(connection)
    yield ledger.check_ledger(stock)
    yield ledger.check_states(connection, stock)
    yield events.check_events(connection)
    yield events.check_feed(connection)
    yield staff.check_staff_laws(connection)
    yield staff.check_tracks(connection)
    yield events.check_shards(connection, originals)
    yield hidden_truth.check_hidden_truth(connection, originals)
    yield history_bands.check_history_bands(connection, originals)
    yield history_bands.check_lice(connection, originals)
    yield staff.check_staff_bands(connection, originals)
