"""Reads of estimated states and growth models. Each function is one statement."""

import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from grilse.farm.site_names import SITE_NAME
from grilse.growth.models import GrowthModel
from grilse.growth.states import NOT_CARRIED
from grilse.listing.sql import fetch_rows
from grilse.stock.hooks import ExpectedWeight
from grilse.stock.queries import GEOGRAPHY_JOINS


@dataclass(frozen=True, kw_only=True, slots=True)
class CurrentBatch:
    """A batch with the state of the last day that records reach, in hindsight; None where there is none."""

    id: int
    number: str
    status: str
    start: date
    geography: str
    site: str
    stage_order: int
    stage: str
    date: date | None
    day: int | None
    count: int | None
    mean_weight_g: float | None
    mean_weight_sd_g: float | None
    biomass_kg: float | None
    biomass_sd_kg: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CurrentBatchPage:
    """A page of the matching batches."""

    batches: list[CurrentBatch]
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LastState:
    """The last state of a placement, in hindsight."""

    placement: int
    date: date
    count: int
    mean_weight_g: float
    mean_weight_sd_g: float
    biomass_kg: float
    biomass_sd_kg: float
    volume_m3: float
    max_density_kg_m3: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StockMonth:
    """Fish of sites at the end of a month's last day, in hindsight, with the deaths and feed of the month."""

    year: int
    month: int
    fish: float | None
    """None while the month is not estimated to its end, and where records do not reach it."""
    biomass_kg: float | None
    deaths: int
    feed_kg: float


def list_current_batches(
    batch_id: int | None = None,
    *,
    text: str = "",
    status: str = "",
    geography: int | None = None,
    area: int | None = None,
    station: int | None = None,
    order: str = "",
    first: int = 0,
    limit: int = sys.maxsize,
) -> CurrentBatchPage:
    """Return every batch, or one, with the last state that records reach and the sites of its newest stage.

    `text` is words of number, geography, site, stage or status; a place leaves the batches that are or were last there;
    `order` is a column (`-weight`: descending, unknown values last), by default active and oldest first. Where no page
    begins at `first`, the last page is returned.
    """
    words = [f"%{connection.ops.prep_for_like_query(word)}%" for word in text.split()]
    page = {"batch": batch_id, "words": words, "status": status, "first": first, "limit": limit}
    places = {"geography": geography, "area": area, "station": station}
    rows = fetch_rows(CURRENT_BATCHES.format(order=_build_order(order)), page | places)
    batches = [CurrentBatch(**{name: value for name, value in row.items() if name != "total"}) for row in rows]
    return CurrentBatchPage(batches=batches, total=rows[0]["total"] if rows else 0)


def _build_order(order: str) -> str:
    columns = ORDERS.get(order.removeprefix("-"))
    if columns is None:
        return "status <> 'active', start, number COLLATE \"C\""
    direction = "DESC" if order.startswith("-") else "ASC"
    return ", ".join([*(f"{column} {direction} NULLS LAST" for column in columns), "number"])


def find_training_cutoff(version: int) -> date | None:
    """Return the day before which the batches of a version were harvested."""
    return GrowthModel.objects.filter(pk=version).values_list("learned_before", flat=True).first()


def find_last_recorded_day() -> date | None:
    """Return the last day with a movement, a meal, a count, a sample or a reading; None without any."""
    [row] = fetch_rows(LAST_RECORDED_DAY, {})
    return row["day"]


def list_monthly_stock(areas: Sequence[int]) -> list[StockMonth]:
    """Return the months of some sites together, in their order.

    Deaths and feed of the last month are those of its days so far.
    """
    return [StockMonth(**row) for row in fetch_rows(MONTHS, {"areas": list(areas)})]


def find_last_weights(placements: Collection[int], day: date) -> dict[int, float]:
    """Return the mean weight in hindsight, g, of placements on a day or the last before it."""
    rows = fetch_rows(LAST_WEIGHTS, {"placements": list(placements), "day": day})
    return {row["id"]: row["weight_g"] for row in rows}


def list_last_states(placements: Collection[int], day: date) -> list[LastState]:
    """Return the state of placements on a day or the last before it, and the volume of their containers."""
    rows = fetch_rows(LAST_STATES, {"placements": list(placements), "day": day})
    return [LastState(**row) for row in rows]


