"""Stores and the products in them: which of them a meal draws on, and their locks."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.farm.time_zones import build_zone_joins
from grilse.feeding.models import Draw
from grilse.stock.models import Placement

ZONE_OF_STORE = f"(SELECT z.time_zone FROM farm_feedstore store {build_zone_joins('store')} WHERE store.id = %(store)s)"
"""SQL of the time zone of a feed store, whose days its deliveries and meals have."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class FeedStock:
    """A product in a store, drawn first in, first out."""

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
            raise GrilseError(f"store {store} is not one of the site of {placement.name}", field="store")
        return FeedStock(store=store, feed=feed)
    if len(stores) > 1:
        why = f"the site of {placement.name} has several stores: name the one that fed it"
        raise GrilseError(why, field="store")
    return FeedStock(store=stores[0], feed=feed) if stores else None


def _find_stores(placement: Placement) -> list[int]:
    container = placement.container
    of_site = Q(hall__isnull=False, hall=container.hall_id) | Q(area__isnull=False, area=container.area_id)
    return list(FeedStore.objects.filter(of_site).order_by("pk").values_list("pk", flat=True))


def find_drawn_stock(meal: int) -> FeedStock | None:
    """Return what a meal drew on, if anything; one statement."""
    first = Draw.objects.filter(meal_id=meal).select_related("lot").first()
    return None if first is None else FeedStock(store=first.lot.store_id, feed=first.lot.feed_id)


def lock_stores(list_stores: Callable[[], set[int]]) -> None:
    """Lock stores until the transaction ends; they are listed again after the wait for another editor."""
    while not _try_lock(list_stores):
        pass


def _try_lock(list_stores: Callable[[], set[int]]) -> bool:
    """Lock stores in the order of their ids; lock none if more stores are needed by now."""
    point = transaction.savepoint()
    store_ids = list_stores()
    rows = FeedStore.objects.select_for_update(no_key=True).filter(pk__in=store_ids)
    list(rows.order_by("pk").values_list("pk", flat=True))
    if list_stores() <= store_ids:
        transaction.savepoint_commit(point)
        return True
    # The rollback releases the locks taken since the savepoint; the next try takes all in order.
    transaction.savepoint_rollback(point)
    return False
