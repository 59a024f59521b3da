"""A feed store followed gram by gram in plain Python, against which the arrays and the database are compared."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

TURN = {"delivery": 0, "meal": 1, "SPILLED": 2, "SPOILED": 3, "RETURNED": 4, "COUNT": 5}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A delivery, a meal, a loss or a count of one product in one store."""

    kind: str
    at: datetime
    grams: int
    name: str
    price: int = 0


@dataclass
class History:
    """What follows from facts."""

    draws: dict[tuple[str, str], int] = field(default_factory=dict)
    """Grams by the names of what drew and of the lot."""
    lots: dict[str, list[int]] = field(default_factory=dict)
    """Grams and price by the name of the delivery, or of the count that added the lot."""
    differences: dict[str, int] = field(default_factory=dict)
    costs: dict[str, int] = field(default_factory=dict)


class Shortage(Exception):
    """The store does not hold what left it."""


def follow(facts):
    """Return what follows from facts, in whatever order they are listed."""
    history, left = History(), {}
    for fact in sorted(facts, key=lambda fact: (fact.at, TURN[fact.kind], fact.name)):
        if fact.kind == "delivery":
            left[fact.name] = fact.grams
            history.lots[fact.name] = [fact.grams, fact.price]
            continue
        taken = fact.grams if fact.kind != "COUNT" else sum(left.values()) - fact.grams
        if fact.kind != "meal":
            history.differences[fact.name] = -taken
        if taken < 0:
            if not history.lots:
                raise Shortage(f"{fact.name} has no price")
            price = list(history.lots.values())[-1][1]
            left[fact.name] = -taken
            history.lots[fact.name] = [-taken, price]
            history.costs[fact.name] = -((-taken * price + 500) // 1000)
            continue
        cost = 0
        for lot in left:
            grams = min(taken, left[lot])
            if grams:
                history.draws[fact.name, lot] = grams
                left[lot] -= grams
                taken -= grams
                cost += grams * history.lots[lot][1]
        if taken:
            raise Shortage(f"{fact.name} takes {taken} g too much")
        history.costs[fact.name] = (cost + 500) // 1000
    return history


def read_history():
    """Return the history of the one store and product in the database, and its facts."""
    from grilse.farm.models import FeedStore
    from grilse.feeding.models import Draw, FeedLot, Meal, StoreAdjustment, StoreDraw

    zone = FeedStore.objects.get().time_zone
    lots, meals, rows = (list(model.objects.all()) for model in (FeedLot, Meal, StoreAdjustment))
    lot_names, meal_names, row_names = ({row.pk: name_row(row) for row in table} for table in (lots, meals, rows))
    draws = [(meal_names[row.meal_id], lot_names[row.lot_id], row.grams) for row in Draw.objects.all()]
    draws += [(row_names[row.adjustment_id], lot_names[row.lot_id], row.grams) for row in StoreDraw.objects.all()]
    sums = dict.fromkeys(lot_names.values(), 0)
    for _, lot, grams in draws:
        sums[lot] += grams
    assert sums == {lot_names[lot.pk]: lot.drawn for lot in lots}
    counted = [lot for lot in lots if lot.counted_at is not None]
    assert [lot.delivered for lot in counted] == [lot.counted_at.astimezone(ZoneInfo(zone)).date() for lot in counted]
    history = History(
        draws={(what, lot): grams for what, lot, grams in draws},
        lots={lot_names[lot.pk]: [lot.grams, lot.price_per_kg] for lot in lots},
        differences={row_names[row.pk]: row.difference for row in rows},
        costs={name_row(row): row.cost for row in (*meals, *rows)},
    )
    return history, read_facts(zone)


def read_facts(zone):
    """Return the facts of the one store and product in the database, in a time zone."""
    from grilse.feeding.models import FeedLot, Meal, StoreAdjustment

    queries = (FeedLot.objects.filter(counted_at=None), Meal.objects.all(), StoreAdjustment.objects.all())
    rows = (row for query in queries for row in query.order_by("pk"))
    return [build_fact(row, name_row(row), zone) for row in rows]


def name_row(row):
    """Return a name that no other row has."""
    counted_at = getattr(row, "counted_at", None)
    if hasattr(row, "number") and counted_at is None:
        return row.number
    kind = "COUNT" if counted_at else getattr(row, "kind", f"meal of {getattr(row, 'placement_id', '')}")
    return f"{kind} {counted_at or row.at:%d %H:%M}"


def build_fact(row, name, zone):
    """Return the fact of a row, or of an entry that may become one, in a time zone."""
    if hasattr(row, "delivered"):
        midnight = datetime.combine(row.delivered, time(), ZoneInfo(zone)).astimezone(UTC)
        return Fact(kind="delivery", at=midnight, grams=row.grams, name=name, price=row.price_per_kg)
    return Fact(kind=getattr(row, "kind", "meal"), at=row.at, grams=row.grams, name=name)


def assert_history_follows_from_its_facts():
    """The draws, lots, differences and costs in the database are those that its facts have."""
    history, facts = read_history()
    expected = follow(facts)
    assert history.draws == expected.draws
    assert history.lots == expected.lots
    assert history.differences == expected.differences
    assert history.costs == expected.costs
