"""Placements of sites and containers through time. Each function is one statement."""

from dataclasses import dataclass
from datetime import date

from grilse.farm.site_names import PLAIN_SITE_NAME
from grilse.listing.sql import fetch_rows
from grilse.stock.ledger import NOT_REPLACED
from grilse.stock.queries import SITE_JOINS


@dataclass(frozen=True, kw_only=True, slots=True)
class Occupancy:
    """A placement of a site, with the plan of its batch for its stage."""

    placement: int
    container: int
    batch: int
    number: str
    stage: str
    start: date
    stop: date | None
    """Half-open; None while the placement is active."""
    planned_start: date | None
    planned_stop: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedArrival:
    """A planned line of a transfer order into a container of a site."""

    container: int
    order: str
    number: str
    """Of the batch."""
    planned: date
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerLife:
    """A placement of a container from its first day to its last, as estimated in hindsight."""

    placement: int
    name: str
    number: str
    stage: str
    start: date
    stop: date | None
    fish_in: int
    fish_out: int
    """Transferred, harvested or sold."""
    dead: int
    removed: int
    """Culled or escaped."""
    first_weight_g: float | None
    last_weight_g: float | None
    last_fish: float | None
    last_biomass_kg: float | None
    """The highest that was estimated on the last two days: a last day has no fish."""
    feed_kg: float | None

    @property
    def mortality_pct(self) -> float | None:
        """The dead as a share of the fish that came in, %."""
        return 100 * self.dead / self.fish_in if self.fish_in else None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerMove:
    """Fish that came into a container or left it alive."""

    id: int
    date: date
    kind: str
    count: int
    mean_weight_g: float | None
    number: str
    """Of the batch."""
    is_arrival: bool
    other_id: int | None
    other: str
    """The container on the other side; empty where there is none."""
    other_site: str
    author: str
    """Empty if no login entered it."""


def list_occupancy(*, area: int | None = None, station: int | None = None) -> list[Occupancy]:
    """Return all placements of a sea area, or of the halls of a station, by start."""
    return [Occupancy(**row) for row in fetch_rows(OCCUPANCY, {"area": area, "station": station})]


def list_planned_arrivals(*, area: int | None = None, station: int | None = None) -> list[PlannedArrival]:
    """Return the planned lines of transfers into a sea area, or into the halls of a station, by day."""
    return [PlannedArrival(**row) for row in fetch_rows(ARRIVALS, {"area": area, "station": station})]


def list_container_lives(container: int) -> list[ContainerLife]:
    """Return the placements of a container, the last first."""
    return [ContainerLife(**row) for row in fetch_rows(LIVES, {"container": container})]


def list_container_moves(container: int, limit: int) -> list[ContainerMove]:
    """Return the last movements of living fish into and out of a container, the last first."""
    return [ContainerMove(**row) for row in fetch_rows(MOVES, {"container": container, "limit": limit})]


