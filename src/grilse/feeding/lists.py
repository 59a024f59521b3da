"""Lists of feeds, deliveries, meals and what each took from which delivery. Money is in minor units."""

from django.db.models import F, Q, QuerySet

from grilse.farm.models import FeedStore
from grilse.feeding.models import Draw, Feed, FeedLot, Meal
from grilse.listing.filters import (
    SITE_HELP,
    build_date_filters,
    build_day_filters,
    build_reference_filter,
    build_site_condition,
    build_site_name,
    build_subquery_filter,
    build_text_filter,
    build_value_filter,
)
from grilse.listing.listing import ConvertedColumn, Filter, Listing
from grilse.listing.sql import AnyOfSubquery
from grilse.stock.lists import PLACEMENT_LOOKUPS, build_placement_columns, build_placement_filters

NEEDS = "feeding.read"


def build_kg_field(column: str) -> ConvertedColumn:
    """Return the field of a mass that is stored in grams."""
    return ConvertedColumn(column, lambda grams: grams / 1000, float)


def _find_lots_at_site(name: str) -> QuerySet[FeedLot]:
    """Return deliveries by an index of their stores; in order of time they are far apart."""
    return FeedLot.objects.filter(
        AnyOfSubquery("store_id", FeedStore.objects.filter(build_site_condition(name)).values("id"))
    )


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
    filters={"text": build_text_filter("name")},
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
        "site": build_site_name("store__"),
        "feed": "feed__name",
        "delivered": "delivered",
        "kg": build_kg_field("grams"),
        "drawn_kg": build_kg_field("drawn"),
        "price_per_kg": "price_per_kg",
        "supplier": "supplier",
    },
    orders={"delivered": ("delivered", "id"), "number": ("number",)},
    newest_first=True,
    filters={
        "store": build_reference_filter("store_id", FeedStore, "name", "the store, by name"),
        "site": build_subquery_filter("id", _find_lots_at_site, SITE_HELP),
        "feed": build_reference_filter("feed_id", Feed, "name", "the product, by name"),
        "number": build_value_filter("number", "its number"),
        "left": Filter(
            kind=bool,
            lookup=lambda has_feed_left: Q(drawn__lt=F("grams")) if has_feed_left else Q(drawn=F("grams")),
            about="whether some of it is left",
            within=("store", "site"),
        ),
        **build_date_filters("delivered"),
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
        **build_placement_columns(),
        "feed": "feed__name",
        "kg": build_kg_field("grams"),
        "cost": "cost",
    },
    orders={"at": ("at", "id"), "entry": ("id",)},
    newest_first=True,
    filters={
        **build_placement_filters(),
        "feed": build_reference_filter(
            "feed_id", Feed, "name", "the product, by name", within=("batch", "placement", "placement_id", "container")
        ),
        **build_day_filters("at"),
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
        "kg": build_kg_field("grams"),
    },
    orders={"meal": ("meal_id", "lot_id")},
    newest_first=True,
    filters={
        "meal_id": build_value_filter("meal_id", "the meal, by id", int),
        "lot": build_reference_filter("lot_id", FeedLot, "number", "the delivery, by number"),
        "placement": build_subquery_filter(
            "meal_id", lambda name: Meal.objects.filter(placement__name=name), "the placement, by name"
        ),
        "batch": build_subquery_filter(
            "meal_id",
            lambda number: Meal.objects.filter(placement__batch__number=number),
            PLACEMENT_LOOKUPS["batch"][1],
        ),
    },
)

LISTS = (FEEDS, FEED_LOTS, MEALS, DRAWS)
