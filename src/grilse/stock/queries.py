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
from grilse.stock.models import Batch, Movement, Photo, Placement

ROUND_DAYS = 14
"""Days of deaths before a round that its sheet shows."""
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
class PenLoss:
    """Dead or culled fish of a recent day, as entered."""

    movement: int
    date: date
    kind: str
    cause: str
    count: int
    author: str
    """Empty if no login entered the row."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingPen:
    """A pen or tank of a site with the fish that stand in it, as the round of a day needs it."""

    placement: int
    name: str
    """Of the placement, as refusals write it."""
    container: str
    container_id: int
    batch_id: int
    batch: str
    stage: str
    start: date
    fish: int
    last_cause: str
    """The cause of most deaths on the last day with deaths; empty if nobody named one."""
    deaths: list[int]
    """Dead fish of each day, the last one the day of the round."""
    losses: list[PenLoss]
    """What was entered for the last days."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenLine:
    """A planned line of a transfer order, whose fish have not moved yet."""

    order: int
    number: str
    planned: date
    line: int
    source: int
    container: int
    container_name: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteContainer:
    """A container, to which fish can be moved."""

    id: int
    name: str
    site: str
    volume_m3: float
    max_density_kg_m3: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SitePhoto:
    """A photo of records of a container or feed store."""

    id: int
    kind: str
    date: date
    container: int | None
    store: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StockedSite:
    """An area or a hall in which fish stand."""

    kind: str
    """area or hall"""
    id: int
    name: str
    geography_id: int
    geography: str
    time_zone: str
    station: int | None
    """The freshwater site of a hall."""
    pens: int
    """Pens or tanks with a placement that has not ended."""


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


Event = TypeVar("Event", LedgerMark, SampledDay, PenLoss)


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


def list_stocked_sites() -> list[StockedSite]:
    """Return the areas and halls in which fish stand, by geography and name."""
    return [StockedSite(**row) for row in fetch_rows(STOCKED_SITES)]


def list_standing_pens(site: int, day: date, *, is_area: bool) -> list[StandingPen]:
    """Return the pens of an area, or the tanks of a hall, in which fish stand on a day."""
    return [_build_pen(row) for row in fetch_rows(STANDING_PENS, _name_site(site, day, is_area))]


def list_open_lines(placements: Collection[int]) -> list[OpenLine]:
    """Return the planned lines of transfers out of placements, by order."""
    return [OpenLine(**row) for row in fetch_rows(OPEN_LINES, {"placements": list(placements)})]


def list_site_containers(geography: int) -> list[SiteContainer]:
    """Return the containers of a geography, by site and name."""
    return [SiteContainer(**row) for row in fetch_rows(SITE_CONTAINERS, {"geography": geography})]


def list_site_photos(site: int, day: date, *, is_area: bool) -> list[SitePhoto]:
    """Return the photos of the containers and stores of a site, of a day and the two days before it."""
    return [SitePhoto(**row) for row in fetch_rows(SITE_PHOTOS, _name_site(site, day, is_area))]


def find_photo(id: int) -> Photo | None:
    """Return a photo with its content; None where there is none."""
    return Photo.objects.filter(pk=id).first()


def _name_site(site: int, day: date, is_area: bool) -> dict[str, Any]:
    return {"area": site if is_area else None, "hall": None if is_area else site, "day": day, "days": ROUND_DAYS}


def _build_pen(row: dict[str, Any]) -> StandingPen:
    losses = [_build_dated_row(PenLoss, loss) for loss in row.pop("losses")]
    return StandingPen(**row, losses=losses)


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

