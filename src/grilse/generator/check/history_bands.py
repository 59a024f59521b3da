"""The bands of the records of a generated history: temperatures, survival, harvests, volumes and lice.

They are those of the records as they were loaded, whatever people have entered since.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import read_columns
from grilse.exchange.climate import find_known_climate
from grilse.exchange.original_rows import OriginalRows
from grilse.generator.check.result import GENERATED, Check, check_band, fetch_count
from grilse.science.parameters import load_parameters
from grilse.science.temperature import sea_climatology
from grilse.stock.ledger import NOT_REPLACED

REFERENCE_BATCHES = 144  # batches of the reference history, whose volumes are known
MIN_HARVESTED_BATCHES = 20  # fewer harvested batches are not judged
MIN_TEMPERATURE_DAYS = 730  # fewer days of temperatures are not judged
CONTAINERS_USED = (  # the containers of generated batches
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
# The share of eggs that was harvested, and the weight of a fish, of harvested batches.
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
COUNTED_PENS = 8  # counted in a week, in rotation
MIN_AREA_WEEKS = 1000  # area-weeks, for the histogram to be judged
COUNTS = (
    "SELECT c.area_id, l.date, row_number() OVER (PARTITION BY c.area_id, date_trunc('week', l.date)"
    ' ORDER BY c.name COLLATE "C") - 1 AS pen, l.adult_female::float8 / l.fish_counted AS females'
    " FROM health_licecount l JOIN stock_placement p ON p.id = l.placement_id"
    " JOIN stock_batch b ON b.id = p.batch_id JOIN farm_container c ON c.id = p.container_id"
    " WHERE l.adult_female IS NOT NULL AND c.area_id IS NOT NULL AND (b.company_id, b.number)"
    f" IN ({GENERATED})"
)
# Allowed ranges around the figures of real farms in Norway, 2016–22.
BANDS = {
    "mean": (0.12, 0.19),
    "median": (0.06, 0.11),
    "P75": (0.15, 0.25),
    "P90": (0.28, 0.42),
    "P95": (0.38, 0.55),
    "P99": (0.7, 1.4),
    "share of zeros": (0.08, 0.25),
    "share above 0.5": (0.02, 0.06),
}
LOW_MONTHS, HIGH_MONTHS = (4, 5, 6), (9, 10, 11, 12)  # months


def check_history_bands(connection: Connection[Any], originals: OriginalRows) -> Iterator[Check]:
    """Yield every band of the generated history; nothing without a generated history."""
    batches = fetch_count(connection, "SELECT count(*) FROM generator_shard WHERE kind = 'batch'")
    if not batches:
        return
    yield from check_temperatures(connection, originals)
    yield from check_harvests(connection, originals)
    yield from check_stages(connection, originals, batches)
    yield from check_volumes(connection, originals, batches)


def check_temperatures(connection: Connection[Any], originals: OriginalRows) -> Iterator[Check]:
    """Yield how far the months at sea are from the climatology, and the means of the halls."""
    kinds = {"geography": "text", "month": "int4", "degrees": "float8", "days": "int4"}
    sea = read_columns(connection, originals.build_query(SEA), kinds)
    for geography in dict.fromkeys(sea["geography"].tolist()):
        mine = sea["geography"] == geography
        typical = np.array([compute_typical_temperature(geography, month) for month in sea["month"][mine].tolist()])
        difference = float(np.abs(sea["degrees"][mine] - typical).max())
        days = int(sea["days"][mine].sum())
        yield check_band(
            f"sea temperature in {geography}, month furthest from the climatology, °C",
            difference, 0, 0.6, judged=days >= MIN_TEMPERATURE_DAYS, detail=f"{days} days",
        )  # fmt: skip
    for eggs, degrees, rows in connection.execute(originals.build_query(HALLS).encode()).fetchall():
        point = load_parameters("climate")["freshwater"]["eggs" if eggs else "growing"]
        name = "temperature of egg halls, mean, °C" if eggs else "temperature of other halls, mean, °C"
        yield check_band(name, float(degrees), point - 0.3, point + 0.3, detail=f"{rows:,} container-days")


def compute_typical_temperature(geography: str, month: int) -> float:
    """Return the mean of the climatology in a month, °C."""
    first = np.datetime64(f"2023-{month:02d}", "M")
    days = np.arange(first.astype("datetime64[D]"), (first + 1).astype("datetime64[D]")).astype(np.int64)
    day_of_year = (days - np.datetime64("2023-01-01", "D").astype(np.int64) + 1).astype(np.float64)
    return float(np.mean(sea_climatology(find_known_climate(geography), day_of_year)))


def check_harvests(connection: Connection[Any], originals: OriginalRows) -> Iterator[Check]:
    """Yield survival from eggs and the weight at harvest of harvested batches."""
    rows = np.array(connection.execute(originals.build_query(HARVESTED).encode()).fetchall(), np.float64).reshape(-1, 2)
    judged, detail = len(rows) >= MIN_HARVESTED_BATCHES, f"{len(rows)} batches"
    survival = float(np.nanmedian(rows[:, 0])) if len(rows) else None
    yield check_band("survival from eggs to harvest, median", survival, 0.68, 0.76, judged=judged, detail=detail)
    kg = float(np.nanmean(rows[:, 1])) / 1000 if len(rows) else None
    spread = f"; {np.nanmin(rows[:, 1]):,.0f}–{np.nanmax(rows[:, 1]):,.0f} g" if len(rows) else ""
    yield check_band("weight at harvest, mean, kg", kg, 4.5, 6.5, judged=judged, detail=detail + spread)


def check_stages(connection: Connection[Any], originals: OriginalRows, batches: int) -> Iterator[Check]:
    """Yield how many stages have fish on the last day."""
    query = (
        "SELECT count(DISTINCT p.stage_id) FROM stock_placement p JOIN stock_batch b ON b.id = p.batch_id"
        f" WHERE p.stop IS NULL AND (b.company_id, b.number) IN ({GENERATED})"
    )
    stages = float(fetch_count(connection, originals.build_query(query)))
    yield check_band("stages that hold fish on the last day", stages, 6, 6, judged=batches >= REFERENCE_BATCHES)


MEASURED = "temperature_c, oxygen_pct, salinity_ppt, ph, co2_mg_l, ammonium_mg_l, nitrite_mg_l, nitrate_mg_l"


GENERATED_PLACEMENTS = (  # the placements of generated batches
    "(SELECT p.id FROM stock_placement p JOIN stock_batch b ON b.id = p.batch_id"
    f" WHERE (b.company_id, b.number) IN ({GENERATED}))"
)


def _build_count_query(table: str, column: str = "placement_id", *, counted: str = "", where: str = "") -> str:
    figure = f"count(DISTINCT {counted})" if counted else "count(*)"
    return f"SELECT {figure} FROM {table} WHERE {column} IN {GENERATED_PLACEMENTS}{where}"


_SOURCES = ("stock_movement", "source_id")


# The range of each volume of the reference history, and its query.
VOLUMES = {
    "reading values": (
        20e6,
        27e6,
        (
            f"SELECT sum(num_nonnulls({MEASURED})) FROM environment_reading WHERE entered_at IS NULL"
            f" AND container_id IN ({CONTAINERS_USED})"
        ),
    ),
    "movements": (1.0e6, 1.2e6, _build_count_query("stock_movement", "coalesce(source_id, target_id)")),
    "meals": (1.7e6, 2.3e6, _build_count_query("feeding_meal")),
    "lice counts": (60e3, 90e3, _build_count_query("health_licecount")),
    "delousings": (3e3, 5e3, _build_count_query("health_treatment", where=" AND kind = 'delousing'")),
    "vaccinations": (2e3, 3e3, _build_count_query("health_treatment", where=" AND kind = 'vaccination'")),
    "health samples": (1.4e3, 2e3, _build_count_query("health_healthsample")),
    "pen harvests": (1.1e3, 1.4e3, _build_count_query(*_SOURCES, counted="source_id", where=" AND kind = 'HARVEST'")),
    "transfer orders": (600, 660, _build_count_query(*_SOURCES, counted="order_id")),
    "daily states": (1.0e6, 1.25e6, _build_count_query("growth_dailystate")),
}


# Pens per batch, and the most readings per day.
LAYOUT = (
    "SELECT count(*) FILTER (WHERE c.kind = 'pen')::float8 / nullif(count(DISTINCT p.batch_id)"
    " FILTER (WHERE c.kind = 'pen'), 0), (SELECT max(temperature_n) FROM environment_dailyenvironment"
    f" WHERE container_id IN ({CONTAINERS_USED})) FROM stock_placement p JOIN farm_container c ON c.id = p.container_id"
    f" WHERE p.id IN {GENERATED_PLACEMENTS}"
)


PENS, READINGS = (12, 17), 6


def check_volumes(connection: Connection[Any], originals: OriginalRows, batches: int) -> Iterator[Check]:
    """Yield the volumes of the generated history; only the reference history is judged."""
    layout = connection.execute(originals.build_query(LAYOUT).encode()).fetchone() or (None, None)
    reference = batches == REFERENCE_BATCHES and PENS[0] <= (layout[0] or 0) <= PENS[1] and layout[1] == READINGS
    for name, (low, high, query) in VOLUMES.items():
        figure = fetch_count(connection, originals.build_query(query))
        estimated = figure > 0 or name != "daily states"  # which the estimation adds later
        yield check_band(name, figure, low, high, judged=reference and estimated)


def check_lice(connection: Connection[Any], originals: OriginalRows) -> Iterator[Check]:
    """Yield the bands of the histogram and of the season."""
    kinds = {"area_id": "int8", "date": "date", "pen": "int8", "females": "float8"}
    counts = read_columns(connection, originals.build_query(COUNTS), kinds)
    if not len(counts["date"]):
        return
    means, month = compute_area_week_means(counts)
    judged, detail = len(means) >= MIN_AREA_WEEKS, f"{len(means):,} area-weeks of {COUNTED_PENS} pens"
    for name, figure in compute_lice_figures(means).items():
        yield check_band(f"adult females per fish, {name}", figure, *BANDS[name], judged=judged, detail=detail)
    spring, autumn = means[np.isin(month, LOW_MONTHS)], means[np.isin(month, HIGH_MONTHS)]
    if len(spring) and len(autumn):
        share = float(spring.mean() / autumn.mean())
        yield check_band("adult females, ratio of April–June to September–December", share, 0, 0.8, judged=judged)


def compute_area_week_means(counts: dict[str, NDArray[Any]]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the mean of each area and week, and its month."""
    week = (counts["date"].astype(np.int64) + 3) // 7  # Monday first
    groups, group = np.unique(np.stack([counts["area_id"], week]), axis=1, return_inverse=True)
    group = group.reshape(-1)
    pens = np.bincount(group)[group]
    turn = (counts["pen"] - week * COUNTED_PENS) % pens  # the next eight each week
    counted = turn < COUNTED_PENS
    sums = np.bincount(group[counted], counts["females"][counted], minlength=groups.shape[1])
    sizes = np.bincount(group[counted], minlength=groups.shape[1])
    months = (groups[1] * 7 - 3).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return sums / np.maximum(sizes, 1), months


def compute_lice_figures(means: NDArray[np.float64]) -> dict[str, float]:
    """Return the figure of each band."""
    shares = dict(zip(("median", "P75", "P90", "P95", "P99"), (50, 75, 90, 95, 99), strict=True))
    return {
        "mean": float(means.mean()),
        **{name: float(np.percentile(means, share)) for name, share in shares.items()},
        "share of zeros": float((means == 0).mean()),
        "share above 0.5": float((means > 0.5).mean()),
    }
