"""Meals: recorded with what they drew from the store, corrected, withdrawn."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.farm.reasons import required_reason
from grilse.farm.rows import checked, refuse_twice
from grilse.farm.tenancy import acting
from grilse.feeding import refusals
from grilse.feeding.capacity import Change, refuse_over_capacity
from grilse.feeding.drawing import redraw
from grilse.feeding.models import Draw, Meal
from grilse.feeding.shelves import Shelf, drawn_from, hold, refuse_unknown, shelf_for
from grilse.stock import changes
from grilse.stock.models import Placement
from grilse.stock.windows import placed, refuse_future, refuse_outside


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


def record(meals: Sequence[NewMeal]) -> list[int]:
    """Enter meals, each drawn from the oldest deliveries of its store; return their ids."""
    with changes.editing(meal.placement for meal in meals):
        placements = placed(meal.placement for meal in meals)
        shelves = _checked(meals, placements)
        company = acting().company
        hold(lambda: {shelf.store for shelf in shelves if shelf is not None})
        rows = [_row(meal, Meal(company_id=company)) for meal in meals]
        _refuse_twice(rows, placements)
        Meal.objects.bulk_create(rows)
        _redraw(company, list(zip(shelves, rows, strict=True)))
        _announce(rows)
        return [row.pk for row in rows]


def correct(meal: int, new: NewMeal, *, reason: str) -> None:
    """Write a meal as it should have been; draws and costs follow, those of later meals too."""
    required_reason(reason)
    with changes.editing([_existing(meal).placement_id, new.placement]):
        placements = placed([new.placement])
        (shelf,) = _checked([new], placements)
        hold(lambda: {one.store for one in (shelf, drawn_from(meal)) if one is not None})
        # Read again: an editor that was waited for may have changed it.
        row, drew = _existing(meal), drawn_from(meal)
        if drew is None and row.feed_id is not None and new.store is None:
            shelf = None  # an imported meal of a store that is not kept here
        _announce([row])
        since, back = row.at, _left(row, 1)
        _give_back(row)
        _row(new, row)
        _refuse_twice([row], placements)
        row.save(force_update=True)
        if drew is not None:
            redraw(row.company_id, drew, min(since, row.at), {row.pk} if drew == shelf else set())
        if shelf is not None and shelf != drew:
            redraw(row.company_id, shelf, row.at, {row.pk})
        if drew is not None:
            _refuse_full(drew, [back, _left(row, -1)] if shelf and shelf.store == drew.store else [back])
        _announce([row])


def withdraw(meal: int, *, reason: str) -> None:
    """Take a meal away that was never given; what it drew lies in the store again."""
    required_reason(reason)
    with changes.editing([_existing(meal).placement_id]):
        hold(lambda: {one.store for one in [drawn_from(meal)] if one is not None})
        row, drew = _existing(meal), drawn_from(meal)
        _announce([row])
        _give_back(row)
        company, at, back = row.company_id, row.at, _left(row, 1)
        row.delete()
        if drew is not None:
            redraw(company, drew, at)
            _refuse_full(drew, [back])


def _existing(meal: int) -> Meal:
    found = Meal.objects.filter(pk=meal).first()
    if found is None:
        raise GrilseError(refusals.missing("meal", meal))
    return found


def _checked(meals: Sequence[NewMeal], placements: Mapping[int, Placement]) -> list[Shelf | None]:
    """Return what each meal draws on; refuse those of nothing, or when the fish did not stand there."""
    refuse_unknown({meal.feed for meal in meals if meal.feed is not None})
    for meal in meals:
        day, placement = _day(meal.at), placements[meal.placement]
        refuse_future(day)
        refuse_outside(placement, day, last_counts=False)
        if not 1 <= meal.grams <= refusals.MOST_GRAMS:
            raise GrilseError(refusals.meal_mass(placement.name, meal.grams), field="grams")
    return [shelf_for(placements[meal.placement], meal.feed, meal.store) for meal in meals]


def _day(at: datetime) -> date:
    """Return the day of a time, UTC; refuse a time without a zone, or beyond the calendar in UTC."""
    if at.tzinfo is None:
        raise GrilseError(refusals.no_zone(at), field="at")
    try:
        return at.astimezone(UTC).date()
    except OverflowError:
        raise GrilseError(refusals.no_zone(at), field="at") from None


def _row(meal: NewMeal, row: Meal) -> Meal:
    row.placement_id, row.at, row.grams = meal.placement, meal.at, meal.grams
    row.feed_id, row.cost = meal.feed, None
    checked(row)
    return row


def _refuse_twice(rows: Sequence[Meal], placements: Mapping[int, Placement]) -> None:
    """Refuse a second meal of one placement and time; one statement."""
    refuse_twice(
        rows,
        ("placement_id", "at"),
        lambda row: refusals.meal_named(placements[row.placement_id].name, row.at),
    )


def _give_back(row: Meal) -> None:
    Draw.objects.filter(meal_id=row.pk).delete()


def _left(row: Meal, sign: int) -> Change:
    """Return what a meal leaves in the store, or takes from it, on the mornings after it."""
    return _day(row.at) + timedelta(days=1), sign * row.grams


def _refuse_full(drew: Shelf, left: Sequence[Change]) -> None:
    refuse_over_capacity(FeedStore.objects.get(pk=drew.store), left)


def _redraw(company: int, drawing: Sequence[tuple[Shelf | None, Meal]]) -> None:
    """Draw new meals, shelf by shelf, each from its first one on."""
    for shelf in sorted({shelf for shelf, _ in drawing if shelf is not None}):
        mine = [row for of, row in drawing if of == shelf]
        redraw(company, shelf, min(row.at for row in mine), {row.pk for row in mine})


def _announce(rows: Iterable[Meal]) -> None:
    for row in rows:
        changes.announce([row.placement_id], row.at.astimezone(UTC).date())
