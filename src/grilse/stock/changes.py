"""What changed, told to the rooms above: they answer in the transaction of the change."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from django.db import connection, transaction
from psycopg import Connection

from grilse.farm.tenancy import everywhere
from grilse.stock.locks import hold_those_of, tied_to

Changed = Mapping[int, date]
Handler = Callable[[Changed], None]

_handlers: list[Handler] = []
_gathering: ContextVar[dict[int, date] | None] = ContextVar("gathering", default=None)
_held: ContextVar[frozenset[int]] = ContextVar("held", default=frozenset())


def on_change(handler: Handler) -> None:
    """Have a function called with placements and, for each, the first day of which more or else is known."""
    _handlers.append(handler)


def announce(placements: Iterable[int], day: date) -> None:
    """Say that something of placements changed from a day on; answered when the outermost gathering ends."""
    with gathered() as changed:
        for placement in placements:
            changed[placement] = min(day, changed.get(placement, day))


@contextmanager
def gathered() -> Iterator[dict[int, date]]:
    """Gather what is announced within, also by actions called one after another, and answer it once."""
    outer = _gathering.get()
    if outer is not None:
        yield outer
        return
    changed: dict[int, date] = {}
    token = _gathering.set(changed)
    try:
        yield changed
    finally:
        _gathering.reset(token)
    if changed:
        for handler in _handlers:
            handler(changed)


@contextmanager
def editing(placements: Iterable[int]) -> Iterator[None]:
    """Change what is known of placements: whole or not at all, by one editor at a time, answered at the end.

    A request of several actions on different batches names all their placements to an `editing` around them:
    then it waits for other editors once, in order. Two statements, beside savepoints.
    """
    with transaction.atomic():
        token = _held.set(_held.get() | _hold(set(placements)))
        try:
            with gathered():
                yield
        finally:
            _held.reset(token)


def held() -> frozenset[int]:
    """Return the batches that the editing under way holds: what is tied to them by now may not be."""
    return _held.get()


def _hold(placements: set[int]) -> set[int]:
    """Hold the batches of placements; again where another editor tied more to them during the wait."""
    # Fish may have moved to where this editor sees nothing.
    with everywhere():
        found = _tried(placements)
        while found is None:
            found = _tried(placements)
        return found


def _tried(placements: set[int]) -> set[int] | None:
    """Hold batches; None, with nothing held, if they are tied to others by now."""
    point = transaction.savepoint()
    held = hold_those_of(psycopg_connection(), placements)
    if tied_to(psycopg_connection(), placements) == held:
        transaction.savepoint_commit(point)
        return held
    # What was taken after a savepoint is given back with it: the larger group is then taken in order.
    transaction.savepoint_rollback(point)
    return None


def psycopg_connection() -> Connection[Any]:
    """Return the connection beneath Django's, in the same transaction."""
    connection.ensure_connection()
    return connection.connection
