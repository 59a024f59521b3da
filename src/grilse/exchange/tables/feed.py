"""Feed: products, deliveries, meals, adjustments of stores, and draws. Masses are kg to the gram."""

from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.exchange.tables.fish import PLACEMENT
from grilse.exchange.tables.places import LABELLED_STORES
from grilse.feeding import messages
from grilse.feeding.models import Draw, Feed, FeedLot, Meal, StoreAdjustment, StoreDraw

MAX_KG = messages.MAX_GRAMS / 1000

FEEDS = PackageTable(
    name="feeds",
    description="Feed products.",
    key=("feed",),
    source="feeding_feed x",
    model=Feed,
    columns=(
        PackageColumn("feed", "its name", field="name"),
        PackageColumn("pellet_mm", "pellet size, mm", exclusive_minimum=0),
        PackageColumn("energy_mj_kg", "digestible energy, MJ/kg", exclusive_minimum=0),
        PackageColumn("price_per_kg", "list price of a kg, minor units (øre, pence)", maximum=messages.MAX_PRICE),
    ),
)

FEED_LOTS = PackageTable(
    name="feed_lots",
    description="Deliveries into a store. Those of one store, product and day are drawn in the order of their numbers.",
    key=("lot",),
    sort_columns=("feed_store", "delivered"),
    source=f"feeding_feedlot x JOIN {LABELLED_STORES} fs ON fs.id = x.store_id JOIN feeding_feed f ON f.id = x.feed_id",
    fingerprint_source="feeding_feedlot x JOIN farm_feedstore fs ON fs.id = x.store_id"
    " JOIN feeding_feed f ON f.id = x.feed_id",
    model=FeedLot,
    columns=(
        PackageColumn("lot", "its number", field="number"),
        PackageColumn("feed_store", "where it lies", field="store", sql="fs.name", references="feed_stores"),
        PackageColumn("feed", "the product", sql="f.name", references="feeds"),
        PackageColumn("delivered", "the day of the delivery", refuse_future=True),
        PackageColumn("kg", "the mass delivered, kg", field="grams", kind="mass", maximum=MAX_KG),
        PackageColumn("price_per_kg", "what a kg cost, minor units (øre, pence)", maximum=messages.MAX_PRICE),
        PackageColumn("supplier", "who sold it"),
        # The number of such a lot contains the time.
        PackageColumn("counted_at", "the time of the count that added it; blank for a delivery", fingerprint_sql=""),
    ),
)

MEALS = PackageTable(
    name="meals",
    description="Feed given. One without a product drew from no store.",
    key=("placement", "at"),
    source="feeding_meal x JOIN stock_placement p ON p.id = x.placement_id"
    " LEFT JOIN feeding_feed f ON f.id = x.feed_id",
    model=Meal,
    columns=(
        PLACEMENT,
        PackageColumn("at", "when, with its offset from UTC", refuse_future=True),
        PackageColumn("kg", "the mass given, kg", field="grams", kind="mass", maximum=MAX_KG),
        PackageColumn("feed", "the product", sql="f.name", references="feeds"),
        PackageColumn("cost", "what it cost, minor units (øre, pence)", minimum=0, maximum=9_007_199_254_740_992),
    ),
)

DRAWS = PackageTable(
    name="draws",
    description="What a meal took from a delivery. The draws of a meal sum to its mass, those of a lot to no more"
    " than was delivered.",
    key=("placement", "at", "lot"),
    source="feeding_draw x JOIN feeding_meal m ON m.id = x.meal_id"
    " JOIN stock_placement p ON p.id = m.placement_id JOIN feeding_feedlot l ON l.id = x.lot_id",
    model=Draw,
    columns=(
        PackageColumn(
            "placement", "the placement of the meal", joined_model=Meal, sql="p.name", references="placements"
        ),
        PackageColumn("at", "the time of the meal", joined_model=Meal, sql="m.at"),
        PackageColumn("lot", "the delivery", sql="l.number", references="feed_lots"),
        PackageColumn("kg", "the mass drawn, kg", field="grams", kind="mass", maximum=MAX_KG),
    ),
)

STORE_ADJUSTMENTS = PackageTable(
    name="store_adjustments",
    description="Counts of stores, and feed that was spilled, spoiled or returned.",
    key=("feed_store", "feed", "at", "kind"),
    source=f"feeding_storeadjustment x JOIN {LABELLED_STORES} fs ON fs.id = x.store_id"
    " JOIN feeding_feed f ON f.id = x.feed_id",
    fingerprint_source="feeding_storeadjustment x JOIN farm_feedstore fs ON fs.id = x.store_id"
    " JOIN feeding_feed f ON f.id = x.feed_id",
    model=StoreAdjustment,
    is_newer_than_fingerprint=True,
    columns=(
        PackageColumn("feed_store", "the store", field="store", sql="fs.name", references="feed_stores"),
        PackageColumn("feed", "the product", sql="f.name", references="feeds"),
        PackageColumn("at", "when, with its offset from UTC", refuse_future=True),
        PackageColumn("kind", "COUNT, or how feed left the store"),
        PackageColumn("kg", "the mass counted or lost, kg", field="grams", kind="mass", minimum=0, maximum=MAX_KG),
        PackageColumn("reason", "why feed was lost"),
        PackageColumn(
            "difference_kg",
            "what the store has more afterwards, kg",
            field="difference",
            kind="mass",
            presence="filled",
        ),
        PackageColumn("cost", "what the lost or missing feed cost, minor units (øre, pence)", presence="filled"),
    ),
)

STORE_DRAWS = PackageTable(
    name="store_draws",
    description="What a loss or the difference of a count took from a delivery.",
    key=("feed_store", "feed", "at", "kind", "lot"),
    source="feeding_storedraw x JOIN feeding_storeadjustment sa ON sa.id = x.adjustment_id"
    f" JOIN {LABELLED_STORES} fs ON fs.id = sa.store_id JOIN feeding_feed f ON f.id = sa.feed_id"
    " JOIN feeding_feedlot l ON l.id = x.lot_id",
    fingerprint_source="feeding_storedraw x JOIN feeding_storeadjustment sa ON sa.id = x.adjustment_id"
    " JOIN farm_feedstore fs ON fs.id = sa.store_id JOIN feeding_feed f ON f.id = sa.feed_id"
    " JOIN feeding_feedlot l ON l.id = x.lot_id",
    model=StoreDraw,
    is_newer_than_fingerprint=True,
    columns=(
        PackageColumn(
            "feed_store",
            "the store",
            joined_model=StoreAdjustment,
            field="store",
            sql="fs.name",
            references="feed_stores",
        ),
        PackageColumn("feed", "the product", joined_model=StoreAdjustment, sql="f.name", references="feeds"),
        PackageColumn("at", "the time of the count or loss", joined_model=StoreAdjustment, sql="sa.at"),
        PackageColumn("kind", "its kind", joined_model=StoreAdjustment, sql="sa.kind"),
        PackageColumn("lot", "the delivery", sql="l.number", references="feed_lots"),
        PackageColumn("kg", "the mass drawn, kg", field="grams", kind="mass", maximum=MAX_KG),
    ),
)
