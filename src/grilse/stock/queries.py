"""Batches, their placements and events. Each function is one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q, Sum

from grilse.errors import GrilseError
from grilse.farm.site_names import CONTAINER_LABEL, SITE_NAME
from grilse.listing.sql import fetch_rows
from grilse.stock import hooks
from grilse.stock.ledger import NOT_REPLACED
from grilse.stock.models import Batch, Movement, Placement

LOSSES = {"deaths": "MORTALITY", "culled": "CULL", "escaped": "ESCAPE"}


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchSummary:
    """The facts of a batch that do not change from day to day."""

    id: int
    company: int
    number: str
    species: str
    start: date
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacementPeriod:
    """A placement with the names of its container, site, geography and stage."""

    id: int
    name: str
    container: str
    site: str
    geography: str
    stage_order: int
    stage: str
    start: date
    stop: date | None
    """Half-open; None while the placement is active."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerMark:
    """Fish stocked, moved, harvested or removed on one day, summed over the containers."""

    date: date
    kind: str
    stage: str
    containers: int
    count: int
    mean_weight_g: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SampledDay:
    """The fish weighed on one day, over all containers; excluded samples have rows of their own."""

    date: date
    selection: str
    set_aside: str
    """Why the samples are excluded; empty if they are not."""
    fish: int
    containers: int
    mean_weight_g: float
    sd_g: float | None
    """Between the fish; None if one of the samples has none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LastRecords:
    """The last days on which people looked at the fish of a placement, None where they never did."""

    placement: int
    weighed: date | None
    """Of a weight sample, also of one that is excluded."""
    dead_counted: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DueOrder:
    """A transfer order with fish that are still to be moved."""

    id: int
    number: str
    batch: int
    planned_date: date
    container: int
    """That of its first line."""
    lines: int
    """Lines that are not carried out."""


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
    return [PlacementPeriod(**row) for row in fetch_rows(PLACEMENTS, {"batch": batch_id})]


def read_batch_events(
    batch_id: int, placement_id: int | None = None, *, through: date | None = None
) -> tuple[list[LedgerMark], list[SampledDay]]:
    """Return the ledger entries, except deaths, and weight samples of a batch or of one placement.

    `through` is the last day.
    """
    [row] = fetch_rows(EVENTS, {"batch": batch_id, "placement": placement_id, "through": through})
    marks = [_build_dated_row(LedgerMark, mark) for mark in row["marks"]]
    return marks, [_build_dated_row(SampledDay, day) for day in row["samples"]]


def _build_dated_row(kind: type[Event], row: dict[str, Any]) -> Event:
    return kind(**{**row, "date": date.fromisoformat(row["date"])})


def find_placement_ids(batch: str | None, placement: str | None) -> list[int]:
    """Return the placements of a batch, or the placement of a name."""
    if (batch is None) == (placement is None):
        raise GrilseError("name a batch or a placement, one of them", field="batch")
    condition = {"batch__number": batch} if batch is not None else {"name": placement}
    return list(Placement.objects.filter(**condition).values_list("id", flat=True))


def read_daily_losses(placements: Sequence[int]) -> Sequence[tuple[date, int, int, int]]:
    """Return the date, deaths, culled and escaped fish of each day with losses."""
    rows = Movement.objects.filter(source_id__in=placements, kind__in=LOSSES.values()).exclude_replaced()
    sums = {name: Sum("count", filter=Q(kind=kind), default=0) for name, kind in LOSSES.items()}
    return list(rows.values_list("date").annotate(**sums).order_by("date"))


def list_last_records(placements: Collection[int], day: date) -> list[LastRecords]:
    """Return the last records of placements up to a day."""
    rows = fetch_rows(LAST_RECORDS, {"placements": list(placements), "day": day})
    return [LastRecords(**row) for row in rows]


def list_due_orders(until: date) -> list[DueOrder]:
    """Return the orders that are not carried out and planned for a day or earlier, by date and number."""
    return [DueOrder(**row) for row in fetch_rows(DUE_ORDERS, {"until": until})]


def read_known_weights(placements: Collection[int], day: date) -> dict[int, float]:
    """Return the mean weights, g, of placements on a day, where they are known."""
    weights: dict[int, float] = {}
    for provider in hooks.weight_providers:
        weights |= provider(placements, day)
    return weights


# The site and geography of a container `c`: a hall (h) of a station, or a sea area (a).
SITE_JOINS = """LEFT JOIN farm_hall h ON h.id = c.hall_id
  LEFT JOIN farm_station t ON t.id = h.station_id
  LEFT JOIN farm_area a ON a.id = c.area_id"""
GEOGRAPHY_JOINS = f"""{SITE_JOINS}
  JOIN farm_geography g ON g.id = coalesce(t.geography_id, a.geography_id)"""
PLACEMENTS = f"""
SELECT p.id, p.name, {CONTAINER_LABEL} AS container,
       {SITE_NAME} AS site, g.name AS geography,
       s."order" AS stage_order, s.name AS stage, p.start, p.stop
  FROM stock_placement p
  JOIN stock_stage s ON s.id = p.stage_id
  JOIN farm_container c ON c.id = p.container_id
  {GEOGRAPHY_JOINS}
 WHERE p.batch_id = %(batch)s
 ORDER BY s."order", p.start, c.name
