"""What feed costs: by season, month, supplier and lot."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.random_streams import create_random_stream
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load_parameters
from grilse.science.temperature import ar1_anomalies, day_of_year

_SUPPLY = load_parameters("feed_supply")
_DEAREST_DAY = 260.0
_MARKET_YEAR = 1990  # the market's series begins here, so that a month costs the same in every history

SUPPLIERS: list[str] = _SUPPLY["suppliers"]
_PRICE = np.array([product["price"] for product in _SUPPLY["products"]], np.float64)


def compute_lot_prices(seed: int, store: str, delivered: Counts, feed: Counts) -> tuple[Counts, NDArray[np.int64]]:
    """Price of each lot in minor units per kg, and its supplier: one a store and year."""
    supplier = _choose_suppliers(seed, store, delivered)
    lot = _SUPPLY["supplier_price"] * create_random_stream(seed, "feed.lots", store).standard_normal(delivered.size)
    season = np.cos(2.0 * np.pi * (day_of_year(delivered) - _DEAREST_DAY) / 365.25)
    price = (
        _PRICE[feed] * (1.0 + _SUPPLY["season_price"] * season) * np.exp(_compute_market_level(seed, delivered) + lot)
    )
    return np.maximum(np.rint(price), 1).astype(np.int64), supplier


def _compute_market_level(seed: int, days: Counts) -> Floats:
    """Log price level of the month."""
    months = _convert_to_calendar(days, "M") - (_MARKET_YEAR - 1970) * 12
    shocks = create_random_stream(seed, "feed.market").standard_normal(int(months.max(initial=0)) + 1)
    return ar1_anomalies(shocks, _SUPPLY["market_price"]["memory"], _SUPPLY["market_price"]["sd"])[months]


def _choose_suppliers(seed: int, store: str, days: Counts) -> NDArray[np.int64]:
    years, of_day = np.unique(_convert_to_calendar(days, "Y"), return_inverse=True)
    chosen = [
        create_random_stream(seed, "feed.contract", store, year).integers(len(SUPPLIERS)) for year in years.tolist()
    ]
    return np.array(chosen, np.int64)[of_day]


def _convert_to_calendar(days: Counts, unit: str) -> Counts:
    """Months or years since 1970 of days since 1970-01-01."""
    return np.asarray(days.astype("datetime64[D]").astype(f"datetime64[{unit}]").astype(np.int64))
