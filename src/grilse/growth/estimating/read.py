"""Read the records of batches for the estimator, in two statements per reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import read_columns, read_queries
from grilse.science.estimation import MovementKind, WeighingMethod
from grilse.science.time_zones import compute_local_days

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class EstimationInputs:
    """Columns as the database stores them, ids included."""

    placements: Columns
    movements: Columns
    """All but deaths."""
    deaths: Columns
    samples: Columns
    temperatures: Columns
    meals: Columns
    """With the day of each at its placement."""
    profiles: Columns


def read_inputs(connection: Connection[Any], company: int, batches: Sequence[int]) -> EstimationInputs:
    """Return the records of the batches, and of those that fish moved from or to.

    Two statements; three more for each step along a chain of batches that fish moved between.
    """
    known = _read_batch_inputs(connection, company, batches)
    while strangers := _list_outside_placements(known):
        beside = read_columns(
            connection, EXCHANGING_BATCHES, {"batch": "int8"}, {"company": company, "placements": strangers}
        )
        batches = sorted({*batches, *beside["batch"].tolist()})
        known = _read_batch_inputs(connection, company, batches)
    return known


def read_ties(connection: Connection[Any], company: int) -> list[tuple[int, int]]:
    """Return all pairs of batches between which fish moved; one statement, over the whole ledger."""
    rows = read_columns(connection, TIED_BATCHES, {"here": "int8", "there": "int8"}, {"company": company})
    return list(zip(rows["here"].tolist(), rows["there"].tolist(), strict=True))


def _read_batch_inputs(connection: Connection[Any], company: int, batches: Sequence[int]) -> EstimationInputs:
    placements = read_columns(connection, PLACEMENTS, PLACEMENT_KINDS, {"company": company, "batches": list(batches)})
    of_these = {"company": company, "placements": placements["placement"].tolist()}
    sites = {
        "company": company,
        "areas": np.unique(placements["area"]).tolist(),
        "geographies": np.unique(placements["geography"]).tolist(),
    }
    listed = {"kinds": [kind.name for kind in MovementKind], "methods": [method.name for method in WeighingMethod]}
    movements, deaths, samples, temperatures, meals, profiles = read_queries(
        connection, EVENTS, {**of_these, **sites, **listed}
    )
    return EstimationInputs(
        placements=placements,
        movements=movements,
        deaths=deaths,
        samples=samples,
        temperatures=temperatures,
        meals=_find_meal_days(meals, placements),
        profiles=profiles,
    )


def _find_meal_days(meals: Columns, placements: Columns) -> Columns:
    """Return the meals with the day of each where its placement is, instead of its time."""
    order = np.argsort(placements["placement"])
    zones, zone = np.unique(placements["time_zone"][order].astype(np.str_), return_inverse=True)
    row = np.searchsorted(placements["placement"][order], meals["placement"])
    day = compute_local_days(meals["at"], zones.tolist(), zone[row])
    return {"placement": meals["placement"], "day": day, "grams": meals["grams"]}


def _list_outside_placements(known: EstimationInputs) -> list[int]:
    """Return placements that fish came from or went to but that were not read."""
    movements = known.movements
    sides = np.unique(np.concatenate([movements["source"], movements["target"]]))
    outside = np.setdiff1d(sides[sides >= 0], known.placements["placement"])
    return [int(placement) for placement in outside]


PLACEMENT_KINDS = {
    "batch": "int8",
    "batch_start": "date",
    "placement": "int8",
    "start": "date",
    "stop": "date",
    "stage": "int4",
    "sea": "int4",
    "lightest": "float8",
    "heaviest": "float8",
    "container": "int8",
    "area": "int8",
    "hall": "int8",
    "geography": "int8",
    "time_zone": "text",
    "injected": "date",
}
PLACEMENTS = """
SELECT p.batch_id AS batch, b.start_date AS batch_start, p.id AS placement, p.start,
       coalesce(p.stop, '9999-12-31') AS stop, s."order"::int AS stage, (s.water = 'sea')::int AS sea,
       s.min_weight_g AS lightest, s.max_weight_g AS heaviest, c.id AS container,
       c.area_id AS area, c.hall_id AS hall, g.id AS geography, g.time_zone,
       coalesce((SELECT min(v.stop) FROM health_treatment v
                  WHERE v.company_id = p.company_id AND v.placement_id = p.id
                    AND v.kind = 'vaccination' AND v.method = 'injection'), '9999-12-31') AS injected
  FROM stock_placement p
  JOIN stock_batch b ON b.id = p.batch_id
  JOIN stock_stage s ON s.id = p.stage_id
  JOIN farm_container c ON c.id = p.container_id
  LEFT JOIN farm_area a ON a.id = c.area_id
  LEFT JOIN farm_hall h ON h.id = c.hall_id
  LEFT JOIN farm_station t ON t.id = h.station_id
  JOIN farm_geography g ON g.id = coalesce(a.geography_id, t.geography_id)
 WHERE p.company_id = %(company)s AND p.batch_id = ANY(%(batches)s)
 ORDER BY b.number COLLATE "C", p.start, p.name COLLATE "C"
