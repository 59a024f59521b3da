"""Feed: products, deliveries, meals and what each drew. Masses are kg to the gram, money minor units."""

from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.exchange.tables.fish import PLACEMENT

MOST_MONEY = 2_147_483_647
MOST_KG = 1e9

FEEDS = PackageTable(
    name="feeds",
    description="Feed products.",
    key=("feed",),
    source="feeding_feed x",
    database_table="feeding_feed",
    columns=(
        PackageColumn(
            name="feed",
            kind="text",
            max_length=80,
            description="its name",
            sql="x.name",
            field="name",
            presence="filled",
        ),
        PackageColumn(
            name="pellet_mm",
            kind="number",
            description="pellet size, mm",
            sql="x.pellet_mm",
            field="pellet_mm",
            exclusive_minimum=0,
        ),
        PackageColumn(
            name="energy_mj_kg",
            kind="number",
            description="digestible energy, MJ/kg",
            sql="x.energy_mj_kg",
            field="energy_mj_kg",
            exclusive_minimum=0,
        ),
        PackageColumn(
            name="price_per_kg",
            kind="integer",
            description="list price of a kg, minor units (øre, pence)",
            sql="x.price_per_kg",
            field="price_per_kg",
            minimum=0,
            maximum=MOST_MONEY,
        ),
    ),
)

FEED_LOTS = PackageTable(
    name="feed_lots",
    description="Deliveries into a store. Of one store and day, the row that stands first is drawn first.",
    key=("lot",),
    sort_columns=("feed_store", "delivered"),
    source="feeding_feedlot x JOIN farm_feedstore fs ON fs.id = x.store_id JOIN feeding_feed f ON f.id = x.feed_id",
    database_table="feeding_feedlot",
    columns=(
        PackageColumn(
            name="lot",
            kind="text",
            max_length=60,
            description="its number",
            sql="x.number",
            field="number",
            presence="filled",
        ),
        PackageColumn(
            name="feed_store",
            kind="reference",
            references="feed_stores",
            description="where it lies",
            sql="fs.name",
            field="store_id",
            presence="filled",
        ),
        PackageColumn(
            name="feed",
            kind="reference",
            references="feeds",
            description="the product",
            sql="f.name",
            field="feed_id",
            presence="filled",
        ),
        PackageColumn(
            name="delivered",
            kind="date",
            description="the day it came",
            sql="x.delivered",
            field="delivered",
            presence="filled",
            refuse_future=True,
        ),
        PackageColumn(
            name="kg",
            kind="mass",
            description="the mass delivered, kg",
            sql="x.grams",
            field="grams",
            presence="filled",
            exclusive_minimum=0,
            maximum=MOST_KG,
        ),
        PackageColumn(
            name="price_per_kg",
            kind="integer",
            description="what a kg cost, minor units (øre, pence)",
            sql="x.price_per_kg",
            field="price_per_kg",
            presence="filled",
            minimum=0,
            maximum=MOST_MONEY,
        ),
        PackageColumn(
            name="supplier", kind="text", max_length=80, description="who sold it", sql="x.supplier", field="supplier"
        ),
    ),
)

MEALS = PackageTable(
    name="meals",
    description="Feed given. One without a product drew from no store.",
    key=("placement", "at"),
    source="feeding_meal x JOIN stock_placement p ON p.id = x.placement_id"
    " LEFT JOIN feeding_feed f ON f.id = x.feed_id",
    database_table="feeding_meal",
    columns=(
        PLACEMENT,
        PackageColumn(
            name="at",
            kind="time",
            description="when, UTC",
            sql="x.at",
            field="at",
            presence="filled",
            refuse_future=True,
        ),
        PackageColumn(
            name="kg",
            kind="mass",
            description="the mass given, kg",
            sql="x.grams",
            field="grams",
            presence="filled",
            exclusive_minimum=0,
            maximum=MOST_KG,
        ),
        PackageColumn(
            name="feed", kind="reference", references="feeds", description="the product", sql="f.name", field="feed_id"
        ),
        PackageColumn(
            name="cost",
            kind="integer",
            description="what it cost, minor units (øre, pence)",
            sql="x.cost",
            field="cost",
            minimum=0,
            maximum=9_007_199_254_740_992,
        ),
    ),
)

DRAWS = PackageTable(
    name="draws",
    description="What a meal took from a delivery. The draws of a meal sum to its mass, those of a lot to no more"
    " than was delivered.",
    key=("placement", "at", "lot"),
    source="feeding_draw x JOIN feeding_meal m ON m.id = x.meal_id"
    " JOIN stock_placement p ON p.id = m.placement_id JOIN feeding_feedlot l ON l.id = x.lot_id",
    database_table="feeding_draw",
    columns=(
        PackageColumn(
            name="placement",
            kind="reference",
            references="placements",
            description="the placement of the meal",
            sql="p.name",
            presence="filled",
        ),
        PackageColumn(name="at", kind="time", description="the time of the meal", sql="m.at", presence="filled"),
        PackageColumn(
            name="lot",
            kind="reference",
            references="feed_lots",
            description="the delivery",
            sql="l.number",
            field="lot_id",
            presence="filled",
        ),
        PackageColumn(
            name="kg",
            kind="mass",
            description="the mass drawn, kg",
            sql="x.grams",
            field="grams",
            presence="filled",
            exclusive_minimum=0,
            maximum=MOST_KG,
        ),
    ),
)
