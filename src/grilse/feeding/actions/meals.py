"""Meals: recorded with what they draw from a store, corrected, withdrawn."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from grilse.errors import GrilseError
from grilse.farm.time_zones import build_day_sql, build_zone_joins
from grilse.feeding import messages
from grilse.feeding.capacity import refuse_over_capacity
from grilse.feeding.draws import redraw_stock
from grilse.feeding.feed_stocks import FeedStock, find_drawn_stock, find_feed_stock, lock_stores
from grilse.feeding.models import Draw, Feed, Meal
from grilse.feeding.rules import get_local_day, is_invalid_mass
from grilse.listing.sql import fetch_rows
from grilse.row_validation import find_rows
from grilse.science.time_zones import get_day_start
from grilse.stock.actions.events import EventActions, build_functions
from grilse.stock.actions.plausibility import check_meal_sizes
from grilse.stock.messages import describe_local_day
from grilse.stock.models import Placement
from grilse.stock.rules import LAST_DAY_COUNTS, find_placements


@dataclass(frozen=True, kw_only=True, slots=True)
class NewMeal:
    """Feed given to a placement."""

    placement: int
    at: datetime
    """With its time zone."""
    grams: int
    feed: int | None = None
    """The product; without one nothing is drawn from a store."""
    store: int | None = None
    """Where it was drawn; by default the only store of the placement's site, if the site has one."""


class MealActions(EventActions[NewMeal, Meal]):
    """Meals; the draws of later meals follow them, and so do estimates."""

    model, label, key = Meal, "meal", ("placement_id", "at")
    day_column = "at"
    last_day_counts = LAST_DAY_COUNTS["meals"]
    affects_estimate = True

    def get_day(self, event: NewMeal | Meal, placement: Placement) -> date:
        """Return the day at the placement; refuse a time without a zone, or beyond the calendar."""
        return get_local_day(event.at, placement.container.time_zone)

    def describe_day(self, event: NewMeal | Meal, placement: Placement) -> str:
        """Name the time as it was given, and the day that it is of."""
        day, zone = self.get_day(event, placement), placement.container.time_zone
        return describe_local_day(event.at.isoformat(), day, zone)

    def to_columns(self, days: Mapping[int, date]) -> Mapping[int, datetime]:
        """Return the starts of the days at their placements; one statement."""
        placements = find_placements(days)
        return {id: get_day_start(day, placements[id].container.time_zone) for id, day in days.items()}

    def check_entries(self, entries: Sequence[NewMeal], placements: Mapping[int, Placement]) -> list[FeedStock | None]:
        """Refuse impossible meals; return the feed stock that each meal draws from."""
        find_rows(Feed, (entry.feed for entry in entries if entry.feed is not None), "feed", field="feed")
        super().check_entries(entries, placements)
        return [find_feed_stock(placements[entry.placement], entry.feed, entry.store) for entry in entries]

    def check_entry(self, entry: NewMeal, placement: Placement) -> None:
        """Refuse a mass that no meal has."""
        if is_invalid_mass(entry.grams):
            what = f"a meal of {entry.grams} g for {placement.name}"
            raise GrilseError(f"{what}: it has to be at least one and at most {messages.MAX_GRAMS:,}", field="grams")

    def get_values(self, entry: NewMeal, derived: FeedStock | None) -> dict[str, Any]:
        """Clear the cost: it is computed from the draws afterwards."""
        return {"cost": None}

    def describe_row(self, row: Meal, placement: Placement) -> str:
        """Name a meal."""
        return f"a meal of {placement.name} at {row.at.isoformat()}"

    def create_rows(
        self, rows: Sequence[Meal], entries: Sequence[NewMeal], derived: Sequence[FeedStock | None]
    ) -> None:
        """Insert meals and draw them, stock by stock, each from its first meal on."""
        stocks = {stock for stock in derived if stock is not None}
        lock_stores(lambda: {stock.store for stock in stocks})
        super().create_rows(rows, entries, derived)
        for stock in sorted(stocks):
            drawing = [row for row, drawn in zip(rows, derived, strict=True) if drawn == stock]
            redraw_stock(rows[0].company_id, stock, min(row.at for row in drawing), {row.pk for row in drawing})

    @contextmanager
    def open_row(self, id: int, entry: NewMeal | None, derived: FeedStock | None) -> Iterator[Meal]:
        """Delete the draws of a meal, yield the meal for the change, and redraw the meals from it on."""
        lock_stores(lambda: {stock.store for stock in (derived, find_drawn_stock(id)) if stock is not None})
        row, before = self.find_row(id), find_drawn_stock(id)
        after = derived
        if before is None and row.feed_id is not None and entry is not None and entry.store is None:
            after = None  # an imported meal of a store that is not in the database
        company, since = row.company_id, row.at
        stores = set() if before is None else {before.store}
        with refuse_over_capacity(stores, self._find_first_day(row, entry)):
            Draw.objects.filter(meal_id=id).delete()
            yield row
            if before is not None:
                redraw_stock(company, before, min(since, row.at), {id} if before == after else set())
            if after is not None and after != before:
                redraw_stock(company, after, row.at, {id})

    def follow_change(
        self, rows: Sequence[Meal], placements: Mapping[int, Placement], former: Iterable[tuple[int, date]]
    ) -> None:
        """Ask about meals that the fish cannot eat, after all that can be refused; two statements."""
        given = ((placements[row.placement_id], row) for row in rows)
        check_meal_sizes((placement, self.get_day(row, placement), row.grams / 1000) for placement, row in given)

    def _find_first_day(self, row: Meal, entry: NewMeal | None) -> date:
        """Return the first day on which a change of a meal changes a store; one statement."""
        placements = find_placements({row.placement_id, row.placement_id if entry is None else entry.placement})
        day = self.get_day(row, placements[row.placement_id])
        return day if entry is None else min(day, self.get_day(entry, placements[entry.placement]))


def refuse_misplaced_meals(containers: list[int]) -> None:
    """Refuse a time zone in which a meal of a container is outside its placement; one statement."""
    for row in fetch_rows(MISPLACED_MEALS, {"containers": containers}):
        raise GrilseError(messages.describe_misplaced_meal(**row, why="outside its placement"), field="time_zone")


MISPLACED_MEALS = f"""
SELECT p.name AS placement, m.at AT TIME ZONE 'UTC' AS at, {build_day_sql("m.at")} AS day, z.time_zone AS zone
  FROM stock_placement p JOIN farm_container c ON c.id = p.container_id {build_zone_joins("c")}
  JOIN feeding_meal m ON m.placement_id = p.id
 WHERE p.container_id = ANY(%(containers)s)
   AND ({build_day_sql("m.at")} < p.start OR {build_day_sql("m.at")} >= p.stop)
 ORDER BY m.at LIMIT 1
"""


MEALS = MealActions()
record_meals, correct_meal, withdraw_meal = build_functions(MEALS)
