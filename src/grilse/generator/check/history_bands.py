"""The bands that the records of the generated history show: temperatures, survival, harvests, volumes."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from psycopg import Connection

from grilse.bulk.copy import read_columns
from grilse.exchange.climate import find_known_climate
from grilse.generator.check.result import Check, check_band
from grilse.science.parameters import load_parameters
from grilse.science.temperature import sea_climatology
from grilse.stock.ledger import NOT_REPLACED

REFERENCE_BATCHES = 144  # batches of the history whose volumes are known
MIN_HARVESTED_BATCHES = 20  # harvested batches, for a figure of them to be judged
MIN_TEMPERATURE_DAYS = 730  # of temperatures, for their months to be judged
GENERATED = "SELECT company_id, key FROM generator_shard WHERE kind = 'batch'"
CONTAINERS_USED = (  # where generated fish stood
    "SELECT p.container_id FROM stock_placement p JOIN stock_batch b ON b.id = p.batch_id"
    f" WHERE (b.company_id, b.number) IN ({GENERATED})"
)

SEA = (
    "SELECT g.name AS geography, extract(month FROM d.date)::int AS month,"
    " avg(d.temperature_mean) AS degrees, count(DISTINCT d.date)::int AS days"
    " FROM environment_dailyenvironment d"
    " JOIN farm_container c ON c.id = d.container_id JOIN farm_area a ON a.id = c.area_id"
    " JOIN farm_geography g ON g.id = a.geography_id"
    f" WHERE c.id IN ({CONTAINERS_USED}) AND d.temperature_mean IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
)
HALLS = (
    "SELECT h.stage_order = 1 AS eggs, avg(d.temperature_mean), count(*) FROM environment_dailyenvironment d"
    " JOIN farm_container c ON c.id = d.container_id JOIN farm_hall h ON h.id = c.hall_id"
    f" WHERE c.id IN ({CONTAINERS_USED}) AND d.temperature_mean IS NOT NULL GROUP BY 1"
)
# Of harvested batches: the share of eggs that was harvested, and the weight of a fish.
HARVESTED = (
    "SELECT sum(m.count) FILTER (WHERE m.kind = 'HARVEST')::float8"
    " / nullif(sum(m.count) FILTER (WHERE m.kind = 'STOCKING'), 0) AS survival,"
    " sum(m.count * m.mean_weight_g) FILTER (WHERE m.kind = 'HARVEST')"
    " / nullif(sum(m.count) FILTER (WHERE m.kind = 'HARVEST' AND m.mean_weight_g IS NOT NULL), 0) AS grams"
    " FROM stock_movement m JOIN stock_placement p ON p.id = coalesce(m.source_id, m.target_id)"
    " JOIN stock_batch b ON b.id = p.batch_id WHERE b.status = 'closed'"
    f" AND (b.company_id, b.number) IN ({GENERATED})"
    f" AND {NOT_REPLACED.format('m')}"
    " AND m.kind IN ('STOCKING', 'HARVEST') GROUP BY b.id"
)


def check_history_bands(connection: Connection[Any]) -> Iterator[Check]:
    """Yield every band of the generated history; nothing where none was generated."""
    row = connection.execute("SELECT count(*) FROM generator_shard WHERE kind = 'batch'").fetchone()
    batches = int(row[0]) if row else 0
    if not batches:
        return
    yield from check_temperatures(connection)
    yield from check_harvests(connection)
    yield from check_stages(connection, batches)
    yield from check_volumes(connection, batches)


def check_temperatures(connection: Connection[Any]) -> Iterator[Check]:
    """Yield how far the months at sea lie from the climatology, and the means of the halls."""
    kinds = {"geography": "text", "month": "int4", "degrees": "float8", "days": "int4"}
    sea = read_columns(connection, SEA, kinds)
    for geography in dict.fromkeys(sea["geography"].tolist()):
        mine = sea["geography"] == geography
        typical = np.array([compute_typical_temperature(geography, month) for month in sea["month"][mine].tolist()])
        difference = float(np.abs(sea["degrees"][mine] - typical).max())
        days = int(sea["days"][mine].sum())
        yield check_band(
            f"sea temperature in {geography}, month furthest from the climatology, °C",
            difference, 0, 0.6, judged=days >= MIN_TEMPERATURE_DAYS, detail=f"{days} days",
        )  # fmt: skip
    for eggs, degrees, rows in connection.execute(HALLS).fetchall():
        point = load_parameters("climate")["freshwater"]["eggs" if eggs else "growing"]
        name = "temperature of egg halls, mean, °C" if eggs else "temperature of other halls, mean, °C"
        yield check_band(name, float(degrees), point - 0.3, point + 0.3, detail=f"{rows:,} container-days")


def compute_typical_temperature(geography: str, month: int) -> float:
    """Return the climatology's mean of a month, °C."""
    first = np.datetime64(f"2023-{month:02d}", "M")
    days = np.arange(first.astype("datetime64[D]"), (first + 1).astype("datetime64[D]")).astype(np.int64)
    day_of_year = (days - np.datetime64("2023-01-01", "D").astype(np.int64) + 1).astype(np.float64)
    return float(np.mean(sea_climatology(find_known_climate(geography), day_of_year)))