"""

# A transfer within the batch is read from its target only, so it counts once.
EVENTS = f"""
WITH placed AS (
  SELECT p.id, s.name AS stage FROM stock_placement p JOIN stock_stage s ON s.id = p.stage_id
   WHERE p.batch_id = %(batch)s AND (%(placement)s::bigint IS NULL OR p.id = %(placement)s)
),
moved AS (
  SELECT m.id, m.date, m.kind, placed.stage, placed.id AS placement, m.count, m.mean_weight_g
    FROM placed JOIN stock_movement m ON m.target_id = placed.id
  UNION ALL
  SELECT m.id, m.date, CASE m.kind WHEN 'TRANSFER' THEN 'MOVED_OUT' ELSE m.kind END, placed.stage, placed.id,
         m.count, m.mean_weight_g
    FROM placed JOIN stock_movement m ON m.source_id = placed.id
   WHERE m.kind <> 'MORTALITY' AND (m.target_id IS NULL OR m.target_id NOT IN (SELECT id FROM placed))
),
marks AS (
  SELECT date, kind, stage, count(DISTINCT placement) AS containers, sum(count)::bigint AS count,
         sum(count * mean_weight_g) / nullif(sum(count) FILTER (WHERE mean_weight_g IS NOT NULL), 0)
           AS mean_weight_g
    FROM moved
   WHERE count > 0 AND (%(through)s::date IS NULL OR date <= %(through)s)
     AND {NOT_REPLACED.format("moved")}
   GROUP BY date, kind, stage
),
samples AS (
  SELECT w.date, w.selection, w.not_representative AS set_aside,
         sum(w.fish_weighed)::bigint AS fish, count(DISTINCT placed.id) AS containers,
         sum(w.mean_weight_g * w.fish_weighed) / sum(w.fish_weighed) AS mean_weight_g,
         CASE WHEN bool_and(w.sd_g IS NOT NULL)
              THEN sqrt(sum(w.sd_g ^ 2 * w.fish_weighed) / sum(w.fish_weighed)) END AS sd_g
    FROM placed JOIN stock_weightsample w ON w.placement_id = placed.id
   WHERE %(through)s::date IS NULL OR w.date <= %(through)s
   GROUP BY w.date, w.selection, w.not_representative
)
SELECT coalesce((SELECT json_agg(marks ORDER BY date, kind, stage) FROM marks), '[]') AS marks,
       coalesce((SELECT json_agg(samples ORDER BY date, selection, set_aside) FROM samples), '[]') AS samples
"""

LAST_RECORDS = """
SELECT p.id AS placement,
       (SELECT max(w.date) FROM stock_weightsample w
         WHERE w.company_id = p.company_id AND w.placement_id = p.id AND w.date <= %(day)s) AS weighed,
       (SELECT max(m.date) FROM stock_movement m
         WHERE m.source_id = p.id AND m.kind = 'MORTALITY' AND m.date <= %(day)s) AS dead_counted
  FROM stock_placement p WHERE p.id = ANY(%(placements)s::bigint[])
"""
DUE_ORDERS = """
SELECT o.id, o.number, o.batch_id AS batch, o.planned_date, (array_agg(p.container_id ORDER BY l.id))[1] AS container,
       count(*) AS lines
  FROM stock_transferorder o
  JOIN stock_transferline l ON l.company_id = o.company_id AND l.order_id = o.id AND l.status = 'planned'
  JOIN stock_placement p ON p.id = l.source_id
 WHERE o.status IN ('planned', 'in progress') AND o.planned_date <= %(until)s
 GROUP BY o.id ORDER BY o.planned_date, o.number
"""
