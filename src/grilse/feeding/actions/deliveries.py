"""Deliveries into a store: recorded, corrected, withdrawn; what later meals drew and cost follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import transaction

from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.farm.reasons import required_reason
from grilse.farm.rows import checked, refuse_twice
from grilse.farm.tenancy import acting, everywhere
from grilse.feeding import refusals
from grilse.feeding.capacity import refuse_over_capacity
from grilse.feeding.drawing import redraw
from grilse.feeding.models import Draw, Feed, FeedLot
from grilse.feeding.shelves import Shelf, hold
from grilse.stock.windows import refuse_future

FIRST = date(1970, 1, 1)
WRITTEN = ("store", "feed", "number", "delivered", "grams", "price_per_kg", "supplier")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewDelivery:
    """Feed brought into a store, as a door brings it; store and product by their ids."""

    store: int
    feed: int
    number: str
    """Of the lot; the company has it once."""
    delivered: date
    """It comes before the meals of this day."""
    grams: int
    price_per_kg: int
    """Minor units: øre, pence."""
    supplier: str = ""


def record(deliveries: Sequence[NewDelivery]) -> list[int]:
    """Enter deliveries; later meals are drawn again where an earlier one now goes first; return their ids."""
    with transaction.atomic():
        stores = _checked(deliveries)
        hold(lambda: set(stores))
        company = acting().company
        rows = [_row(new, FeedLot(company_id=company)) for new in deliveries]
        _refuse_twice(rows)
        FeedLot.objects.bulk_create(rows)
        for shelf in sorted({_shelf(row) for row in rows}):
            mine = [row for row in rows if _shelf(row) == shelf]
            redraw(company, shelf, _morning(min(row.delivered for row in mine)))
        for id, store in stores.items():
            refuse_over_capacity(store, [(row.delivered, row.grams) for row in rows if row.store_id == id])
        return [row.pk for row in rows]


def correct(delivery: int, new: NewDelivery, *, reason: str) -> None:
    """Write a delivery as it should have been; what meals drew of it is drawn again, at its price."""
    required_reason(reason)
    with transaction.atomic():
        stores = _checked([new])
        hold(lambda: {_existing(delivery).store_id, new.store})
        # Read once it is held: an editor that was waited for may have changed it.
        row = _existing(delivery)
        shelf, since, less = _shelf(row), row.delivered, -row.grams
        fed = _given_back(row)
        _row(new, row)
        _refuse_twice([row])
        row.save(update_fields=WRITTEN)
        redraw(row.company_id, shelf, _morning(min(since, row.delivered)), fed)
        if _shelf(row) != shelf:
            redraw(row.company_id, _shelf(row), _morning(row.delivered))
        left = [(since, less)] if shelf.store == new.store else []
        refuse_over_capacity(stores[new.store], [*left, (row.delivered, row.grams)])


def withdraw(delivery: int, *, reason: str) -> None:
    """Take a delivery away that never came; what meals drew of it is drawn from others."""
    required_reason(reason)
    with transaction.atomic():
        hold(lambda: {_existing(delivery).store_id})
        row = _existing(delivery)
        company, shelf, since = row.company_id, _shelf(row), row.delivered
        fed = _given_back(row)
        row.delete()
        redraw(company, shelf, _morning(since), fed)


def _existing(delivery: int) -> FeedLot:
    found = FeedLot.objects.filter(pk=delivery).first()
    if found is None:
        raise GrilseError(refusals.missing("delivery", delivery))
    return found


def _checked(deliveries: Sequence[NewDelivery]) -> Mapping[int, FeedStore]:
    """Return the stores; refuse deliveries into none, of nothing known, or of no mass; two statements."""
    stores = FeedStore.objects.in_bulk({new.store for new in deliveries})
    feeds = Feed.objects.in_bulk({new.feed for new in deliveries})
    for new in deliveries:
        if new.store not in stores:
            raise GrilseError(refusals.missing("feed store", new.store), field="store")
        if new.feed not in feeds:
            raise GrilseError(refusals.missing("feed", new.feed), field="feed")
        refuse_future(new.delivered)
        if new.delivered < FIRST:
            raise GrilseError(refusals.too_old(new.delivered), field="delivered")
        _refuse_figures(new)
    return stores


def _refuse_figures(new: NewDelivery) -> None:
    if not new.number.strip():
        raise GrilseError(refusals.unnumbered(), field="number")
    if not 1 <= new.grams <= refusals.MOST_GRAMS:
        raise GrilseError(refusals.delivery_mass(new.number, new.grams), field="grams")
    if not 0 <= new.price_per_kg <= refusals.MOST_PRICE:
        raise GrilseError(refusals.price(new.number, new.price_per_kg), field="price_per_kg")


def _row(new: NewDelivery, row: FeedLot) -> FeedLot:
    row.store_id, row.feed_id, row.number = new.store, new.feed, new.number.strip()
    row.delivered, row.grams = new.delivered, new.grams
    row.price_per_kg, row.supplier = new.price_per_kg, new.supplier
    checked(row)
    return row


def _refuse_twice(rows: Sequence[FeedLot]) -> None:
    """Refuse a second delivery of one number, also beside those of other geographies; one statement."""
    with everywhere():
        refuse_twice(rows, ("number",), lambda row: refusals.delivery_named(row.number))


def _given_back(row: FeedLot) -> set[int]:
    """Take away what was drawn of a delivery; return the meals that did."""
    draws = Draw.objects.filter(lot_id=row.pk)
    fed = set(draws.values_list("meal_id", flat=True))
    draws.delete()
    return fed


def _shelf(row: FeedLot) -> Shelf:
    return Shelf(store=row.store_id, feed=row.feed_id)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
