"""Lists of feeds, deliveries, meals and what each took from which delivery. Money is in minor units."""

from django.db.models import F, Q, QuerySet

from grilse.farm.listing import Filter, Listing, Told
from grilse.farm.listing_filters import SITE, among, at_site, contains, dates, days, is_, one, site
from grilse.farm.listing_sql import Among
from grilse.farm.models import FeedStore
from grilse.feeding.models import Draw, Feed, FeedLot, Meal
from grilse.stock.lists import OF_PLACEMENTS, of_placement, placed

NEEDS = "feeding.read"


def kg(column: str) -> Told:
    """Return the field of a mass that is stored in grams."""
    return Told(column, lambda grams: grams / 1000, float)


def _at_site(name: str) -> QuerySet[FeedLot]:
    """Return deliveries by an index of their stores; in order of time they are far apart."""
    return FeedLot.objects.filter(Among("store_id", FeedStore.objects.filter(at_site(name)).values("id")))


FEEDS = Listing(
    name="feeds",
    title="Feed products",
    of=Feed,
    needs=NEEDS,
    fields={
        "id": "id",
        "name": "name",
        "pellet_mm": "pellet_mm",
        "energy_mj_kg": "energy_mj_kg",
        "price_per_kg": "price_per_kg",
    },
    orders={"name": ("name",)},
    filters={"text": contains("name")},
)

FEED_LOTS = Listing(
    name="feed-lots",
    title="Deliveries of feed into stores",
    of=FeedLot,
    needs=NEEDS,
    fields={
        "id": "id",
        "number": "number",
        "store": "store__name",
        "site": site("store__"),
        "feed": "feed__name",
        "delivered": "delivered",
        "kg": kg("grams"),
        "drawn_kg": kg("drawn"),
        "price_per_kg": "price_per_kg",
        "supplier": "supplier",
    },
    orders={"delivered": ("delivered", "id"), "number": ("number",)},
    newest_first=True,
    filters={
        "store": one("store_id", FeedStore, "name", "the store, by name"),
        "site": among("id", _at_site, SITE),
        "feed": one("feed_id", Feed, "name", "the product, by name"),
        "number": is_("number", "its number"),
        "left": Filter(
            kind=bool,
            lookup=lambda wanted: Q(drawn__lt=F("grams")) if wanted else Q(drawn=F("grams")),
            about="whether some of it is left",
            within=("store", "site"),
        ),
        **dates("delivered"),
    },
)

MEALS = Listing(
    name="meals",
    title="Feed given to placements",
    of=Meal,
    needs=NEEDS,
    fields={
        "id": "id",
        "at": "at",
        **placed(),
        "feed": "feed__name",
        "kg": kg("grams"),
        "cost": "cost",
    },
    orders={"at": ("at", "id"), "entry": ("id",)},
    newest_first=True,
    filters={
        **of_placement(),
        "feed": one(
            "feed_id",
            Feed,
            "name",
            "the product, by name",
            within=("batch", "placement", "placement_id", "container"),
        ),
        **days("at"),
    },
)

DRAWS = Listing(
    name="draws",
    title="Feed that meals took from deliveries",
    of=Draw,
    needs=NEEDS,
    fields={
        "meal_id": "meal_id",
        "at": "meal__at",
        "placement": "meal__placement__name",
        "lot_id": "lot_id",
        "lot": "lot__number",
        "feed": "lot__feed__name",
        "kg": kg("grams"),
    },
    orders={"meal": ("meal_id", "lot_id")},
    newest_first=True,
    filters={
        "meal_id": is_("meal_id", "the meal, by id", int),
        "lot": one("lot_id", FeedLot, "number", "the delivery, by number"),
        "placement": among(
            "meal_id", lambda name: Meal.objects.filter(placement__name=name), "the placement, by name"
        ),
        "batch": among(
            "meal_id",
            lambda number: Meal.objects.filter(placement__batch__number=number),
            OF_PLACEMENTS["batch"][1],
        ),
    },
)

LISTS = (FEEDS, FEED_LOTS, MEALS, DRAWS)