OCCUPANCY = f"""
SELECT p.id AS placement, p.container_id AS container, b.id AS batch, b.number, s.name AS stage, p.start, p.stop,
       l.start AS planned_start, l.stop AS planned_stop
  FROM farm_container c
  {SITE_JOINS}
  JOIN stock_placement p ON p.container_id = c.id
  JOIN stock_batch b ON b.id = p.batch_id
  JOIN stock_stage s ON s.id = p.stage_id
  LEFT JOIN planning_plannedstage l ON l.company_id = p.company_id AND l.batch_id = p.batch_id
   AND l.stage_id = p.stage_id
 WHERE (c.area_id = %(area)s OR h.station_id = %(station)s) AND coalesce(p.stop > p.start, true)
 ORDER BY p.start, p.id
"""
ARRIVALS = f"""
SELECT l.container_id AS container, o.number AS "order", b.number, o.planned_date AS planned, l.count
  FROM farm_container c
  {SITE_JOINS}
  JOIN stock_transferline l ON l.company_id = c.company_id AND l.container_id = c.id AND l.status = 'planned'
  JOIN stock_transferorder o ON o.id = l.order_id
  JOIN stock_batch b ON b.id = o.batch_id
 WHERE c.area_id = %(area)s OR h.station_id = %(station)s
 ORDER BY o.planned_date, o.number, l.id
"""
LIVES = f"""
SELECT p.id AS placement, p.name, b.number, s.name AS stage, p.start, p.stop,
       coalesce(came.fish, 0)::bigint AS fish_in, coalesce(went.fish_out, 0)::bigint AS fish_out,
       coalesce(went.dead, 0)::bigint AS dead, coalesce(went.removed, 0)::bigint AS removed,
       first.weight_g AS first_weight_g, last.weight_g AS last_weight_g, last.fish AS last_fish,
       last.biomass_kg AS last_biomass_kg, fed.kg AS feed_kg
  FROM stock_placement p
  JOIN stock_batch b ON b.id = p.batch_id
  JOIN stock_stage s ON s.id = p.stage_id
  LEFT JOIN LATERAL (
    SELECT sum(m.count) AS fish FROM stock_movement m
     WHERE m.target_id = p.id AND m.kind <> 'COUNT_CORRECTION' AND {NOT_REPLACED.format("m")}
  ) came ON true
  LEFT JOIN LATERAL (
    SELECT sum(m.count) FILTER (WHERE m.kind IN ('TRANSFER', 'HARVEST', 'SALE')) AS fish_out,
           sum(m.count) FILTER (WHERE m.kind = 'MORTALITY') AS dead,
           sum(m.count) FILTER (WHERE m.kind IN ('CULL', 'ESCAPE')) AS removed
      FROM stock_movement m WHERE m.source_id = p.id AND {NOT_REPLACED.format("m")}
  ) went ON true
  LEFT JOIN LATERAL (
    SELECT d.hindsight_weight_g::float8 AS weight_g FROM growth_dailystate d
     WHERE d.placement_id = p.id ORDER BY d.date LIMIT 1
  ) first ON true
  LEFT JOIN LATERAL (
    SELECT max(d.weight_g) AS weight_g, max(d.fish) AS fish, max(d.biomass_kg) AS biomass_kg FROM (
      SELECT hindsight_weight_g::float8 AS weight_g, hindsight_count::float8 AS fish,
             hindsight_biomass_kg::float8 AS biomass_kg
        FROM growth_dailystate d WHERE d.placement_id = p.id ORDER BY d.date DESC LIMIT 2
    ) d
  ) last ON true
  LEFT JOIN LATERAL (
    SELECT sum(d.feed_kg)::float8 AS kg FROM growth_dailystate d WHERE d.placement_id = p.id
  ) fed ON true
 WHERE p.container_id = %(container)s AND coalesce(p.stop > p.start, true)
 ORDER BY p.start DESC, p.id DESC
"""
MOVES = f"""
WITH placed AS (SELECT id, batch_id FROM stock_placement WHERE container_id = %(container)s),
moved AS (
  SELECT m.*, placed.batch_id, true AS is_arrival, m.source_id AS other_placement
    FROM placed JOIN stock_movement m ON m.target_id = placed.id
  UNION ALL
  SELECT m.*, placed.batch_id, false, m.target_id
    FROM placed JOIN stock_movement m ON m.source_id = placed.id AND m.kind <> 'MORTALITY'
),
latest AS (
  SELECT * FROM moved WHERE count > 0 AND {NOT_REPLACED.format("moved")} ORDER BY date DESC, id DESC LIMIT %(limit)s
)
SELECT m.id, m.date, m.kind, m.count, m.mean_weight_g, b.number, m.is_arrival, c.id AS other_id,
       coalesce(c.name, '') AS other, coalesce({PLAIN_SITE_NAME}, '') AS other_site,
       coalesce(u.username, '') AS author
  FROM latest m
  JOIN stock_batch b ON b.id = m.batch_id
  LEFT JOIN stock_placement p ON p.id = m.other_placement
  LEFT JOIN farm_container c ON c.id = p.container_id
  {SITE_JOINS}
  LEFT JOIN auth_user u ON u.id = m.author_id
 ORDER BY m.date DESC, m.id DESC
"""