# The fish stand at the end of the day; rows that were entered lately are shown with who entered them.
STANDING_PENS = f"""
SELECT p.id AS placement, p.name, {CONTAINER_LABEL} AS container, c.id AS container_id,
       b.id AS batch_id, b.number AS batch, s.name AS stage, p.start, standing.fish,
       coalesce(cause.code, '') AS last_cause, daily.deaths, recent.losses
  FROM farm_container c
  JOIN stock_placement p ON p.container_id = c.id AND p.start <= %(day)s AND coalesce(p.stop, 'infinity') > %(day)s
  JOIN stock_batch b ON b.id = p.batch_id
  JOIN stock_stage s ON s.id = p.stage_id
  {SITE_JOINS}
 CROSS JOIN LATERAL (
   SELECT (SELECT coalesce(sum(m.count), 0) FROM stock_movement m
            WHERE m.target_id = p.id AND m.date <= %(day)s AND {NOT_REPLACED.format("m")})::bigint
        - (SELECT coalesce(sum(m.count), 0) FROM stock_movement m
            WHERE m.source_id = p.id AND m.date <= %(day)s AND {NOT_REPLACED.format("m")})::bigint AS fish
 ) standing
  LEFT JOIN LATERAL (
   SELECT m.cause AS code FROM stock_movement m
    WHERE m.source_id = p.id AND m.date <= %(day)s AND m.kind = 'MORTALITY' AND m.count > 0
      AND {NOT_REPLACED.format("m")}
    ORDER BY m.date DESC, m.count DESC, m.id DESC LIMIT 1
 ) cause ON true
 CROSS JOIN LATERAL (
   SELECT array_agg(dead ORDER BY day) AS deaths FROM (
     SELECT d.day, coalesce(sum(m.count), 0)::int AS dead
       FROM generate_series(%(day)s::date - %(days)s, %(day)s::date, interval '1 day') AS d (day)
       LEFT JOIN stock_movement m ON m.source_id = p.id AND m.date = d.day::date AND m.kind = 'MORTALITY'
        AND {NOT_REPLACED.format("m")}
      GROUP BY d.day
   ) days
 ) daily
 CROSS JOIN LATERAL (
   SELECT coalesce(json_agg(json_build_object(
            'movement', m.id, 'date', m.date, 'kind', m.kind, 'cause', m.cause, 'count', m.count,
            'author', coalesce(u.username, '')) ORDER BY m.id), '[]') AS losses
     FROM stock_movement m LEFT JOIN auth_user u ON u.id = m.author_id
    WHERE m.source_id = p.id AND m.date BETWEEN %(day)s::date - 2 AND %(day)s
      AND m.kind IN ('MORTALITY', 'CULL') AND m.count > 0 AND {NOT_REPLACED.format("m")}
 ) recent
 WHERE (c.area_id = %(area)s OR c.hall_id = %(hall)s) AND standing.fish > 0
 ORDER BY c.name, p.id
"""

STOCKED_SITES = f"""
SELECT CASE WHEN a.id IS NULL THEN 'hall' ELSE 'area' END AS kind, coalesce(a.id, h.id) AS id,
       {SITE_NAME} AS name, g.id AS geography_id, g.name AS geography, g.time_zone, h.station_id AS station, site.pens
  FROM (SELECT c.hall_id, c.area_id, count(*) AS pens
          FROM stock_placement p JOIN farm_container c ON c.id = p.container_id
         WHERE p.stop IS NULL GROUP BY c.hall_id, c.area_id) site
  LEFT JOIN farm_hall h ON h.id = site.hall_id
  LEFT JOIN farm_station t ON t.id = h.station_id
  LEFT JOIN farm_area a ON a.id = site.area_id
  JOIN farm_geography g ON g.id = coalesce(t.geography_id, a.geography_id)
 ORDER BY g.name, kind, name
"""

OPEN_LINES = f"""
SELECT o.id AS "order", o.number, o.planned_date AS planned, l.id AS line, l.source_id AS source,
       c.id AS container, {CONTAINER_LABEL} AS container_name, l.count
  FROM stock_transferline l
  JOIN stock_transferorder o ON o.id = l.order_id
  JOIN farm_container c ON c.id = l.container_id
  {SITE_JOINS}
 WHERE l.source_id = ANY(%(placements)s) AND l.status = 'planned'
 ORDER BY o.planned_date, o.id, l.id
"""

SITE_CONTAINERS = f"""
SELECT c.id, {CONTAINER_LABEL} AS name, {SITE_NAME} AS site, c.volume_m3, c.max_density_kg_m3
  FROM farm_container c
  {GEOGRAPHY_JOINS}
 WHERE g.id = %(geography)s
 ORDER BY site, c.name
"""
SITE_PHOTOS = """
SELECT f.id, f.kind, f.date, f.container_id AS container, f.store_id AS store
  FROM stock_photo f
  LEFT JOIN farm_container c ON c.id = f.container_id
  LEFT JOIN farm_feedstore s ON s.id = f.store_id
 WHERE f.date BETWEEN %(day)s::date - 2 AND %(day)s
   AND (coalesce(c.area_id, s.area_id) = %(area)s OR coalesce(c.hall_id, s.hall_id) = %(hall)s)
 ORDER BY f.id
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
