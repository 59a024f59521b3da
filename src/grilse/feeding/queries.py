"""Feed of batches and placements, and what the stores of sites hold. Each function is one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, Sum

from grilse.farm.list_filters import build_zone
from grilse.farm.site_names import SITE_NAME
from grilse.feeding.models import Meal
from grilse.listing.filters import LocalDay
from grilse.listing.sql import fetch_rows
from grilse.stock.queries import GEOGRAPHY_JOINS


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFeed:
    """What is left of a product in a store of a site; a store without feed has one row without a product."""

    store: int
    store_name: str
    feed: int | None
    feed_name: str
    left_kg: float


def list_stored_feed(site: int, *, is_area: bool) -> list[StoredFeed]:
    """Return the stores of an area or a hall, each product in them with what is left."""
    arguments = {"area": site if is_area else None, "hall": None if is_area else site}
    return [StoredFeed(**row) for row in fetch_rows(STORED_FEED, arguments)]


FEED_RATE_DAYS = 7
"""Days whose mean feed says how long the feed of a site lasts."""
FEED_LIFE_DAYS = 365
"""Days after its delivery on which feed is no feed any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteFeed:
    """The feed in all stores of a sea area or hall at the end of a day, and what its fish eat."""

    area: int | None
    hall: int | None
    station: int | None
    site: str
    geography: int
    geography_name: str
    stores: int
    capacity_kg: float
    left_kg: float
    fed_kg_per_day: float
    """Mean of the last seven days."""

    @property
    def days_left(self) -> float | None:
        """The days that the feed lasts at this rate, None where nothing is fed."""
        return self.left_kg / self.fed_kg_per_day if self.fed_kg_per_day > 0 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteStore:
    """A feed store of a site: what is left in it, and what meals of the last days took."""

    id: int
    name: str
    hall: str
    """Empty at sea."""
    capacity_kg: float
    left_kg: float
    fed_kg_per_day: float
    """Mean of the last seven days."""
    last_delivery: date | None

    @property
    def days_left(self) -> float | None:
        """The days that its feed lasts at this rate, None where nothing is fed from it."""
        return self.left_kg / self.fed_kg_per_day if self.fed_kg_per_day > 0 else None


def list_site_feed(day: date) -> list[SiteFeed]:
    """Return what the stores of every site hold at the end of a day, by geography and site."""
    since = datetime.combine(day - timedelta(days=FEED_RATE_DAYS), time.min, UTC)
    arguments = {"day": day, "since": since, "rate_days": FEED_RATE_DAYS, "life_days": FEED_LIFE_DAYS}
    return [SiteFeed(**row) for row in fetch_rows(SITE_FEED, arguments)]


def list_site_stores(day: date, *, area: int | None = None, station: int | None = None) -> list[SiteStore]:
    """Return the stores of a sea area, or of the halls of a station, by name, with what meals took of each."""
    since = datetime.combine(day - timedelta(days=FEED_RATE_DAYS - 1), time.min, UTC)
    until = datetime.combine(day + timedelta(days=1), time.min, UTC)
    arguments = {"area": area, "station": station, "since": since, "until": until, "rate_days": FEED_RATE_DAYS}
    return [SiteStore(**row) for row in fetch_rows(SITE_STORES, arguments)]


def sum_daily_feed(placements: Sequence[int]) -> Sequence[tuple[date, int, int | None, int]]:
    """Return the date, grams, cost in minor units and meals of each day fed; one statement."""
    day = LocalDay("at", build_zone("placement__container__"))
    days = Meal.objects.filter(placement_id__in=placements).annotate(day=day).values_list("day")
    return list(days.annotate(Sum("grams"), Sum("cost"), Count("id")).order_by("day"))


def build_lots_sql(*, until: str, since: str) -> str:
    """Return the SQL of what lots of each store and product are left at the end of a day, in grams.

    `since` is the day before the first delivery that counts. A store held then what it holds now, without what was
    delivered afterwards; what was drawn afterwards is not in it.
    """
    return f"""
  SELECT l.store_id, l.feed_id, sum(l.grams - l.drawn) - coalesce(sum(l.grams) FILTER (WHERE l.delivered > {until}), 0)
           AS grams
    FROM feeding_feedlot l
   WHERE l.delivered > {since} AND (l.drawn < l.grams OR l.delivered > {until})
   GROUP BY l.store_id, l.feed_id
"""


