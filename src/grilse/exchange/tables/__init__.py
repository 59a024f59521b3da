"""The tables of the farm package, each after those it refers to: the one definition of the format."""

from grilse.exchange.columns import PackageTable
from grilse.exchange.tables.feed import DRAWS, FEED_LOTS, FEEDS, MEALS, STORE_ADJUSTMENTS, STORE_DRAWS
from grilse.exchange.tables.fish import (
    BATCHES,
    COUNTS,
    HARVEST_GRADES,
    MOVEMENTS,
    ORDERS,
    PLACEMENTS,
    PLAN_STAGES,
    WEIGHTS,
)
from grilse.exchange.tables.health import HEALTH_SAMPLES, LICE, LICE_LIMITS, TREATMENTS
from grilse.exchange.tables.places import (
    AREAS,
    CONTAINERS,
    ENVIRONMENT,
    FEED_STORES,
    GEOGRAPHIES,
    HALLS,
    SENSORS,
    STATIONS,
    TEMPERATURE_PROFILES,
)

TABLES: dict[str, PackageTable] = {
    table.name: table
    for table in (
        GEOGRAPHIES,
        AREAS,
        STATIONS,
        HALLS,
        CONTAINERS,
        FEED_STORES,
        SENSORS,
        TEMPERATURE_PROFILES,
        LICE_LIMITS,
        BATCHES,
        PLAN_STAGES,
        PLACEMENTS,
        ORDERS,
        MOVEMENTS,
        WEIGHTS,
        HARVEST_GRADES,
        COUNTS,
        ENVIRONMENT,
        FEEDS,
        FEED_LOTS,
        MEALS,
        DRAWS,
        STORE_ADJUSTMENTS,
        STORE_DRAWS,
        LICE,
        TREATMENTS,
        HEALTH_SAMPLES,
    )
}