def check_harvests(connection: Connection[Any]) -> Iterator[Check]:
    """Yield survival from eggs and the weight at harvest, of harvested batches."""
    rows = np.array(connection.execute(HARVESTED).fetchall(), np.float64).reshape(-1, 2)
    judged, detail = len(rows) >= MIN_HARVESTED_BATCHES, f"{len(rows)} batches"
    survival = float(np.nanmedian(rows[:, 0])) if len(rows) else None
    yield check_band("survival from eggs to harvest, median", survival, 0.68, 0.76, judged=judged, detail=detail)
    kg = float(np.nanmean(rows[:, 1])) / 1000 if len(rows) else None
    spread = f"; {np.nanmin(rows[:, 1]):,.0f}–{np.nanmax(rows[:, 1]):,.0f} g" if len(rows) else ""
    yield check_band("weight at harvest, mean, kg", kg, 4.5, 6.5, judged=judged, detail=detail + spread)


def check_stages(connection: Connection[Any], batches: int) -> Iterator[Check]:
    """Yield how many stages hold fish on the last day."""
    query = (
        "SELECT count(DISTINCT p.stage_id) FROM stock_placement p JOIN stock_batch b ON b.id = p.batch_id"
        f" WHERE p.stop IS NULL AND (b.company_id, b.number) IN ({GENERATED})"
    )
    row = connection.execute(query).fetchone()
    standing = float(row[0]) if row else None
    yield check_band("stages that hold fish on the last day", standing, 6, 6, judged=batches >= REFERENCE_BATCHES)


MEASURED = "temperature_c, oxygen_pct, salinity_ppt, ph, co2_mg_l, ammonium_mg_l, nitrite_mg_l, nitrate_mg_l"
GENERATED_PLACEMENTS = (  # the placements of generated batches
    "(SELECT p.id FROM stock_placement p JOIN stock_batch b ON b.id = p.batch_id"
    f" WHERE (b.company_id, b.number) IN ({GENERATED}))"
)
# What the design states of the reference history, and how it is counted.
VOLUMES = {
    "reading values": (
        20e6,
        27e6,
        f"SELECT sum(num_nonnulls({MEASURED})) FROM environment_reading WHERE container_id IN ({CONTAINERS_USED})",
    ),
    "movements": (
        1.0e6,
        1.2e6,
        f"SELECT count(*) FROM stock_movement WHERE coalesce(source_id, target_id) IN {GENERATED_PLACEMENTS}",
    ),
    "meals": (1.7e6, 2.3e6, f"SELECT count(*) FROM feeding_meal WHERE placement_id IN {GENERATED_PLACEMENTS}"),
    "lice counts": (60e3, 90e3, f"SELECT count(*) FROM health_licecount WHERE placement_id IN {GENERATED_PLACEMENTS}"),
    "delousings": (
        3e3,
        5e3,
        f"SELECT count(*) FROM health_treatment WHERE kind = 'delousing' AND placement_id IN {GENERATED_PLACEMENTS}",
    ),
    "vaccinations": (
        2e3,
        3e3,
        f"SELECT count(*) FROM health_treatment WHERE kind = 'vaccination' AND placement_id IN {GENERATED_PLACEMENTS}",
    ),
    "health samples": (
        1.4e3,
        2e3,
        f"SELECT count(*) FROM health_healthsample WHERE placement_id IN {GENERATED_PLACEMENTS}",
    ),
    "pen harvests": (
        1.1e3,
        1.4e3,
        (
            "SELECT count(DISTINCT source_id) FROM stock_movement"
            f" WHERE kind = 'HARVEST' AND source_id IN {GENERATED_PLACEMENTS}"
        ),
    ),
    "transfer orders": (
        600,
        660,
        f"SELECT count(DISTINCT order_id) FROM stock_movement WHERE source_id IN {GENERATED_PLACEMENTS}",
    ),
    "daily states": (
        1.0e6,
        1.25e6,
        f"SELECT count(*) FROM growth_dailystate WHERE placement_id IN {GENERATED_PLACEMENTS}",
    ),
}
# How the reference history is made: pens a batch, and readings a day that came through.
LAYOUT = (
    "SELECT count(*) FILTER (WHERE c.kind = 'pen')::float8 / nullif(count(DISTINCT p.batch_id)"
    " FILTER (WHERE c.kind = 'pen'), 0), (SELECT max(temperature_n) FROM environment_dailyenvironment"
    f" WHERE container_id IN ({CONTAINERS_USED})) FROM stock_placement p JOIN farm_container c ON c.id = p.container_id"
    f" WHERE p.id IN {GENERATED_PLACEMENTS}"
)
PENS, READINGS = (12, 17), 6


def check_volumes(connection: Connection[Any], batches: int) -> Iterator[Check]:
    """Yield how much the generated history holds; judged where it is the reference history."""
    layout = connection.execute(LAYOUT.encode()).fetchone() or (None, None)
    reference = batches == REFERENCE_BATCHES and PENS[0] <= (layout[0] or 0) <= PENS[1] and layout[1] == READINGS
    for name, (low, high, query) in VOLUMES.items():
        row = connection.execute(query.encode()).fetchone()
        figure = int(row[0] or 0) if row else 0
        estimated = figure > 0 or name != "daily states"  # which come after the history
        yield check_band(name, figure, low, high, judged=reference and estimated)
