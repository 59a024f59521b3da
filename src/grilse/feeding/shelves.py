"""Stores and the products in them: which of them a meal draws on, and who may draw."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.feeding import refusals
from grilse.feeding.models import Draw, Feed
from grilse.stock.models import Placement


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Shelf:
    """A product in a store: what is drawn first in, first out."""

    store: int
    feed: int


def shelf_for(placement: Placement, feed: int | None, store: int | None) -> Shelf | None:
    """Return what a meal of a placement draws on; None without a product, or without a store at the site.

    Two statements.
    """
    if feed is None:
        return None
    stores = _stores(placement)
    if store is not None:
        if store not in stores:
            raise GrilseError(refusals.not_of_site(store, placement.name), field="store")
        return Shelf(store=store, feed=feed)
    if len(stores) > 1:
        raise GrilseError(refusals.several_stores(placement.name), field="store")
    return Shelf(store=stores[0], feed=feed) if stores else None


def _stores(placement: Placement) -> list[int]:
    container = placement.container
    of_site = Q(hall__isnull=False, hall=container.hall_id) | Q(area__isnull=False, area=container.area_id)
    return list(FeedStore.objects.filter(of_site).order_by("pk").values_list("pk", flat=True))


def drawn_from(meal: int) -> Shelf | None:
    """Return what a meal drew on, if anything; one statement."""
    first = Draw.objects.filter(meal_id=meal).select_related("lot").first()
    return None if first is None else Shelf(store=first.lot.store_id, feed=first.lot.feed_id)


def refuse_unknown(feeds: set[int]) -> None:
    """Refuse a product that the company has not; one statement."""
    for unknown in sorted(feeds - set(Feed.objects.in_bulk(feeds))):
        raise GrilseError(refusals.missing("feed", unknown), field="feed")


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
