"""Lists of feeds, deliveries, meals and what they drew, and counts and losses of stores. Money is in minor units."""

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from grilse.farm.list_filters import SITE_HELP, build_site_condition, build_site_name_filter, build_zone
from grilse.farm.models import FeedStore
from grilse.farm.site_names import build_label, build_site_name
from grilse.feeding.models import Draw, Feed, FeedLot, Meal, StoreAdjustment
from grilse.listing.filters import (
    build_date_filters,
    build_day_filters,
    build_reference_filter,
    build_subquery_filter,
    build_text_filter,
)
from grilse.listing.listing import ConvertedColumn, Filter, Listing, build_fields
from grilse.listing.sql import AnyOfSubquery
from grilse.stock.lists import BATCH_HELP, PLACEMENT_FIELDS, PLACEMENT_FILTERS
from grilse.stock.models import Placement

FEED_HELP = "the product, by name"
ZONE_OF_ADJUSTMENT = FeedStore.objects.filter(pk=OuterRef("store_id")).values_list(build_zone(""))
ZONE_OF_MEAL = Placement.objects.filter(pk=OuterRef("placement_id")).values_list(build_zone("container__"))


def _build_kg_field(column: str) -> ConvertedColumn:
    """Return the field of a mass that is stored in grams."""
    return ConvertedColumn(column, lambda grams: grams / 1000, float)


def _find_lots_at_site(name: str) -> QuerySet[FeedLot]:
    """Return deliveries by the index of their stores; an index by time would have to be read as a whole."""
    return FeedLot.objects.filter(_build_store_condition(name))


def _find_adjustments_at_site(name: str) -> QuerySet[StoreAdjustment]:
    return StoreAdjustment.objects.filter(_build_store_condition(name))


def _build_store_condition(site: str) -> AnyOfSubquery:
    return AnyOfSubquery("store_id", FeedStore.objects.filter(build_site_condition(site)).values("id"))


FEEDS = Listing(
    name="feeds",
    title="Feed products",
    model=Feed,
    fields=build_fields("id name pellet_mm energy_mj_kg price_per_kg"),
    orders={"name": ("name",)},
    filters={"text": build_text_filter("name")},
)

FEED_LOTS = Listing(
    name="feed-lots",
    title="Deliveries of feed into stores",
    model=FeedLot,
    fields=build_fields(
        "id number", store=build_label(FeedStore, "store__"), site=build_site_name("store__"), feed="feed__name"
    )
    | build_fields("delivered", kg=_build_kg_field("grams"), drawn_kg=_build_kg_field("drawn"))
    | build_fields("price_per_kg supplier counted_at"),
    orders={"delivered": ("delivered", "id"), "number": ("number",)},
    newest_first=True,
    filters={
        "store": build_site_name_filter("store_id", FeedStore, "store"),
        "site": build_subquery_filter("id", _find_lots_at_site, SITE_HELP, statements=1),
        "feed": build_reference_filter("feed_id", Feed, "name", FEED_HELP),
        "number": Filter("number", "its number"),
        "left": Filter(
            lambda has_feed_left: Q(drawn__lt=F("grams")) if has_feed_left else Q(drawn=F("grams")),
            "whether some of it is left",
            bool,
            required_with=("store", "site"),
        ),
        **build_date_filters("delivered"),
    },
)

MEALS = Listing(
    name="meals",
    title="Feed given to placements",
    model=Meal,
    fields=build_fields("id at")
    | PLACEMENT_FIELDS
    | build_fields(feed="feed__name", kg=_build_kg_field("grams"), cost="cost"),
    orders={"at": ("at", "id"), "entry": ("id",)},
    newest_first=True,
    filters={
        **PLACEMENT_FILTERS,
        "feed": build_reference_filter(
            "feed_id", Feed, "name", FEED_HELP, required_with=("batch", "placement", "placement_id", "container")
        ),
        **build_day_filters("at", Subquery(ZONE_OF_MEAL)),
    },
)

DRAWS = Listing(
    name="draws",
    title="Feed that meals took from deliveries",
    model=Draw,
    fields=build_fields("meal_id", at="meal__at", placement="meal__placement__name", lot_id="lot_id")
    | build_fields(lot="lot__number", feed="lot__feed__name", kg=_build_kg_field("grams")),
    orders={"meal": ("meal_id", "lot_id")},
    newest_first=True,
    filters={
        "meal_id": Filter("meal_id", "the meal, by id", int),
        "lot": build_reference_filter("lot_id", FeedLot, "number", "the delivery, by number"),
        "placement": build_subquery_filter(
            "meal_id", lambda name: Meal.objects.filter(placement__name=name), "the placement, by name"
        ),
        "batch": build_subquery_filter(
            "meal_id", lambda number: Meal.objects.filter(placement__batch__number=number), BATCH_HELP
        ),
    },
)

STORE_ADJUSTMENTS = Listing(
    name="store-adjustments",
    title="Counts of feed stores, and feed lost",
    model=StoreAdjustment,
    fields=build_fields(
        "id at", store=build_label(FeedStore, "store__"), site=build_site_name("store__"), feed="feed__name"
    )
    | build_fields("kind", kg=_build_kg_field("grams"), difference_kg=_build_kg_field("difference"))
    | build_fields("cost reason"),
    orders={"at": ("at", "id"), "entry": ("id",)},
    newest_first=True,
    filters={
        "store": build_site_name_filter("store_id", FeedStore, "store"),
        "site": build_subquery_filter("id", _find_adjustments_at_site, SITE_HELP, statements=1),
        "feed": build_reference_filter("feed_id", Feed, "name", FEED_HELP),
        **build_day_filters("at", Subquery(ZONE_OF_ADJUSTMENT)),
    },
)

LISTS = (FEEDS, FEED_LOTS, MEALS, DRAWS, STORE_ADJUSTMENTS)
