"""Stores and the products in them: which of them a meal draws on, and who may draw."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.feeding import messages
from grilse.feeding.models import Draw, Feed
from grilse.stock.models import Placement


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class FeedStock:
    """A product in a store: what is drawn first in, first out."""

    store: int
    feed: int


def find_feed_stock(placement: Placement, feed: int | None, store: int | None) -> FeedStock | None:
    """Return what a meal of a placement draws on; None without a product, or without a store at the site.

    Two statements.
    """
    if feed is None:
        return None
    stores = _find_stores(placement)
    if store is not None:
        if store not in stores:
            raise GrilseError(messages.describe_foreign_store(store, placement.name), field="store")
        return FeedStock(store=store, feed=feed)
    if len(stores) > 1:
        raise GrilseError(messages.describe_several_stores(placement.name), field="store")
    return FeedStock(store=stores[0], feed=feed) if stores else None


def _find_stores(placement: Placement) -> list[int]:
    container = placement.container
    of_site = Q(hall__isnull=False, hall=container.hall_id) | Q(area__isnull=False, area=container.area_id)
    return list(FeedStore.objects.filter(of_site).order_by("pk").values_list("pk", flat=True))


def find_drawn_stock(meal: int) -> FeedStock | None:
    """Return what a meal drew on, if anything; one statement."""
    first = Draw.objects.filter(meal_id=meal).select_related("lot").first()
    return None if first is None else FeedStock(store=first.lot.store_id, feed=first.lot.feed_id)


def refuse_unknown_feeds(feeds: set[int]) -> None:
    """Refuse a product that the company has not; one statement."""
    for unknown in sorted(feeds - set(Feed.objects.in_bulk(feeds))):
        raise GrilseError(messages.describe_missing_row("feed", unknown), field="feed")


def lock_stores(list_stores: Callable[[], set[int]]) -> None:
    """Let one editor at a time at stores; which ones is asked again after the wait for another."""
    while not _try_lock(list_stores):
        pass


def _try_lock(list_stores: Callable[[], set[int]]) -> bool:
    """Hold stores, in their order; nothing is held if others are wanted by now."""
    point = transaction.savepoint()
    store_ids = list_stores()
    held = FeedStore.objects.select_for_update(no_key=True).filter(pk__in=store_ids)
    list(held.order_by("pk").values_list("pk", flat=True))
    if list_stores() <= store_ids:
        transaction.savepoint_commit(point)
        return True
    # What was taken after a savepoint is given back with it: all are then taken in order.
    transaction.savepoint_rollback(point)
    return False