STORED_FEED = f"""
WITH lots AS ({build_lots_sql(until="'infinity'::date", since="'-infinity'::date")})
SELECT s.id AS store, s.name AS store_name, f.id AS feed, coalesce(f.name, '') AS feed_name,
       coalesce(lots.grams, 0)::float8 / 1000 AS left_kg
  FROM farm_feedstore s
  LEFT JOIN lots ON lots.store_id = s.id
  LEFT JOIN feeding_feed f ON f.id = lots.feed_id
 WHERE s.area_id = %(area)s OR s.hall_id = %(hall)s
 ORDER BY s.name, s.id, left_kg DESC
"""
# Each step is read by an index for the rows of the step before: the planner would join the whole tables.
SITE_STORES = """
WITH placed AS MATERIALIZED (
  SELECT p.id
    FROM farm_container c
    LEFT JOIN farm_hall h ON h.id = c.hall_id
    JOIN stock_placement p ON p.container_id = c.id AND coalesce(p.stop, 'infinity') >= %(since)s::date
   WHERE c.area_id = %(area)s OR h.station_id = %(station)s
),
drawn AS MATERIALIZED (
  SELECT d.lot_id, sum(d.grams) AS grams
    FROM placed
   CROSS JOIN LATERAL (
     SELECT id FROM feeding_meal WHERE placement_id = placed.id AND at >= %(since)s AND at < %(until)s OFFSET 0
   ) m
   CROSS JOIN LATERAL (SELECT lot_id, grams FROM feeding_draw WHERE meal_id = m.id OFFSET 0) d
   GROUP BY d.lot_id
),
fed AS MATERIALIZED (
  SELECT l.store_id, sum(drawn.grams) AS grams FROM drawn JOIN feeding_feedlot l ON l.id = drawn.lot_id
   GROUP BY l.store_id
)
SELECT s.id, s.name, coalesce(h.name, '') AS hall, s.capacity_kg,
       coalesce(lots.grams, 0)::float8 / 1000 AS left_kg,
       coalesce(fed.grams, 0)::float8 / 1000 / %(rate_days)s AS fed_kg_per_day, lots.delivered AS last_delivery
  FROM farm_feedstore s
  LEFT JOIN farm_hall h ON h.id = s.hall_id
  LEFT JOIN fed ON fed.store_id = s.id
  LEFT JOIN LATERAL (
    SELECT sum(l.grams - l.drawn) AS grams, max(l.delivered) FILTER (WHERE l.counted_at IS NULL) AS delivered
      FROM feeding_feedlot l WHERE l.store_id = s.id
  ) lots ON true
 WHERE s.area_id = %(area)s OR h.station_id = %(station)s
 ORDER BY hall, s.name
"""
# Days begin and end in the time zone of the geography.
SITE_FEED = f"""
WITH meals AS MATERIALIZED (
  SELECT placement_id, grams, at FROM feeding_meal WHERE at >= %(since)s
),
pens AS MATERIALIZED (
  SELECT p.id, coalesce(c.area_id, -c.hall_id) AS site,
         (%(day)s::date - %(rate_days)s::int + 1)::timestamp AT TIME ZONE g.time_zone AS begun,
         (%(day)s::date + 1)::timestamp AT TIME ZONE g.time_zone AS ended
    FROM stock_placement p
    JOIN farm_container c ON c.id = p.container_id
    {GEOGRAPHY_JOINS}
   WHERE coalesce(p.stop, 'infinity') >= %(day)s::date - %(rate_days)s::int
),
fed AS MATERIALIZED (
  SELECT pens.site, sum(m.grams) FILTER (WHERE m.at >= pens.begun AND m.at < pens.ended) AS recent,
         sum(m.grams) FILTER (WHERE m.at >= pens.ended) AS later
    FROM meals m JOIN pens ON pens.id = m.placement_id
   GROUP BY 1
),
lots AS MATERIALIZED ({build_lots_sql(until="%(day)s::date", since="%(day)s::date - %(life_days)s::int")}),
stores AS (
  SELECT s.area_id, s.hall_id, count(*) AS stores, sum(s.capacity_kg) AS capacity_kg, sum(held.grams) AS grams
    FROM farm_feedstore s
    LEFT JOIN (SELECT store_id, sum(grams) AS grams FROM lots GROUP BY store_id) held ON held.store_id = s.id
   GROUP BY 1, 2
)
SELECT c.area_id AS area, c.hall_id AS hall, h.station_id AS station, {SITE_NAME} AS site,
       g.id AS geography, g.name AS geography_name, c.stores, c.capacity_kg,
       (coalesce(c.grams, 0) + coalesce(fed.later, 0))::float8 / 1000 AS left_kg,
       coalesce(fed.recent, 0)::float8 / 1000 / %(rate_days)s AS fed_kg_per_day
  FROM stores c
  LEFT JOIN fed ON fed.site = coalesce(c.area_id, -c.hall_id)
  {GEOGRAPHY_JOINS}
 ORDER BY g.name, site, c.area_id, c.hall_id
"""
