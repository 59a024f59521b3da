"""Deliveries into a store: recorded, corrected, withdrawn; the draws and costs of later meals follow."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import transaction

from grilse.access.reasons import require_reason
from grilse.access.tenancy import lift_geography_limit
from grilse.errors import GrilseError
from grilse.farm.models import GEOGRAPHY_PATHS, FeedStore
from grilse.feeding import messages
from grilse.feeding.capacity import refuse_over_capacity
from grilse.feeding.draws import redraw_meals
from grilse.feeding.feed_stocks import FeedStock, lock_stores
from grilse.feeding.models import Draw, Feed, FeedLot
from grilse.feeding.rules import is_invalid_mass
from grilse.row_validation import fill_row, find_rows, refuse_duplicates
from grilse.science.days import to_epoch_day
from grilse.science.time_zones import LARGEST_OFFSET
from grilse.stock.actions.events import RowActions, build_functions
from grilse.stock.rules import find_impossible_days, refuse_future_date


@dataclass(frozen=True, kw_only=True, slots=True)
class NewDelivery:
    """Feed brought into a store; store and product by their ids."""

    store: int
    feed: int
    number: str
    """Of the lot; unique in the company."""
    delivered: date
    """The delivery comes before the meals of this day."""
    grams: int
    price_per_kg: int
    """Minor units: øre, pence."""
    supplier: str = ""


class DeliveryActions(RowActions[NewDelivery, FeedLot]):
    """Deliveries; each change draws again the meals from its day on."""

    model, label, key = FeedLot, "delivery", ("number",)
    plural = "deliveries"

    def get_values(self, entry: NewDelivery, derived: Any) -> dict[str, Any]:
        """Return the number without the spaces around it."""
        return {"number": entry.number.strip()}

    def record(self, entries: Sequence[NewDelivery]) -> list[int]:
        """Enter deliveries; return their ids."""
        with transaction.atomic():
            stores = _check_deliveries(entries)
            lock_stores(lambda: set(stores))
            rows = self.build_rows(entries, [None] * len(entries))
            self._refuse_duplicates(rows)
            FeedLot.objects.bulk_create(rows)
            for stock in sorted({_get_feed_stock(row) for row in rows}):
                first_day = min(row.delivered for row in rows if _get_feed_stock(row) == stock)
                _redraw_from_day(rows[0].company_id, stock, first_day)
            for id, store in stores.items():
                refuse_over_capacity(store, [(row.delivered, row.grams) for row in rows if row.store_id == id])
            return [row.pk for row in rows]

    def correct(self, id: int, entry: NewDelivery, *, reason: str) -> None:
        """Replace what a delivery says by an entry; meals draw from it again at its new price."""
        require_reason(reason)
        with transaction.atomic():
            store = _check_deliveries([entry])[entry.store]
            lock_stores(lambda: {self.find_row(id).store_id, entry.store})
            # Read under the lock: another editor may have changed it meanwhile.
            row = self.find_row(id)
            before, since, changes = _get_feed_stock(row), row.delivered, [(row.delivered, -row.grams)]
            meal_ids = _delete_lot_draws(row)
            fill_row(row, entry, **self.get_values(entry, None))
            self._refuse_duplicates([row])
            # Not `drawn`, which a trigger writes.
            row.save(update_fields=[field.name for field in fields(NewDelivery)])
            after = _get_feed_stock(row)
            _redraw_from_day(row.company_id, before, min(since, row.delivered), meal_ids)
            if after != before:
                _redraw_from_day(row.company_id, after, row.delivered)
                if after.store != before.store:
                    changes = []
            refuse_over_capacity(store, [*changes, (row.delivered, row.grams)])

    def withdraw(self, id: int, *, reason: str) -> None:
        """Delete a delivery that did not come; its meals draw from other deliveries."""
        require_reason(reason)
        with transaction.atomic():
            lock_stores(lambda: {self.find_row(id).store_id})
            row = self.find_row(id)
            meal_ids = _delete_lot_draws(row)
            row.delete()
            _redraw_from_day(row.company_id, _get_feed_stock(row), row.delivered, meal_ids)

    def _refuse_duplicates(self, rows: Sequence[FeedLot]) -> None:
        """Refuse a second delivery of one number, also among those of other geographies; one statement."""
        with lift_geography_limit():
            refuse_duplicates(rows, self.key, lambda row: f"delivery {row.number}")


def _check_deliveries(deliveries: Sequence[NewDelivery]) -> Mapping[int, FeedStore]:
    """Return the stores; refuse deliveries that are not possible; two statements."""
    rows = FeedStore.objects.select_related(*GEOGRAPHY_PATHS)
    stores = find_rows(rows, (new.store for new in deliveries), "feed store", field="store")
    find_rows(Feed, (new.feed for new in deliveries), "feed", field="feed")
    for new in deliveries:
        refuse_future_date(new.delivered, stores[new.store].time_zone, field="delivered")
        if find_impossible_days(to_epoch_day(new.delivered))[0]:
            raise GrilseError(f"{new.delivered} is before 1970: enter the day that the feed came", field="delivered")
        _refuse_invalid_figures(new)
    return stores


def _refuse_invalid_figures(new: NewDelivery) -> None:
    if not new.number.strip():
        raise GrilseError("a delivery without a number: name it, as its waybill does", field="number")
    if is_invalid_mass(new.grams):
        what = f"a delivery of {new.grams} g, {new.number}"
        raise GrilseError(f"{what}: it has to be at least one and at most {messages.MAX_GRAMS:,}", field="grams")
    if not 0 <= new.price_per_kg <= messages.MAX_PRICE:
        what = f"a price of {new.price_per_kg} a kg for {new.number}"
        why = f"{what}: it has to be from 0 to {messages.MAX_PRICE:,}, in øre or pence"
        raise GrilseError(why, field="price_per_kg")


def _delete_lot_draws(row: FeedLot) -> set[int]:
    """Delete the draws from a delivery; return the meals that drew from it."""
    draws = Draw.objects.filter(lot_id=row.pk)
    meal_ids = set(draws.values_list("meal_id", flat=True))
    draws.delete()
    return meal_ids


def _get_feed_stock(row: FeedLot) -> FeedStock:
    return FeedStock(store=row.store_id, feed=row.feed_id)


def _redraw_from_day(company: int, stock: FeedStock, day: date, new_meals: Collection[int] = ()) -> None:
    # Nowhere does the day begin earlier; meals that are drawn again without need keep their draws.
    redraw_meals(company, stock, datetime.combine(day, time(), UTC) - LARGEST_OFFSET, new_meals)


DELIVERIES = DeliveryActions()
record_deliveries, correct_delivery, withdraw_delivery = build_functions(DELIVERIES)