"""

MOVEMENT_KINDS = {
    "id": "int8",
    "day": "date",
    "kind": "int4",
    "source": "int8",
    "target": "int8",
    "count": "int4",
    "mean_weight": "float8",
    "fish_weighed": "float8",
}
# Corrections are few, so a list of the replaced movements is faster than a look-up for each movement. OFFSET 0
# makes PostgreSQL read placement by placement; one join would read the movements of all batches.
MOVEMENTS = """
WITH mine AS (SELECT unnest(%(placements)s::bigint[]) AS id),
rare AS (
  SELECT m.* FROM mine CROSS JOIN LATERAL (
    SELECT * FROM stock_movement WHERE source_id = mine.id AND kind <> 'MORTALITY' OFFSET 0) m
   UNION ALL
  SELECT m.* FROM mine CROSS JOIN LATERAL (SELECT * FROM stock_movement WHERE target_id = mine.id OFFSET 0) m
   WHERE m.source_id IS NULL OR m.source_id <> ALL (%(placements)s::bigint[])
)
SELECT id, date AS day, array_position(%(kinds)s::text[], kind::text) - 1 AS kind, source_id AS source,
       target_id AS target, count, mean_weight_g AS mean_weight, fish_weighed::float8 AS fish_weighed
  FROM rare
 WHERE company_id = %(company)s AND count > 0
   AND id NOT IN (SELECT replaces_id FROM stock_movement WHERE replaces_id IS NOT NULL)
"""

# Deaths are nearly all rows of the ledger, so only three columns of them are read.
DEATH_KINDS = {"source": "int8", "day": "date", "count": "int4"}
DEATHS = """
SELECT source_id AS source, date AS day, count FROM stock_movement
 WHERE company_id = %(company)s AND source_id = ANY(%(placements)s) AND kind = 'MORTALITY' AND count > 0
   AND id NOT IN (SELECT replaces_id FROM stock_movement WHERE replaces_id IS NOT NULL)
"""

SAMPLE_KINDS = {
    "id": "int8",
    "placement": "int8",
    "day": "date",
    "fish": "float8",
    "mean_weight": "float8",
    "sd": "float8",
    "selection": "int4",
    "method": "int4",
}
SAMPLES = """
SELECT id, placement_id AS placement, date AS day, fish_weighed::float8 AS fish, mean_weight_g AS mean_weight,
       sd_g AS sd, (CASE selection WHEN 'largest' THEN 2 WHEN 'smallest' THEN 0 ELSE 1 END) AS selection,
       array_position(%(methods)s::text[], method::text) - 1 AS method
  FROM stock_weightsample
 WHERE company_id = %(company)s AND placement_id = ANY(%(placements)s) AND not_representative = ''
"""

TEMPERATURE_KINDS = {"placement": "int8", "day": "date", "temperature": "float4"}
# Under row-level security the index supports a CASE as the end of its range, but no coalesce.
TEMPERATURES = """
SELECT p.id AS placement, e.date AS day, e.temperature_mean AS temperature
  FROM stock_placement p
  JOIN environment_dailyenvironment e
    ON e.container_id = p.container_id AND e.date >= p.start
   AND e.date < CASE WHEN p.stop IS NULL THEN 'infinity' ELSE p.stop END
 WHERE p.company_id = %(company)s AND p.id = ANY(%(placements)s) AND e.temperature_mean IS NOT NULL
"""

# numpy sums them by day, in half the time that the server would need.
MEAL_KINDS = {"placement": "int8", "at": "timestamptz", "grams": "int8"}
MEALS = """
SELECT placement_id AS placement, at, grams FROM feeding_meal
 WHERE company_id = %(company)s AND placement_id = ANY(%(placements)s)
"""

PROFILE_KINDS = {"geography": "int8", "area": "int8", "day_of_year": "int4", "temperature": "float8"}
PROFILES = """
SELECT geography_id AS geography, area_id AS area, day_of_year::int AS day_of_year,
       temperature_c AS temperature
  FROM growth_temperatureprofile
 WHERE company_id = %(company)s AND geography_id = ANY(%(geographies)s)
   AND (area_id IS NULL OR area_id = ANY(%(areas)s))
"""

EVENTS = (
    (MOVEMENTS, MOVEMENT_KINDS),
    (DEATHS, DEATH_KINDS),
    (SAMPLES, SAMPLE_KINDS),
    (TEMPERATURES, TEMPERATURE_KINDS),
    (MEALS, MEAL_KINDS),
    (PROFILES, PROFILE_KINDS),
)

EXCHANGING_BATCHES = """
SELECT DISTINCT batch_id AS batch FROM stock_placement
 WHERE company_id = %(company)s AND id = ANY(%(placements)s)
"""

TIED_BATCHES = """
SELECT DISTINCT s.batch_id AS here, t.batch_id AS there
  FROM stock_movement m
  JOIN stock_placement s ON s.id = m.source_id
  JOIN stock_placement t ON t.id = m.target_id
 WHERE m.company_id = %(company)s AND s.batch_id <> t.batch_id
"""
