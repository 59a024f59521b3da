"""Deliveries into a store: recorded, corrected, withdrawn; the draws and costs of later meals follow."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.feeding import messages
from grilse.feeding.actions.store_changes import StoreChangeActions
from grilse.feeding.models import Draw, FeedLot, StoreDraw
from grilse.feeding.rules import is_invalid_mass
from grilse.science.time_zones import get_day_start
from grilse.stock.actions.events import build_functions


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


class DeliveryActions(StoreChangeActions[NewDelivery, FeedLot]):
    """Deliveries; each change draws again the meals from its day on."""

    model, label, key = FeedLot, "delivery", ("number",)
    time_field = "delivered"
    plural = "deliveries"

    def find_row(self, id: int) -> FeedLot:
        """Return the delivery of an id; refuse feed that a count added; one statement."""
        row = super().find_row(id)
        if row.counted_at is not None:
            what = f"lot {row.number} is feed that a count added to its store"
            raise GrilseError(f"{what}: correct or withdraw the count of {row.counted_at:%Y-%m-%dT%H:%M}Z")
        return row

    def get_values(self, entry: NewDelivery, derived: Any) -> dict[str, Any]:
        """Return the number without the spaces around it."""
        return {"number": entry.number.strip()}

    def get_time(self, entry: NewDelivery | FeedLot, zone: str) -> datetime:
        """Return the start of the day of a delivery."""
        return get_day_start(entry.delivered, zone)

    def get_day(self, entry: NewDelivery, zone: str) -> date:
        """Return the day of a delivery."""
        return entry.delivered

    def delete_draws(self, row: FeedLot) -> set[int]:
        """Delete the draws from a delivery; return the meals that drew from it."""
        draws = Draw.objects.filter(lot_id=row.pk)
        meal_ids = set(draws.values_list("meal_id", flat=True))
        draws.delete()
        StoreDraw.objects.filter(lot_id=row.pk).delete()
        return meal_ids

    def describe_row(self, row: FeedLot) -> str:
        """Name a delivery."""
        return f"delivery {row.number}"

    def check_entry(self, new: NewDelivery, store: FeedStore) -> None:
        """Refuse a number, a mass or a price that no delivery has."""
        if not new.number.strip():
            raise GrilseError("a delivery without a number: name it, as its waybill does", field="number")
        if is_invalid_mass(new.grams):
            what = f"a delivery of {new.grams} g, {new.number}"
            raise GrilseError(f"{what}: it has to be at least one and at most {messages.MAX_GRAMS:,}", field="grams")
        if not 0 <= new.price_per_kg <= messages.MAX_PRICE:
            what = f"a price of {new.price_per_kg} a kg for {new.number}"
            why = f"{what}: it has to be from 0 to {messages.MAX_PRICE:,}, in øre or pence"
            raise GrilseError(why, field="price_per_kg")


DELIVERIES = DeliveryActions()
record_deliveries, correct_delivery, withdraw_delivery = build_functions(DELIVERIES)
