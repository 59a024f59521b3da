"""Batches, where they stand, and what happened to them. Each function is one statement."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db import connection

from grilse.stock.models import Batch


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchSummary:
    """What a page says about a batch before any figure."""

    id: int
    company: int
    number: str
    species: str
    start: date
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacementPeriod:
    """A placement: where fish of a batch stood, at which stage, from when until when."""

    id: int
    name: str
    container: str
    site: str
    geography: str
    stage_order: int
    stage: str
    start: date
    stop: date | None
    """Half-open; None while fish stand there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerMark:
    """Fish that were stocked, moved, harvested or taken out on one day, summed over the containers."""

    date: date
    kind: str
    stage: str
    containers: int
    count: int
    mean_weight_g: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SampledDay:
    """The fish weighed on one day, all containers together; samples set aside by themselves."""

    date: date
    selection: str
    set_aside: str
    """Why; empty while they count."""
    fish: int
    containers: int
    mean_weight_g: float
    sd_g: float | None
    """Between the fish; None where one of the samples has none."""


Event = TypeVar("Event", LedgerMark, SampledDay)


def read_batch(number: str) -> BatchSummary | None:
    """Return the batch of a number."""
    row = Batch.objects.select_related("species").filter(number=number).first()
    if row is None:
        return None
    return BatchSummary(
        id=row.pk,
        company=row.company_id,
        number=row.number,
        species=row.species.name,
        start=row.start_date,
        status=row.status,
    )


def list_placements(batch_id: int) -> list[PlacementPeriod]:
    """Return the placements of a batch, by stage, then by date."""
    return [PlacementPeriod(**row) for row in _read_rows(PLACEMENTS, {"batch": batch_id})]


def read_batch_events(
    batch_id: int, placement_id: int | None = None, *, through: date | None = None
) -> tuple[list[LedgerMark], list[SampledDay]]:
    """Return what the ledger of a batch, or of one placement, shows beside deaths, and its weight samples.

    `through` leaves out what is dated later.
    """
    [row] = _read_rows(EVENTS, {"batch": batch_id, "placement": placement_id, "through": through})
    marks = [_build_dated_row(LedgerMark, mark) for mark in row["marks"]]
    return marks, [_build_dated_row(SampledDay, day) for day in row["samples"]]


def _build_dated_row(kind: type[Event], row: dict[str, Any]) -> Event:
    return kind(**{**row, "date": date.fromisoformat(row["date"])})


def _read_rows(query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


PLACEMENTS = """
SELECT p.id, p.name, c.name AS container, coalesce(h.name, a.name) AS site, g.name AS geography,
       s."order" AS stage_order, s.name AS stage, p.start, p.stop
  FROM stock_placement p
  JOIN stock_stage s ON s.id = p.stage_id
  JOIN farm_container c ON c.id = p.container_id
  LEFT JOIN farm_hall h ON h.id = c.hall_id
  LEFT JOIN farm_station t ON t.id = h.station_id
  LEFT JOIN farm_area a ON a.id = c.area_id
  JOIN farm_geography g ON g.id = coalesce(t.geography_id, a.geography_id)
 WHERE p.batch_id = %(batch)s
 ORDER BY s."order", p.start, c.name
"""

# A move inside the batch is seen from its target only, so it counts once.
EVENTS = """
WITH mine AS (
  SELECT p.id, s.name AS stage FROM stock_placement p JOIN stock_stage s ON s.id = p.stage_id
   WHERE p.batch_id = %(batch)s AND (%(placement)s::bigint IS NULL OR p.id = %(placement)s)
),
moved AS (
  SELECT m.id, m.date, m.kind, mine.stage, mine.id AS placement, m.count, m.mean_weight_g
    FROM mine JOIN stock_movement m ON m.target_id = mine.id
  UNION ALL
  SELECT m.id, m.date, CASE m.kind WHEN 'TRANSFER' THEN 'MOVED_OUT' ELSE m.kind END, mine.stage, mine.id,
         m.count, m.mean_weight_g
    FROM mine JOIN stock_movement m ON m.source_id = mine.id
   WHERE m.kind <> 'MORTALITY' AND (m.target_id IS NULL OR m.target_id NOT IN (SELECT id FROM mine))
),
marks AS (
  SELECT date, kind, stage, count(DISTINCT placement) AS containers, sum(count)::bigint AS count,
         sum(count * mean_weight_g) / nullif(sum(count) FILTER (WHERE mean_weight_g IS NOT NULL), 0)
           AS mean_weight_g
    FROM moved
   WHERE count > 0 AND (%(through)s::date IS NULL OR date <= %(through)s)
     AND NOT EXISTS (SELECT FROM stock_movement later WHERE later.replaces_id = moved.id)
   GROUP BY date, kind, stage
),
samples AS (
  SELECT w.date, w.selection, w.not_representative AS set_aside,
         sum(w.fish_weighed)::bigint AS fish, count(DISTINCT mine.id) AS containers,
         sum(w.mean_weight_g * w.fish_weighed) / sum(w.fish_weighed) AS mean_weight_g,
         CASE WHEN bool_and(w.sd_g IS NOT NULL)
              THEN sqrt(sum(w.sd_g ^ 2 * w.fish_weighed) / sum(w.fish_weighed)) END AS sd_g
    FROM mine JOIN stock_weightsample w ON w.placement_id = mine.id
   WHERE %(through)s::date IS NULL OR w.date <= %(through)s
   GROUP BY w.date, w.selection, w.not_representative
)
SELECT coalesce((SELECT json_agg(marks ORDER BY date, kind, stage) FROM marks), '[]') AS marks,
       coalesce((SELECT json_agg(samples ORDER BY date, selection, set_aside) FROM samples), '[]') AS samples
"""
