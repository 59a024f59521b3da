"""Meals: recorded with what they drew from the store, corrected, withdrawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q

from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.farm.rows import checked, refuse_twice
from grilse.farm.tenancy import acting
from grilse.feeding.drawing import Shelf, hold, redraw
from grilse.feeding.models import Draw, Feed, Meal
from grilse.stock import changes
from grilse.stock.models import Placement
from grilse.stock.windows import placed, refuse_future, refuse_outside


@dataclass(frozen=True, kw_only=True, slots=True)
class NewMeal:
    """Feed given to a placement, as a door brings it; all things by their ids."""

    placement: int
    at: datetime
    grams: int
    feed: int | None = None
    """The product; without one nothing is drawn from a store."""
    store: int | None = None
    """Where it was drawn; by default the one store of the placement's site, where it has one."""


def record(meals: Sequence[NewMeal]) -> list[int]:
    """Enter meals, each drawn from the oldest deliveries of its store; return their ids."""
    with changes.editing(meal.placement for meal in meals):
        shelves = _checked(meals)
        company = acting().company
        hold({shelf for shelf in shelves if shelf is not None})
        rows = [_row(meal, Meal(company_id=company)) for meal in meals]
        _refuse_twice(rows)
        Meal.objects.bulk_create(rows)
        _redraw(company, list(zip(shelves, rows, strict=True)))
        _announce(rows)
        return [row.pk for row in rows]


def correct(meal: int, new: NewMeal) -> None:
    """Write a meal as it should have been; draws and costs follow, those of later meals too."""
    old = _existing(meal)
    with changes.editing([old.placement_id, new.placement]):
        (shelf,) = _checked([new])
        # Read again: an editor that was waited for may have changed it.
        row = _existing(meal)
        drew = _drew(row)
        if drew is None and row.feed_id is not None and new.store is None:
            shelf = None  # an imported meal of a store that is not kept here
        hold({one for one in (shelf, drew) if one is not None})
        _announce([row])
        since = row.at
        _give_back(row)
        _row(new, row)
        _refuse_twice([row])
        row.save(force_update=True)
        if drew is not None:
            redraw(row.company_id, drew, min(since, row.at), {row.pk} if drew == shelf else set())
        if shelf is not None and shelf != drew:
            redraw(row.company_id, shelf, row.at, {row.pk})
        _announce([row])


def withdraw(meal: int) -> None:
    """Take a meal away that was never given; what it drew lies in the store again."""
    old = _existing(meal)
    with changes.editing([old.placement_id]):
        row = _existing(meal)
        drew = _drew(row)
        _announce([row])
        if drew is not None:
            hold({drew})
            _give_back(row)
        row.delete()
        if drew is not None:
            redraw(old.company_id, drew, old.at)


def _existing(meal: int) -> Meal:
    found = Meal.objects.filter(pk=meal).first()
    if found is None:
        raise GrilseError(f"there is no meal {meal}")
    return found


def _checked(meals: Sequence[NewMeal]) -> list[Shelf | None]:
    """Return what each meal draws on; refuse those of nothing, or when the fish did not stand there."""
    placements = placed(meal.placement for meal in meals)
    _refuse_unknown_feeds({meal.feed for meal in meals if meal.feed is not None})
    for meal in meals:
        day = meal.at.astimezone(UTC).date()
        refuse_future(day)
        refuse_outside(placements[meal.placement], day, last_counts=False)
        if meal.grams < 1:
            raise GrilseError(f"a meal of {meal.grams} g: it has to be at least one")
    return [_shelf(meal, placements[meal.placement]) for meal in meals]


def _refuse_unknown_feeds(feeds: set[int]) -> None:
    for missing in sorted(feeds - set(Feed.objects.in_bulk(feeds))):
        raise GrilseError(f"there is no feed {missing}")


def _shelf(meal: NewMeal, placement: Placement) -> Shelf | None:
    """Return what a meal draws on; one statement."""
    if meal.feed is None:
        return None
    container = placement.container
    of_site = Q(hall__isnull=False, hall=container.hall_id) | Q(area__isnull=False, area=container.area_id)
    stores = list(FeedStore.objects.filter(of_site).order_by("pk"))
    if meal.store is not None:
        if meal.store not in {store.pk for store in stores}:
            raise GrilseError(f"store {meal.store} is not one of the site of {placement.name}")
        return Shelf(store=meal.store, feed=meal.feed)
    if len(stores) > 1:
        raise GrilseError(f"the site of {placement.name} has several stores: name the one that fed it")
    return Shelf(store=stores[0].pk, feed=meal.feed) if stores else None


def _row(meal: NewMeal, row: Meal) -> Meal:
    row.placement_id, row.at, row.grams = meal.placement, meal.at, meal.grams
    row.feed_id, row.cost = meal.feed, None
    checked(row)
    return row


def _refuse_twice(rows: Sequence[Meal]) -> None:
    """Refuse a second meal of one placement and time; one statement."""
    refuse_twice(rows, ("placement_id", "at"), lambda row: f"a meal at {row.at.isoformat()}")


def _drew(row: Meal) -> Shelf | None:
    """Return what a meal drew on, if anything; one statement."""
    first = Draw.objects.filter(meal_id=row.pk).select_related("lot").first()
    return None if first is None else Shelf(store=first.lot.store_id, feed=first.lot.feed_id)


def _give_back(row: Meal) -> None:
    Draw.objects.filter(meal_id=row.pk).delete()


def _redraw(company: int, drawing: Sequence[tuple[Shelf | None, Meal]]) -> None:
    """Draw new meals, shelf by shelf, each from its first one on."""
    for shelf in sorted({shelf for shelf, _ in drawing if shelf is not None}):
        mine = [row for of, row in drawing if of == shelf]
        redraw(company, shelf, min(row.at for row in mine), {row.pk for row in mine})


def _announce(rows: Iterable[Meal]) -> None:
    for row in rows:
        changes.announce([row.placement_id], row.at.astimezone(UTC).date())
