"""Stores and the products in them, held by one editor at a time."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from grilse.farm.models import FeedStore


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Shelf:
    """A product in a store: what is drawn first in, first out."""

    store: int
    feed: int


def hold(wanted: Callable[[], set[int]]) -> None:
    """Let one editor at a time at stores; which ones is asked again after the wait for another."""
    while not _tried(wanted):
        pass


def _tried(wanted: Callable[[], set[int]]) -> bool:
    """Hold stores, in their order; nothing is held if others are wanted by now."""
    point = transaction.savepoint()
    stores = wanted()
    held = FeedStore.objects.select_for_update(no_key=True).filter(pk__in=stores)
    list(held.order_by("pk").values_list("pk", flat=True))
    if wanted() <= stores:
        transaction.savepoint_commit(point)
        return True
    # What was taken after a savepoint is given back with it: all are then taken in order.
    transaction.savepoint_rollback(point)
    return False
