"""What changed, told to the rooms above: they answer in the transaction of the change."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from django.db import connection, transaction
from psycopg import Connection

from grilse.access.tenancy import lift_geography_limit
from grilse.stock.locks import find_linked_batches, lock_placement_batches

ChangedPlacements = Mapping[int, date]
ChangeHandler = Callable[[ChangedPlacements], None]

_handlers: list[ChangeHandler] = []
_pending_changes: ContextVar[dict[int, date] | None] = ContextVar("gathering", default=None)
_locked_batches: ContextVar[frozenset[int]] = ContextVar("held", default=frozenset())


def register_change_handler(handler: ChangeHandler) -> None:
    """Have a function called with placements and, for each, the first day of which more or else is known."""
    _handlers.append(handler)


def announce_change(placements: Iterable[int], day: date) -> None:
    """Say that something of placements changed from a day on; answered when the outermost gathering ends."""
    with gather_changes() as changed:
        for placement in placements:
            changed[placement] = min(day, changed.get(placement, day))


@contextmanager
def gather_changes() -> Iterator[dict[int, date]]:
    """Gather what is announced within, also by actions called one after another, and answer it once."""
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
        for handler in _handlers:
            handler(changed)


@contextmanager
def edit_placements(placements: Iterable[int]) -> Iterator[None]:
    """Change what is known of placements: whole or not at all, by one editor at a time, answered at the end.

    A request of several actions on different batches names all their placements to an `edit_placements` around them:
    then it waits for other editors once, in order. Two statements, beside savepoints.
    """
    with transaction.atomic():
        token = _locked_batches.set(_locked_batches.get() | _lock_batches(set(placements)))
        try:
            with gather_changes():
                yield
        finally:
            _locked_batches.reset(token)


def get_locked_batches() -> frozenset[int]:
    """Return the batches that the editing under way holds: what is tied to them by now may not be."""
    return _locked_batches.get()


def _lock_batches(placements: set[int]) -> set[int]:
    """Hold the batches of placements; again where another editor tied more to them during the wait."""
    # Fish may have moved to where this editor sees nothing.
    with lift_geography_limit():
        locked = _try_lock_batches(placements)
        while locked is None:
            locked = _try_lock_batches(placements)
        return locked


def _try_lock_batches(placements: set[int]) -> set[int] | None:
    """Hold batches; None, with nothing held, if they are tied to others by now."""
    point = transaction.savepoint()
    batches = lock_placement_batches(get_psycopg_connection(), placements)
    if find_linked_batches(get_psycopg_connection(), placements) == batches:
        transaction.savepoint_commit(point)
        return batches
    # What was taken after a savepoint is given back with it: the larger group is then taken in order.
    transaction.savepoint_rollback(point)
    return None


def get_psycopg_connection() -> Connection[Any]:
    """Return the connection beneath Django's, in the same transaction."""
    connection.ensure_connection()
    return connection.connection