def find_expected_weights(keys: Collection[tuple[int, date]]) -> dict[tuple[int, date], ExpectedWeight]:
    """Return the mean weights in hindsight of placements on days, or of the last days before, with their errors."""
    arguments = {"placements": [placement for placement, _ in keys], "days": [day for _, day in keys]}
    rows = fetch_rows(EXPECTED_WEIGHTS, arguments)
    return {(row["id"], row["day"]): ExpectedWeight(row["weight_g"], row["sd_g"], row["days"]) for row in rows}


# Sorting by a figure reads the states of all matching batches, sorting by other columns those of the page.
_LAST_STATE = (
    f"FROM growth_batchstate s WHERE batch_id = {{}}.id AND {NOT_CARRIED.format('s')} ORDER BY date DESC LIMIT 1"
)
_LAST = f"(SELECT {{}} {_LAST_STATE.format('named')})"
ORDERS = {
    "number": ('number COLLATE "C"',),
    "site": ('geography COLLATE "C"', 'site COLLATE "C"'),
    "stage": ("stage_order",),
    "age": (_LAST.format("day"),),
    "fish": (_LAST.format("count"),),
    "weight": (_LAST.format("hindsight_weight_g"),),
    "biomass": (_LAST.format("hindsight_biomass_kg"),),
    "status": ('status COLLATE "C"',),
}

# An active batch is at the sites of its open placements, a closed one at those of its last.
CURRENT_BATCHES = f"""
WITH named AS (
  SELECT b.id, b.number, b.status, b.start_date AS start, coalesce(place.geography, '') AS geography,
         coalesce(place.site, '') AS site, coalesce(place.stage_order, 0) AS stage_order,
         coalesce(place.stage, '') AS stage,
         coalesce(place.is_at_place, coalesce(%(geography)s, %(area)s, %(station)s) IS NULL) AS is_at_place
    FROM stock_batch b
    LEFT JOIN (
      SELECT p.batch_id, max(g.name) AS geography, max(s."order") AS stage_order,
             (array_agg(s.name ORDER BY s."order" DESC))[1] AS stage,
             string_agg(DISTINCT named.site, ', ' ORDER BY named.site) AS site,
             bool_or(%(geography)s::bigint IS NULL OR g.id = %(geography)s)
               AND bool_or(%(area)s::bigint IS NULL OR a.id = %(area)s)
               AND bool_or(%(station)s::bigint IS NULL OR t.id = %(station)s) AS is_at_place
        FROM (SELECT *, max(coalesce(stop, 'infinity')) OVER (PARTITION BY batch_id) AS latest
                FROM stock_placement WHERE %(batch)s::bigint IS NULL OR batch_id = %(batch)s) p
        JOIN stock_stage s ON s.id = p.stage_id
        JOIN farm_container c ON c.id = p.container_id
        {GEOGRAPHY_JOINS}
        CROSS JOIN LATERAL (SELECT {SITE_NAME} AS site) named
       WHERE coalesce(p.stop, 'infinity') = p.latest
       GROUP BY p.batch_id
    ) place ON place.batch_id = b.id
   WHERE %(batch)s::bigint IS NULL OR b.id = %(batch)s
),
matching AS (
  SELECT named.*, count(*) OVER () AS total, row_number() OVER (ORDER BY {{order}}) AS position
    FROM named
   WHERE concat_ws(' ', number, geography, site, stage, status) ILIKE ALL (%(words)s::text[])
     AND %(status)s IN ('', status) AND is_at_place
)
SELECT b.id, b.number, b.status, b.start, b.geography, b.site, b.stage_order, b.stage, state.date, state.day,
       state.count, state.hindsight_weight_g AS mean_weight_g, state.hindsight_weight_sd_g AS mean_weight_sd_g,
       state.hindsight_biomass_kg AS biomass_kg, state.hindsight_biomass_sd_kg AS biomass_sd_kg, b.total
  FROM matching b
  LEFT JOIN LATERAL (
    SELECT * {_LAST_STATE.format("b")}
  ) state ON true
 WHERE b.position - least(%(first)s, (b.total - 1) / %(limit)s * %(limit)s) BETWEEN 1 AND %(limit)s
 ORDER BY b.position
"""

