"""Feed supply: deliveries into the stores of a site, their prices, and the lots from which each meal draws."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.feeding.fifo import Draws, allocate_draws, compute_meal_costs
from grilse.generator.observation.records import Columns
from grilse.generator.random_streams import create_random_stream
from grilse.generator.world.world import World
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load_parameters
from grilse.science.temperature import ar1_anomalies, day_of_year
from grilse.science.time_zones import compute_local_days

_SUPPLY = load_parameters("feed_supply")
_STEP_G = _SUPPLY["delivery_step_kg"] * 1000
_DEAREST_DAY = 260.0
_MARKET_YEAR = 1990  # the market series begins here, so that a month has the same price in every history
_SUPPLIERS: list[str] = _SUPPLY["suppliers"]
_NONE = np.empty(0, np.int64)

_PRODUCT_KEYS = {"name": "name", "pellet_mm": "pellet_mm", "energy_mj_kg": "energy", "price_per_kg": "price"}
PRODUCTS: list[dict[str, Any]] = [
    {column: product[key] for column, key in _PRODUCT_KEYS.items()} for product in _SUPPLY["products"]
]


@dataclass(frozen=True, kw_only=True)
class StoreSupply:
    """The deliveries to one store and the draws on them."""

    lots: Columns  # as in the database; feed is a position in PRODUCTS
    cost: Counts  # of each meal, in their order
    draws: Draws  # by positions of meals and lots


def find_store(world: World, container: str) -> str:
    """Return the store that feeds a container; neighbours share a barge."""
    site = world.get_container(container).site
    container_names = [other.name for other in world.get_containers(site)]
    stores = world.get_stores(site)
    return stores[container_names.index(container) * len(stores) // len(container_names)].name


def supply_meals(world: World, store: str, meals: Columns, seed: int) -> StoreSupply:
    """Supply the meals of one store: `at`, `grams` and `feed` of each, in time order.

    The site buys each product when the store runs low, and feeds it first in, first out. Deliveries come in
    the morning, before the meals of their day.
    """
    place = next(feed_store for feed_store in world.feed_stores if feed_store.name == store)
    zone = world.get_site_geography(place.site).time_zone
    day = compute_local_days(meals["at"], [zone], np.zeros(meals["at"].size, np.int64))
    delivered, grams, feed = _buy_lots(place.capacity_kg, day, meals)
    draws = _compute_draws(day, meals, delivered, grams, feed)
    price, supplier = _compute_lot_prices(seed, store, delivered, feed)
    drawn = np.zeros(grams.size, np.int64)
    np.add.at(drawn, draws.lot, draws.grams)
    lots = {
        "number": np.array([f"{store}-L{number:04d}" for number in range(1, grams.size + 1)], np.str_),
        "feed": feed,
        "delivered": delivered.astype(np.int32),
        "grams": grams,
        "price_per_kg": price,
        "supplier": np.array(_SUPPLIERS)[supplier],
        "drawn": drawn,
    }
    return StoreSupply(lots=lots, cost=compute_meal_costs(draws, price, meals["grams"].size), draws=draws)


def _buy_lots(capacity_kg: float, day: Counts, meals: Columns) -> tuple[Counts, Counts, Counts]:
    """Return day, grams and product of the lots, in the order of delivery."""
    room = _compute_room_per_product(capacity_kg * 1000.0, day, meals)
    parts = [(_NONE, _NONE, _NONE)]
    for feed in np.unique(meals["feed"]).tolist():
        own = meals["feed"] == feed
        days, grams = _plan_deliveries(room, day[own], meals["grams"][own])
        parts.append((days, grams, np.full(days.size, feed)))
    delivered, grams, feeds = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((feeds, delivered))
    return delivered[order], grams[order], feeds[order]


def _compute_room_per_product(capacity_g: float, day: Counts, meals: Columns) -> float:
    """Return the room for each product beside the feed of the day, g; the products of a week share the store."""
    most = np.bincount(day - day.min(), meals["grams"]).max() if day.size else 0.0
    weekly = np.unique(np.stack([day // 7, meals["feed"]]), axis=1)[0]
    together = np.unique(weekly, return_counts=True)[1].max(initial=1)
    return float(max(capacity_g - most, _STEP_G) / together)


def _compute_draws(day: Counts, meals: Columns, delivered: Counts, grams: Counts, feed_of_lot: Counts) -> Draws:
    """Return the draws of all products, by meal and lot."""
    parts = [(_NONE, _NONE, _NONE)]
    for feed in np.unique(feed_of_lot).tolist():
        own_meals, own_lots = np.flatnonzero(meals["feed"] == feed), np.flatnonzero(feed_of_lot == feed)
        product_draws = allocate_draws(meals["grams"][own_meals], day[own_meals], grams[own_lots], delivered[own_lots])
        parts.append((own_meals[product_draws.meal], own_lots[product_draws.lot], product_draws.grams))
    meal, lot, drawn = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((lot, meal))
    return Draws(meal[order], lot[order], drawn[order])


def _plan_deliveries(room_g: float, day: Counts, grams: Counts) -> tuple[Counts, Counts]:
    """Return days and grams of the deliveries of one product, from the days and grams of its meals.

    If the meals of a day would leave less than the reserve, the deliveries come that morning. Before the site
    stops feeding the product, it buys only what it still needs.
    """
    days, of_day = np.unique(day, return_inverse=True)
    demand = np.zeros(days.size, np.int64)
    np.add.at(demand, of_day, grams)
    fed = np.cumsum(demand)
    size, reserve = _compute_order_size(room_g, demand)
    stretch_end = fed[_find_feeding_ends(days)]
    ordered = -(-(fed + reserve) // size) * size
    needed = -(-stretch_end // _STEP_G) * _STEP_G
    held = np.maximum.accumulate(np.minimum(ordered, needed))
    masses = np.diff(held, prepend=0)
    has_delivery = masses > 0
    return days[has_delivery], masses[has_delivery]


def _compute_order_size(room_g: float, demand: Counts) -> tuple[int, int]:
    """Return the grams of a delivery and of the reserve: the demand of some days, limited by the free capacity."""
    cover = _SUPPLY["cover"]
    median_demand = float(np.median(demand))
    size, reserve = cover["delivery_days"] * median_demand, cover["reserve_days"] * median_demand
    share = min(room_g / (size + reserve), 1.0)
    return max(int(size * share) // _STEP_G, 1) * _STEP_G, int(reserve * share)


def _find_feeding_ends(days: Counts) -> Counts:
    """Return for each day the position of the last day before a longer pause in feeding."""
    last = np.flatnonzero(np.append(np.diff(days) > _SUPPLY["gap_days"], True))
    return last[np.searchsorted(last, np.arange(days.size))]


def _compute_lot_prices(seed: int, store: str, delivered: Counts, feed: Counts) -> tuple[Counts, NDArray[np.int64]]:
    """Return the price of each lot in minor units per kg, and its supplier: one per store and year."""
    supplier = _choose_suppliers(seed, store, delivered)
    lot = _SUPPLY["supplier_price"] * create_random_stream(seed, "feed.lots", store).standard_normal(delivered.size)
    season = np.cos(2.0 * np.pi * (day_of_year(delivered) - _DEAREST_DAY) / 365.25)
    list_price = np.array([product["price_per_kg"] for product in PRODUCTS], np.float64)[feed]
    seasonal = list_price * (1.0 + _SUPPLY["season_price"] * season)
    price = seasonal * np.exp(_compute_market_level(seed, delivered) + lot)
    return np.maximum(np.rint(price), 1).astype(np.int64), supplier


def _compute_market_level(seed: int, days: Counts) -> Floats:
    """Return the log price level of the month."""
    months = _convert_to_calendar(days, "M") - (_MARKET_YEAR - 1970) * 12
    shocks = create_random_stream(seed, "feed.market").standard_normal(int(months.max(initial=0)) + 1)
    return ar1_anomalies(shocks, _SUPPLY["market_price"]["memory"], _SUPPLY["market_price"]["sd"])[months]


def _choose_suppliers(seed: int, store: str, days: Counts) -> NDArray[np.int64]:
    years, of_day = np.unique(_convert_to_calendar(days, "Y"), return_inverse=True)
    streams = (create_random_stream(seed, "feed.contract", store, year) for year in years.tolist())
    return np.array([stream.integers(len(_SUPPLIERS)) for stream in streams], np.int64)[of_day]


def _convert_to_calendar(days: Counts, unit: str) -> Counts:
    """Return months or years since 1970 of days since 1970-01-01."""
    return np.asarray(days.astype("datetime64[D]").astype(f"datetime64[{unit}]").astype(np.int64))
