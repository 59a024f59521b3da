"""Announcements of changes to the apps above, which handle them in the transaction of the change."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from django.db import connection, transaction
from psycopg import Connection

from grilse.access.tenancy import lift_geography_limit
from grilse.stock import hooks
from grilse.stock.locks import find_linked_batches, lock_placement_batches

_pending_changes: ContextVar[dict[int, date] | None] = ContextVar("gathering", default=None)
_locked_batches: ContextVar[frozenset[int]] = ContextVar("held", default=frozenset())


def announce_change(placements: Iterable[int], day: date) -> None:
    """Announce that placements changed from a day on; handled when the outermost `gather_changes` ends."""
    with gather_changes() as changed:
        for placement in placements:
            changed[placement] = min(day, changed.get(placement, day))


@contextmanager
def gather_changes() -> Iterator[dict[int, date]]:
    """Gather the changes announced within, also by several actions, and call the handlers once."""
    outer = _pending_changes.get()
    if outer is not None:
        yield outer
        return
    changed: dict[int, date] = {}
    token = _pending_changes.set(changed)
    try:
        yield changed
    finally:
        _pending_changes.reset(token)
    if changed:
        for handler in hooks.change_handlers:
            handler(changed)


@contextmanager
def edit_placements(placements: Iterable[int]) -> Iterator[None]:
    """Edit placements in one transaction, as the only editor of their batches; handlers run at the end.

    A request of several actions on different batches wraps them in one `edit_placements` with all placements:
    then it takes all locks at once and in order. Two statements, not counting savepoints.
    """
    with transaction.atomic():
        token = _locked_batches.set(_locked_batches.get() | _lock_batches(set(placements)))
        try:
            with gather_changes():
                yield
        finally:
            _locked_batches.reset(token)


def get_locked_batches() -> frozenset[int]:
    """Return the batches that the running `edit_placements` locked; batches linked to them since may not be."""
    return _locked_batches.get()


def _lock_batches(placements: set[int]) -> set[int]:
    """Lock the batches of placements, again if another editor linked more batches to them during the wait."""
    # Fish may have moved to geographies out of reach.
    with lift_geography_limit():
        locked = _try_lock_batches(placements)
        while locked is None:
            locked = _try_lock_batches(placements)
        return locked


def _try_lock_batches(placements: set[int]) -> set[int] | None:
    """Lock batches; return None, with nothing locked, if others are linked to them by now."""
    point = transaction.savepoint()
    batches = lock_placement_batches(get_psycopg_connection(), placements)
    if find_linked_batches(get_psycopg_connection(), placements) == batches:
        transaction.savepoint_commit(point)
        return batches
    # The rollback releases the locks taken since the savepoint; the next try takes the larger group in order.
    transaction.savepoint_rollback(point)
    return None


def get_psycopg_connection() -> Connection[Any]:
    """Return the connection beneath Django's, in the same transaction."""
    connection.ensure_connection()
    return connection.connection
