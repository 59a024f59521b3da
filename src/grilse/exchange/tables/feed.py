"""Feed: products, deliveries, meals and their draws. Masses are kg to the gram, money is in minor units."""

from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.exchange.tables.fish import PLACEMENT
from grilse.exchange.tables.places import LABELLED_STORES
from grilse.feeding import messages
from grilse.feeding.models import Draw, Feed, FeedLot, Meal

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
    description="Deliveries into a store. Of one store and day, the first row is drawn first.",
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
