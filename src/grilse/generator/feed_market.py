"""What feed costs: by season, month, supplier and lot."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.streams import stream
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load
from grilse.science.temperature import ar1, day_of_year

_SUPPLY = load("feed_supply")
_DEAREST_DAY = 260.0
_MARKET_YEAR = 1990  # the market's series begins here, so that a month costs the same in every history

SUPPLIERS: list[str] = _SUPPLY["suppliers"]
_PRICE = np.array([product["price"] for product in _SUPPLY["products"]], np.float64)


def lot_prices(seed: int, store: str, delivered: Counts, feed: Counts) -> tuple[Counts, NDArray[np.int64]]:
    """Price of each lot in minor units per kg, and its supplier: one a store and year."""
    supplier = _contracts(seed, store, delivered)
    lot = _SUPPLY["supplier_price"] * stream(seed, "feed.lots", store).standard_normal(delivered.size)
    season = np.cos(2.0 * np.pi * (day_of_year(delivered) - _DEAREST_DAY) / 365.25)
    price = _PRICE[feed] * (1.0 + _SUPPLY["season_price"] * season) * np.exp(_market(seed, delivered) + lot)
    return np.maximum(np.rint(price), 1).astype(np.int64), supplier


def _market(seed: int, days: Counts) -> Floats:
    """Log price level of the month."""
    months = _calendar(days, "M") - (_MARKET_YEAR - 1970) * 12
    shocks = stream(seed, "feed.market").standard_normal(int(months.max(initial=0)) + 1)
    return ar1(shocks, _SUPPLY["market_price"]["memory"], _SUPPLY["market_price"]["sd"])[months]


def _contracts(seed: int, store: str, days: Counts) -> NDArray[np.int64]:
    years, of_day = np.unique(_calendar(days, "Y"), return_inverse=True)
    chosen = [stream(seed, "feed.contract", store, year).integers(len(SUPPLIERS)) for year in years.tolist()]
    return np.array(chosen, np.int64)[of_day]


def _calendar(days: Counts, unit: str) -> Counts:
    """Months or years since 1970 of days since 1970-01-01."""
    return np.asarray(days.astype("datetime64[D]").astype(f"datetime64[{unit}]").astype(np.int64))