MONTH_IS_KNOWN = f"""last.day <= max(max(s.date)) OVER ()
             AND bool_and({NOT_CARRIED.format("s")}) FILTER (WHERE s.date = last.day) IS NOT FALSE"""
MONTHS = f"""
SELECT extract(year FROM last.day)::int AS year, extract(month FROM last.day)::int AS month,
       CASE WHEN {MONTH_IS_KNOWN} THEN
         coalesce(sum(s.hindsight_count) FILTER (WHERE s.date = last.day), 0)::float8 END AS fish,
       CASE WHEN {MONTH_IS_KNOWN} THEN
         coalesce(sum(s.hindsight_biomass_kg) FILTER (WHERE s.date = last.day), 0)::float8 END AS biomass_kg,
       sum(s.deaths) AS deaths, sum(s.feed_kg)::float8 AS feed_kg
  FROM growth_dailystate s
  JOIN stock_placement p ON p.id = s.placement_id
  JOIN farm_container c ON c.id = p.container_id
 CROSS JOIN LATERAL (SELECT (date_trunc('month', s.date) + interval '1 month - 1 day')::date AS day) last
 WHERE c.area_id = ANY(%(areas)s)
 GROUP BY last.day ORDER BY last.day
"""

EXPECTED_WEIGHTS = """
SELECT p.id, p.day, p.day - s.date AS days, s.hindsight_weight_g::float8 AS weight_g,
       s.hindsight_weight_sd_g::float8 AS sd_g
  FROM unnest(%(placements)s::bigint[], %(days)s::date[]) AS p (id, day)
 CROSS JOIN LATERAL (
   SELECT date, hindsight_weight_g, hindsight_weight_sd_g FROM growth_dailystate
    WHERE placement_id = p.id AND date <= p.day ORDER BY date DESC LIMIT 1
 ) s
"""
LAST_WEIGHTS = """
SELECT p.id, s.hindsight_weight_g::float8 AS weight_g
  FROM unnest(%(placements)s::bigint[]) AS p (id)
 CROSS JOIN LATERAL (
   SELECT hindsight_weight_g FROM growth_dailystate
    WHERE placement_id = p.id AND date <= %(day)s ORDER BY date DESC LIMIT 1
 ) s
"""

# Each from the end of an index by company and day; readings, which have none, by the states of active batches.
LAST_RECORDED_DAY = f"""
SELECT greatest(
  (SELECT date FROM stock_movement ORDER BY date DESC LIMIT 1),
  (SELECT date FROM stock_weightsample ORDER BY date DESC LIMIT 1),
  (SELECT date FROM stock_fishcount ORDER BY date DESC LIMIT 1),
  (SELECT date FROM health_licecount ORDER BY date DESC LIMIT 1),
  (SELECT date FROM health_healthsample ORDER BY date DESC LIMIT 1),
  (SELECT at FROM feeding_meal ORDER BY at DESC LIMIT 1)::date,
  (SELECT max(last.date) FROM stock_batch b CROSS JOIN LATERAL (
     SELECT s.date FROM growth_batchstate s
      WHERE s.batch_id = b.id AND {NOT_CARRIED.format("s")} ORDER BY s.date DESC LIMIT 1
   ) last WHERE b.status = 'active')
) AS day
"""
LAST_STATES = """
SELECT p.id AS placement, s.date, s.count, s.hindsight_weight_g::float8 AS mean_weight_g,
       s.hindsight_weight_sd_g::float8 AS mean_weight_sd_g, s.hindsight_biomass_kg::float8 AS biomass_kg,
       s.hindsight_biomass_sd_kg::float8 AS biomass_sd_kg, c.volume_m3, c.max_density_kg_m3
  FROM unnest(%(placements)s::bigint[]) AS wanted (id)
  JOIN stock_placement p ON p.id = wanted.id
  JOIN farm_container c ON c.id = p.container_id
 CROSS JOIN LATERAL (
   SELECT * FROM growth_dailystate WHERE placement_id = p.id AND date <= %(day)s ORDER BY date DESC LIMIT 1
 ) s
"""
