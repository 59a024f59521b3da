"""Meals: recorded with what they drew from the store, corrected, withdrawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.feeding import messages
from grilse.feeding.capacity import Change, refuse_over_capacity
from grilse.feeding.draws import redraw_meals
from grilse.feeding.feed_stocks import FeedStock, find_drawn_stock, find_feed_stock, lock_stores, refuse_unknown_feeds
from grilse.feeding.models import Draw, Meal
from grilse.feeding.rules import is_invalid_mass
from grilse.row_validation import check_fields, refuse_duplicates
from grilse.stock import changes
from grilse.stock.models import Placement
from grilse.stock.rules import LAST_DAY_COUNTS, find_placements, refuse_future_date, refuse_outside_placement


@dataclass(frozen=True, kw_only=True, slots=True)
class NewMeal:
    """Feed given to a placement, as a door brings it; all things by their ids."""

    placement: int
    at: datetime
    """With its time zone."""
    grams: int
    feed: int | None = None
    """The product; without one nothing is drawn from a store."""
    store: int | None = None
    """Where it was drawn; by default the one store of the placement's site, where it has one."""


def record_meals(meals: Sequence[NewMeal]) -> list[int]:
    """Enter meals, each drawn from the oldest deliveries of its store; return their ids."""
    with changes.edit_placements(meal.placement for meal in meals):
        placements = find_placements(meal.placement for meal in meals)
        shelves = _check_meals(meals, placements)
        company = get_current_actor().company
        lock_stores(lambda: {shelf.store for shelf in shelves if shelf is not None})
        rows = [_fill_row(meal, Meal(company_id=company)) for meal in meals]
        _refuse_duplicates(rows, placements)
        Meal.objects.bulk_create(rows)
        _redraw_meals(company, list(zip(shelves, rows, strict=True)))
        _announce_changes(rows)
        return [row.pk for row in rows]


def correct_meal(meal: int, new: NewMeal, *, reason: str) -> None:
    """Write a meal as it should have been; draws and costs follow, those of later meals too."""
    require_reason(reason)
    with changes.edit_placements([_get_meal(meal).placement_id, new.placement]):
        placements = find_placements([new.placement])
        (shelf,) = _check_meals([new], placements)
        lock_stores(
            lambda: {feed_stock.store for feed_stock in (shelf, find_drawn_stock(meal)) if feed_stock is not None}
        )
        # Read again: an editor that was waited for may have changed it.
        row, drawn_stock = _get_meal(meal), find_drawn_stock(meal)
        if drawn_stock is None and row.feed_id is not None and new.store is None:
            shelf = None  # an imported meal of a store that is not kept here
        _announce_changes([row])
        since, returned_grams = row.at, _build_stock_change(row, 1)
        _delete_draws(row)
        _fill_row(new, row)
        _refuse_duplicates([row], placements)
        row.save(force_update=True)
        if drawn_stock is not None:
            redraw_meals(row.company_id, drawn_stock, min(since, row.at), {row.pk} if drawn_stock == shelf else set())
        if shelf is not None and shelf != drawn_stock:
            redraw_meals(row.company_id, shelf, row.at, {row.pk})
        if drawn_stock is not None:
            _refuse_overfull_store(
                drawn_stock,
                [returned_grams, _build_stock_change(row, -1)]
                if shelf and shelf.store == drawn_stock.store
                else [returned_grams],
            )
        _announce_changes([row])


def withdraw_meal(meal: int, *, reason: str) -> None:
    """Take a meal away that was never given; what it drew lies in the store again."""
    require_reason(reason)
    with changes.edit_placements([_get_meal(meal).placement_id]):
        lock_stores(lambda: {feed_stock.store for feed_stock in [find_drawn_stock(meal)] if feed_stock is not None})
        row, drew = _get_meal(meal), find_drawn_stock(meal)
        _announce_changes([row])
        _delete_draws(row)
        company, at, back = row.company_id, row.at, _build_stock_change(row, 1)
        row.delete()
        if drew is not None:
            redraw_meals(company, drew, at)
            _refuse_overfull_store(drew, [back])


def _get_meal(meal: int) -> Meal:
    row = Meal.objects.filter(pk=meal).first()
    if row is None:
        raise GrilseError(messages.describe_missing_row("meal", meal))
    return row


def _check_meals(meals: Sequence[NewMeal], placements: Mapping[int, Placement]) -> list[FeedStock | None]:
    """Return what each meal draws on; refuse those of nothing, or when the fish did not stand there."""
    refuse_unknown_feeds({meal.feed for meal in meals if meal.feed is not None})
    for meal in meals:
        day, placement = _compute_utc_day(meal.at), placements[meal.placement]
        refuse_future_date(day)
        refuse_outside_placement(placement, day, last_counts=LAST_DAY_COUNTS["meals"])
        if is_invalid_mass(meal.grams):
            raise GrilseError(messages.describe_meal_mass(placement.name, meal.grams), field="grams")
    return [find_feed_stock(placements[meal.placement], meal.feed, meal.store) for meal in meals]


def _compute_utc_day(at: datetime) -> date:
    """Return the day of a time, UTC; refuse a time without a zone, or beyond the calendar in UTC."""
    if at.tzinfo is None:
        raise GrilseError(messages.describe_missing_zone(at), field="at")
    try:
        return at.astimezone(UTC).date()
    except OverflowError:
        raise GrilseError(messages.describe_missing_zone(at), field="at") from None


def _fill_row(meal: NewMeal, row: Meal) -> Meal:
    row.placement_id, row.at, row.grams = meal.placement, meal.at, meal.grams
    row.feed_id, row.cost = meal.feed, None
    check_fields(row)
    return row


def _refuse_duplicates(rows: Sequence[Meal], placements: Mapping[int, Placement]) -> None:
    """Refuse a second meal of one placement and time; one statement."""
    refuse_duplicates(
        rows, ("placement_id", "at"), lambda row: messages.describe_meal(placements[row.placement_id].name, row.at)
    )


def _delete_draws(row: Meal) -> None:
    Draw.objects.filter(meal_id=row.pk).delete()


def _build_stock_change(row: Meal, sign: int) -> Change:
    """Return what a meal leaves in the store, or takes from it, on the mornings after it."""
    return _compute_utc_day(row.at) + timedelta(days=1), sign * row.grams


def _refuse_overfull_store(drew: FeedStock, left: Sequence[Change]) -> None:
    refuse_over_capacity(FeedStore.objects.get(pk=drew.store), left)


def _redraw_meals(company: int, drawing: Sequence[tuple[FeedStock | None, Meal]]) -> None:
    """Draw new meals, shelf by shelf, each from its first one on."""
    for shelf in sorted({shelf for shelf, _ in drawing if shelf is not None}):
        mine = [row for of, row in drawing if of == shelf]
        redraw_meals(company, shelf, min(row.at for row in mine), {row.pk for row in mine})


def _announce_changes(rows: Iterable[Meal]) -> None:
    for row in rows:
        changes.announce_change([row.placement_id], row.at.astimezone(UTC).date())
