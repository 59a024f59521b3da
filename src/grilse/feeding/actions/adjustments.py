"""Counts of feed stores, and feed that was spilled, spoiled or returned: recorded, corrected, withdrawn."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.farm.site_names import find_label
from grilse.feeding import messages
from grilse.feeding.actions.store_changes import StoreChangeActions
from grilse.feeding.models import StoreAdjustment, StoreDraw
from grilse.feeding.rules import find_counts_over_capacity, find_invalid_adjustments, get_local_day
from grilse.stock.actions.events import build_functions
from grilse.stock.messages import describe_unknown_choice

COUNT = StoreAdjustment.Kind.COUNT


@dataclass(frozen=True, kw_only=True, slots=True)
class NewAdjustment:
    """The feed of a product found in a store, or lost from it; store and product by their ids."""

    store: int
    feed: int
    at: datetime
    """With its time zone; meals of the same time come before it."""
    kind: str
    """COUNT, SPILLED, SPOILED or RETURNED."""
    grams: int
    """Of a COUNT what is in the store, of the other kinds what left it."""
    reason: str = ""
    """Why feed was lost; a COUNT needs none."""


class AdjustmentActions(StoreChangeActions[NewAdjustment, StoreAdjustment]):
    """Counts and losses. No estimate of growth follows them: the fish did not eat what is missing."""

    model, label, key = StoreAdjustment, "store adjustment", ("store_id", "feed_id", "at", "kind")
    time_field = "at"

    def get_values(self, entry: NewAdjustment, derived: Any) -> dict[str, Any]:
        """Return the reason without the spaces around it."""
        return {"reason": entry.reason.strip()}

    def get_time(self, entry: NewAdjustment | StoreAdjustment, zone: str) -> datetime:
        """Return the time of an adjustment."""
        return entry.at

    def get_day(self, entry: NewAdjustment, zone: str) -> date:
        """Return the day of an adjustment; refuse a time without its zone, or beyond the calendar."""
        return get_local_day(entry.at, zone)

    def delete_draws(self, row: StoreAdjustment) -> set[int]:
        """Delete what an adjustment drew."""
        StoreDraw.objects.filter(adjustment_id=row.pk).delete()
        return set()

    def describe_row(self, row: StoreAdjustment) -> str:
        """Name an adjustment."""
        return f"a {row.kind} of this store and feed at {row.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"

    def check_entry(self, new: NewAdjustment, store: FeedStore) -> None:
        """Refuse a kind or a mass that is not possible, and a loss without a reason."""
        if new.kind not in StoreAdjustment.Kind.values:
            raise GrilseError(describe_unknown_choice(new.kind, StoreAdjustment.Kind.values), field="kind")
        is_count = new.kind == COUNT
        if find_invalid_adjustments(new.grams, is_count):
            raise GrilseError(messages.describe_invalid_adjustment(new.kind, new.grams), field="grams")
        if find_counts_over_capacity(new.grams, is_count, store.capacity_kg):
            why = messages.describe_count_over_capacity(find_label(store), store.capacity_kg, new.grams)
            raise GrilseError(why, field="grams")
        if not is_count and not new.reason.strip():
            raise GrilseError(messages.describe_missing_reason(new.kind), field="reason")


ADJUSTMENTS = AdjustmentActions()
record_store_adjustments, correct_store_adjustment, withdraw_store_adjustment = build_functions(ADJUSTMENTS)
