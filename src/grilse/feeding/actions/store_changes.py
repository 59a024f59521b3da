"""Changes of feed stores (deliveries, counts, losses): the steps in which all are entered and changed."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from django.db import transaction
from django.db.models import Min, Model

from grilse.access.own_entries import refuse_entries_of_others
from grilse.access.reasons import require_reason
from grilse.access.tenancy import lift_geography_limit
from grilse.errors import GrilseError
from grilse.farm.models import GEOGRAPHY_PATHS, FeedStore
from grilse.farm.time_zones import build_day_sql, build_zone_joins
from grilse.feeding import messages
from grilse.feeding.capacity import refuse_over_capacity
from grilse.feeding.draws import redraw_stock
from grilse.feeding.feed_stocks import FeedStock, lock_stores
from grilse.feeding.models import Feed, StoreAdjustment
from grilse.feeding.rules import get_local_day
from grilse.listing.sql import fetch_rows
from grilse.row_validation import fill_row, find_rows, refuse_duplicates
from grilse.science.days import to_epoch_day
from grilse.stock.actions.events import RowActions
from grilse.stock.rules import find_impossible_days, refuse_future_date


class StoreEntry(Protocol):
    """An entry that names its store and its product by their ids."""

    @property
    def store(self) -> int: ...
    @property
    def feed(self) -> int: ...


Entry = TypeVar("Entry", bound=StoreEntry)
Row = TypeVar("Row", bound=Model)


class StoreChangeActions(RowActions[Entry, Row], ABC):
    """How changes of feed stores are recorded, corrected and withdrawn; what is drawn from their day on follows.

    Every change locks its stores first. A row is read again under the lock, since another editor may have changed it.
    """

    time_field: str
    """The field of the time or day of an entry."""

    def record(self, entries: Sequence[Entry]) -> list[int]:
        """Enter rows; return their ids."""
        with transaction.atomic():
            stores = self._check_entries(entries)
            lock_stores(lambda: set(stores))
            rows: list[Any] = self.build_rows(entries, [None] * len(entries))
            self._refuse_duplicates(rows)
            first_times: dict[FeedStock, datetime] = {}
            first_day = date.max
            for row in rows:
                stock, zone = _get_feed_stock(row), stores[row.store_id].time_zone
                time = self.get_time(row, zone)
                first_times[stock] = min(time, first_times.get(stock, time))
                first_day = min(first_day, get_local_day(time, zone))
            with refuse_over_capacity(set(stores), first_day):
                self.model._default_manager.bulk_create(rows)
                for stock, since in sorted(first_times.items()):
                    redraw_stock(rows[0].company_id, stock, since)
            return [row.pk for row in rows]

    def correct(self, id: int, entry: Entry, *, reason: str) -> None:
        """Replace what a row says by an entry."""
        require_reason(reason)
        with transaction.atomic():
            self._check_entries([entry])
            lock_stores(lambda: {self._find_store(id), entry.store})
            refuse_entries_of_others(self.model, [id])
            row: Any = self.find_row(id)
            before, (since, since_day) = _get_feed_stock(row), self._find_start(row)
            fill_row(row, entry, **self.get_values(entry, None))
            self._refuse_duplicates([row])
            after, (time, day) = _get_feed_stock(row), self._find_start(row)
            with refuse_over_capacity({before.store, after.store}, min(since_day, day)):
                meals = self.delete_draws(row)
                # Not the columns that a trigger or the allocation writes.
                names = {field.name for field in row._meta.concrete_fields}
                row.save(update_fields=[field.name for field in fields(entry) if field.name in names])  # type: ignore[arg-type]
                redraw_stock(row.company_id, before, min(since, time) if after == before else since, meals)
                if after != before:
                    redraw_stock(row.company_id, after, time)

    def withdraw(self, id: int, *, reason: str) -> None:
        """Delete the row of what did not happen."""
        require_reason(reason)
        with transaction.atomic():
            lock_stores(lambda: {self._find_store(id)})
            refuse_entries_of_others(self.model, [id])
            row: Any = self.find_row(id)
            stock, (time, day) = _get_feed_stock(row), self._find_start(row)
            with refuse_over_capacity({stock.store}, day):
                meals = self.delete_draws(row)
                row.delete()
                redraw_stock(row.company_id, stock, time, meals)

    @abstractmethod
    def check_entry(self, entry: Entry, store: FeedStore) -> None:
        """Refuse figures that are not possible."""

    @abstractmethod
    def get_time(self, entry: Any, zone: str) -> datetime:
        """Return the time from which on an entry or its row changes the store, in the time zone of the store."""

    @abstractmethod
    def get_day(self, entry: Entry, zone: str) -> date:
        """Return the day of an entry."""

    @abstractmethod
    def delete_draws(self, row: Any) -> set[int]:
        """Delete the draws of a row or from it; return the meals that they fed."""

    @abstractmethod
    def describe_row(self, row: Any) -> str:
        """Return how the refusal of a duplicate names a row."""

    def _check_entries(self, entries: Sequence[Entry]) -> Mapping[int, FeedStore]:
        """Return the stores; refuse entries that are not possible; two statements."""
        rows = FeedStore.objects.select_related(*GEOGRAPHY_PATHS)
        stores = find_rows(rows, (new.store for new in entries), "feed store", field="store")
        find_rows(Feed, (new.feed for new in entries), "feed", field="feed")
        for new in entries:
            zone = stores[new.store].time_zone
            day = self.get_day(new, zone)
            refuse_future_date(day, zone, field=self.time_field)
            if find_impossible_days(to_epoch_day(day))[0]:
                raise GrilseError(f"{day} is before 1970: enter the day on which it happened", field=self.time_field)
            self.check_entry(new, stores[new.store])
        return stores

    def _refuse_duplicates(self, rows: Sequence[Row]) -> None:
        """Refuse a second row of one key, also among those of other geographies; one statement."""
        with lift_geography_limit():
            refuse_duplicates(rows, self.key, self.describe_row)

    def _find_start(self, row: Any) -> tuple[datetime, date]:
        """Return the time and the day from which on a row changes its store; one statement."""
        zone = FeedStore.objects.select_related(*GEOGRAPHY_PATHS).get(pk=row.store_id).time_zone
        time = self.get_time(row, zone)
        return time, get_local_day(time, zone)

    def _find_store(self, id: int) -> int:
        row: Any = self.find_row(id)
        store: int = row.store_id
        return store


def _get_feed_stock(row: Any) -> FeedStock:
    return FeedStock(store=row.store_id, feed=row.feed_id)


def follow_time_zone(stores: list[int]) -> None:
    """Draw the feed of stores again after their time zone changed; refuse a zone in which a meal is before its feed.

    Only what follows the first count or loss of a feed stock depends on the time of day. At most ten statements for
    each such feed stock.
    """
    lock_stores(lambda: set(stores))
    counted = StoreAdjustment.objects.filter(store__in=stores).values_list("company_id", "store_id", "feed_id")
    for company, store, feed, since in counted.annotate(Min("at")).order_by("store_id", "feed_id"):
        try:
            redraw_stock(company, FeedStock(store=store, feed=feed), since)
        except GrilseError as error:
            raise GrilseError(f"in this time zone {error}", field="time_zone") from None
    for row in fetch_rows(EARLY_MEALS, {"stores": stores}):
        why = f"before delivery {row.pop('lot')}, which it drew"
        raise GrilseError(messages.describe_misplaced_meal(**row, why=why), field="time_zone")


EARLY_MEALS = f"""
SELECT p.name AS placement, m.at AT TIME ZONE 'UTC' AS at, {build_day_sql("m.at")} AS day, z.time_zone AS zone,
       l.number AS lot
  FROM feeding_feedlot l JOIN farm_feedstore s ON s.id = l.store_id {build_zone_joins("s")}
  JOIN feeding_draw d ON d.lot_id = l.id JOIN feeding_meal m ON m.id = d.meal_id
  JOIN stock_placement p ON p.id = m.placement_id
 WHERE l.store_id = ANY(%(stores)s) AND l.counted_at IS NULL AND {build_day_sql("m.at")} < l.delivered
 ORDER BY m.at LIMIT 1
"""
