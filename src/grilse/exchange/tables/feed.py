"""Feed: products, deliveries, meals and what each drew. Masses are kg to the gram, money minor units."""

from grilse.exchange.columns import Column, PackageTable
from grilse.exchange.tables.fish import PLACEMENT

MOST_MONEY = 2_147_483_647
MOST_KG = 1e9

FEEDS = PackageTable(
    name="feeds",
    about="Feed products.",
    key=("feed",),
    source="feeding_feed x",
    written="feeding_feed",
    columns=(
        Column(
            name="feed",
            kind="text",
            longest=80,
            about="its name",
            sql="x.name",
            field="name",
            presence="filled",
        ),
        Column(
            name="pellet_mm",
            kind="number",
            about="pellet size, mm",
            sql="x.pellet_mm",
            field="pellet_mm",
            above=0,
        ),
        Column(
            name="energy_mj_kg",
            kind="number",
            about="digestible energy, MJ/kg",
            sql="x.energy_mj_kg",
            field="energy_mj_kg",
            above=0,
        ),
        Column(
            name="price_per_kg",
            kind="integer",
            about="list price of a kg, minor units (øre, pence)",
            sql="x.price_per_kg",
            field="price_per_kg",
            least=0,
            most=MOST_MONEY,
        ),
    ),
)

FEED_LOTS = PackageTable(
    name="feed_lots",
    about="Deliveries into a store. Of one store and day, the row that stands first is drawn first.",
    key=("lot",),
    order=("feed_store", "delivered"),
    source="feeding_feedlot x JOIN farm_feedstore fs ON fs.id = x.store_id"
    " JOIN feeding_feed f ON f.id = x.feed_id",
    written="feeding_feedlot",
    columns=(
        Column(
            name="lot",
            kind="text",
            longest=60,
            about="its number",
            sql="x.number",
            field="number",
            presence="filled",
        ),
        Column(
            name="feed_store",
            kind="reference",
            to="feed_stores",
            about="where it lies",
            sql="fs.name",
            field="store_id",
            presence="filled",
        ),
        Column(
            name="feed",
            kind="reference",
            to="feeds",
            about="the product",
            sql="f.name",
            field="feed_id",
            presence="filled",
        ),
        Column(
            name="delivered",
            kind="date",
            about="the day it came",
            sql="x.delivered",
            field="delivered",
            presence="filled",
            happened=True,
        ),
        Column(
            name="kg",
            kind="mass",
            about="the mass delivered, kg",
            sql="x.grams",
            field="grams",
            presence="filled",
            above=0,
            most=MOST_KG,
        ),
        Column(
            name="price_per_kg",
            kind="integer",
            about="what a kg cost, minor units (øre, pence)",
            sql="x.price_per_kg",
            field="price_per_kg",
            presence="filled",
            least=0,
            most=MOST_MONEY,
        ),
        Column(
            name="supplier",
            kind="text",
            longest=80,
            about="who sold it",
            sql="x.supplier",
            field="supplier",
        ),
    ),
)

MEALS = PackageTable(
    name="meals",
    about="Feed given. One without a product drew from no store.",
    key=("placement", "at"),
    source="feeding_meal x JOIN stock_placement p ON p.id = x.placement_id"
    " LEFT JOIN feeding_feed f ON f.id = x.feed_id",
    written="feeding_meal",
    columns=(
        PLACEMENT,
        Column(
            name="at",
            kind="time",
            about="when, UTC",
            sql="x.at",
            field="at",
            presence="filled",
            happened=True,
        ),
        Column(
            name="kg",
            kind="mass",
            about="the mass given, kg",
            sql="x.grams",
            field="grams",
            presence="filled",
            above=0,
            most=MOST_KG,
        ),
        Column(name="feed", kind="reference", to="feeds", about="the product", sql="f.name", field="feed_id"),
        Column(
            name="cost",
            kind="integer",
            about="what it cost, minor units (øre, pence)",
            sql="x.cost",
            field="cost",
            least=0,
            most=9_007_199_254_740_992,
        ),
    ),
)

DRAWS = PackageTable(
    name="draws",
    about="What a meal took from a delivery. The draws of a meal sum to its mass, those of a lot to no more"
    " than was delivered.",
    key=("placement", "at", "lot"),
    source="feeding_draw x JOIN feeding_meal m ON m.id = x.meal_id"
    " JOIN stock_placement p ON p.id = m.placement_id JOIN feeding_feedlot l ON l.id = x.lot_id",
    written="feeding_draw",
    columns=(
        Column(
            name="placement",
            kind="reference",
            to="placements",
            about="the placement of the meal",
            sql="p.name",
            presence="filled",
        ),
        Column(name="at", kind="time", about="the time of the meal", sql="m.at", presence="filled"),
        Column(
            name="lot",
            kind="reference",
            to="feed_lots",
            about="the delivery",
            sql="l.number",
            field="lot_id",
            presence="filled",
        ),
        Column(
            name="kg",
            kind="mass",
            about="the mass drawn, kg",
            sql="x.grams",
            field="grams",
            presence="filled",
            above=0,
            most=MOST_KG,
        ),
    ),
)
