"""Feed supply: deliveries into the stores of a site, their prices, and the lots from which each meal draws."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.feeding.fifo import Draws, allocate_draws, compute_meal_costs
from grilse.generator.observation.records import Columns, take_rows
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
_LONG_AGO = -1_000_000  # the day of the lots of an opening stock, before all meals

_PRODUCT_KEYS = {"name": "name", "pellet_mm": "pellet_mm", "energy_mj_kg": "energy", "price_per_kg": "price"}
PRODUCTS: list[dict[str, Any]] = [
    {column: product[key] for column, key in _PRODUCT_KEYS.items()} for product in _SUPPLY["products"]
]


@dataclass(frozen=True, kw_only=True)
class OpeningStock:
    """What the lots of a store hold on the morning of a day, in the order in which they are drawn."""

    feed: Counts  # a position in PRODUCTS
    grams: Counts
    price_per_kg: Counts
    lots_before: int  # deliveries to the store up to that morning


EMPTY_STORE = OpeningStock(feed=_NONE, grams=_NONE, price_per_kg=_NONE, lots_before=0)


@dataclass(frozen=True, kw_only=True)
class StoreSupply:
    """The deliveries to one store and the draws on them."""

    meals: Columns  # up to the last day of the records
    lots: Columns  # as in the database; feed is a position in PRODUCTS
    cost: Counts  # of each meal, in their order
    draws: Draws  # by positions of meals and lots; the lots of the opening stock come first


def find_store(world: World, container: str) -> str:
    """Return the store that feeds a container; neighbours share a barge."""
    site = world.get_container(container).site
    container_names = [other.name for other in world.get_containers(site)]
    stores = world.get_stores(site)
    return stores[container_names.index(container) * len(stores) // len(container_names)].name


def supply_meals(
    world: World, store: str, meals: Columns, seed: int, until: int, opening: OpeningStock = EMPTY_STORE
) -> StoreSupply:
    """Supply the meals of one store up to a day: `at`, `grams` and `feed` of each, in time order.

    The meals go on after `until`, as far as the site plans its deliveries. It buys a product when what is left lasts
    for a few days only, and feeds it first in, first out. Deliveries come in the morning, before the meals of their
    day.
    """
    place = next(feed_store for feed_store in world.feed_stores if feed_store.name == store)
    zone = world.get_site_geography(place.site).time_zone
    day = compute_local_days(meals["at"], [zone], np.zeros(meals["at"].size, np.int64))
    bought = _buy_lots(place.capacity_kg * 1000.0, day, meals, opening)
    delivered, grams, feed = (column[bought[0] <= until] for column in bought)
    meals, day = take_rows(meals, day <= until), day[day <= until]
    price, supplier = _compute_lot_prices(seed, store, delivered, feed, opening.lots_before)
    held = opening.grams.size
    lot_day = np.concatenate([np.full(held, _LONG_AGO), delivered])
    lot_grams, lot_feed = np.concatenate([opening.grams, grams]), np.concatenate([opening.feed, feed])
    draws = _compute_draws(day, meals, lot_day, lot_grams, lot_feed)
    drawn = np.zeros(lot_grams.size, np.int64)
    np.add.at(drawn, draws.lot, draws.grams)
    first = opening.lots_before + 1
    lots = {
        "number": np.array([f"{store}-L{number:04d}" for number in range(first, first + grams.size)], np.str_),
        "feed": feed,
        "delivered": delivered.astype(np.int32),
        "grams": grams,
        "price_per_kg": price,
        "supplier": np.array(_SUPPLIERS)[supplier],
        "drawn": drawn[held:],
    }
    cost = compute_meal_costs(draws, np.concatenate([opening.price_per_kg, price]), day.size)
    return StoreSupply(meals=meals, lots=lots, cost=cost, draws=draws)


def _buy_lots(capacity_g: float, day: Counts, meals: Columns, opening: OpeningStock) -> tuple[Counts, Counts, Counts]:
    """Return day, grams and product of the deliveries, in their order.

    When a product would not last for the days of the reorder point, the site orders what it feeds until the days of
    cover have passed, or what the store can hold. A store that is too small for that orders at the same share of what
    it can hold.
    """
    if not day.size:
        return _NONE, _NONE, _NONE
    first, products = int(day.min()), len(PRODUCTS)
    demand = np.zeros((int(day.max()) - first + 1, products), np.int64)
    np.add.at(demand, (day - first, meals["feed"]), meals["grams"])
    fed = np.concatenate([np.zeros((1, products), np.int64), np.cumsum(demand, axis=0)])
    ends = np.minimum(np.arange(len(demand)) + _SUPPLY["cover"]["delivery_days"], len(demand))
    ahead = (fed[ends] - fed[:-1]).tolist()
    share = _SUPPLY["cover"]["reorder_days"] / _SUPPLY["cover"]["delivery_days"]
    stock = np.bincount(opening.feed, opening.grams, products).astype(np.int64).tolist()
    deliveries: list[tuple[int, int, int]] = []
    for t, today in enumerate(demand.tolist()):
        for feed in range(products):
            if not today[feed]:
                continue
            room = max(_SUPPLY["fullest"] * capacity_g - sum(stock), 0.0)
            full = min(ahead[t][feed], stock[feed] + room)
            if stock[feed] < ahead[t][feed] and stock[feed] < max(share * full, today[feed]):
                grams = _compute_delivery(ahead[t][feed] - stock[feed], room, today[feed] - stock[feed])
                deliveries.append((first + t, grams, feed))
                stock[feed] += grams
        stock = [held - eaten for held, eaten in zip(stock, today, strict=True)]
    if not deliveries:
        return _NONE, _NONE, _NONE
    delivered, grams, feeds = np.array(deliveries, np.int64).T
    return delivered, grams, feeds


def _compute_delivery(wanted: int, room: float, least: int) -> int:
    """Return the grams of a delivery: whole bags, as many as there is room for, and at least what is fed today."""
    bags = min(-(-wanted // _STEP_G), int(room // _STEP_G))
    return max(bags, -(-least // _STEP_G)) * _STEP_G


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


def _compute_lot_prices(
    seed: int, store: str, delivered: Counts, feed: Counts, before: int
) -> tuple[Counts, NDArray[np.int64]]:
    """Return the price of each lot in minor units per kg, and its supplier: one per store and year."""
    supplier = _choose_suppliers(seed, store, delivered)
    deviates = create_random_stream(seed, "feed.lots", store).standard_normal(before + delivered.size)[before:]
    lot = _SUPPLY["supplier_price"] * deviates
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
