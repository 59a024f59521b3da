"""Deliveries into a store: recorded, corrected, withdrawn; what later meals drew and cost follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import transaction

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor, lift_geography_limit
from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.feeding import messages
from grilse.feeding.capacity import refuse_over_capacity
from grilse.feeding.draws import redraw_meals
from grilse.feeding.feed_stocks import FeedStock, lock_stores
from grilse.feeding.models import Draw, Feed, FeedLot
from grilse.feeding.rules import is_invalid_mass
from grilse.row_validation import check_fields, refuse_duplicates
from grilse.science.days import to_epoch_day
from grilse.stock.rules import find_impossible_days, refuse_future_date

UPDATED_FIELDS = ("store", "feed", "number", "delivered", "grams", "price_per_kg", "supplier")


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


def record_deliveries(deliveries: Sequence[NewDelivery]) -> list[int]:
    """Enter deliveries; later meals are drawn again where an earlier one now goes first; return their ids."""
    with transaction.atomic():
        stores = _check_deliveries(deliveries)
        lock_stores(lambda: set(stores))
        company = get_current_actor().company
        rows = [_fill_row(new, FeedLot(company_id=company)) for new in deliveries]
        _refuse_duplicates(rows)
        FeedLot.objects.bulk_create(rows)
        for shelf in sorted({_get_feed_stock(row) for row in rows}):
            mine = [row for row in rows if _get_feed_stock(row) == shelf]
            redraw_meals(company, shelf, _get_day_start(min(row.delivered for row in mine)))
        for id, store in stores.items():
            refuse_over_capacity(store, [(row.delivered, row.grams) for row in rows if row.store_id == id])
        return [row.pk for row in rows]


def correct_delivery(delivery: int, new: NewDelivery, *, reason: str) -> None:
    """Write a delivery as it should have been; what meals drew of it is drawn again, at its price."""
    require_reason(reason)
    with transaction.atomic():
        stores = _check_deliveries([new])
        lock_stores(lambda: {_get_delivery(delivery).store_id, new.store})
        # Read once it is held: an editor that was waited for may have changed it.
        row = _get_delivery(delivery)
        feed_stock, since, removed_grams = _get_feed_stock(row), row.delivered, -row.grams
        meal_ids = _delete_lot_draws(row)
        _fill_row(new, row)
        _refuse_duplicates([row])
        row.save(update_fields=UPDATED_FIELDS)
        redraw_meals(row.company_id, feed_stock, _get_day_start(min(since, row.delivered)), meal_ids)
        if _get_feed_stock(row) != feed_stock:
            redraw_meals(row.company_id, _get_feed_stock(row), _get_day_start(row.delivered))
        left = [(since, removed_grams)] if feed_stock.store == new.store else []
        refuse_over_capacity(stores[new.store], [*left, (row.delivered, row.grams)])


def withdraw_delivery(delivery: int, *, reason: str) -> None:
    """Take a delivery away that never came; what meals drew of it is drawn from others."""
    require_reason(reason)
    with transaction.atomic():
        lock_stores(lambda: {_get_delivery(delivery).store_id})
        row = _get_delivery(delivery)
        company, shelf, since = row.company_id, _get_feed_stock(row), row.delivered
        fed = _delete_lot_draws(row)
        row.delete()
        redraw_meals(company, shelf, _get_day_start(since), fed)


def _get_delivery(delivery: int) -> FeedLot:
    row = FeedLot.objects.filter(pk=delivery).first()
    if row is None:
        raise GrilseError(messages.describe_missing_row("delivery", delivery))
    return row


def _check_deliveries(deliveries: Sequence[NewDelivery]) -> Mapping[int, FeedStore]:
    """Return the stores; refuse deliveries into none, of nothing known, or of no mass; two statements."""
    stores = FeedStore.objects.in_bulk({new.store for new in deliveries})
    feeds = Feed.objects.in_bulk({new.feed for new in deliveries})
    for new in deliveries:
        if new.store not in stores:
            raise GrilseError(messages.describe_missing_row("feed store", new.store), field="store")
        if new.feed not in feeds:
            raise GrilseError(messages.describe_missing_row("feed", new.feed), field="feed")
        refuse_future_date(new.delivered)
        if find_impossible_days(to_epoch_day(new.delivered))[0]:
            raise GrilseError(messages.describe_early_date(new.delivered), field="delivered")
        _refuse_figures(new)
    return stores


def _refuse_figures(new: NewDelivery) -> None:
    if not new.number.strip():
        raise GrilseError(messages.describe_missing_number(), field="number")
    if is_invalid_mass(new.grams):
        raise GrilseError(messages.describe_delivery_mass(new.number, new.grams), field="grams")
    if not 0 <= new.price_per_kg <= messages.MAX_PRICE:
        raise GrilseError(messages.describe_invalid_price(new.number, new.price_per_kg), field="price_per_kg")


def _fill_row(new: NewDelivery, row: FeedLot) -> FeedLot:
    row.store_id, row.feed_id, row.number = new.store, new.feed, new.number.strip()
    row.delivered, row.grams = new.delivered, new.grams
    row.price_per_kg, row.supplier = new.price_per_kg, new.supplier
    check_fields(row)
    return row


def _refuse_duplicates(rows: Sequence[FeedLot]) -> None:
    """Refuse a second delivery of one number, also beside those of other geographies; one statement."""
    with lift_geography_limit():
        refuse_duplicates(rows, ("number",), lambda row: messages.describe_delivery(row.number))


def _delete_lot_draws(row: FeedLot) -> set[int]:
    """Take away what was drawn of a delivery; return the meals that did."""
    draws = Draw.objects.filter(lot_id=row.pk)
    fed = set(draws.values_list("meal_id", flat=True))
    draws.delete()
    return fed


def _get_feed_stock(row: FeedLot) -> FeedStock:
    return FeedStock(store=row.store_id, feed=row.feed_id)


def _get_day_start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
