"""Feed of batches and placements, and what the stores of sites hold. Each function is one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum

from grilse.farm.list_filters import build_zone
from grilse.farm.site_names import SITE_NAME
from grilse.feeding.models import Meal
from grilse.listing.filters import LocalDay
from grilse.listing.sql import fetch_rows
from grilse.stock.queries import GEOGRAPHY_JOINS

FEED_RATE_DAYS = 7
"""Days whose mean feed says how long the feed of a site lasts."""


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


def list_site_feed(day: date) -> list[SiteFeed]:
    """Return what the stores of every site hold at the end of a day, by geography and site."""
    return [SiteFeed(**row) for row in fetch_rows(SITE_FEED, {"day": day, "rate_days": FEED_RATE_DAYS})]


def sum_daily_feed(placements: Sequence[int]) -> Sequence[tuple[date, int, int | None, int]]:
    """Return the date, grams, cost in minor units and meals of each day fed; one statement."""
    day = LocalDay("at", build_zone("placement__container__"))
    days = Meal.objects.filter(placement_id__in=placements).annotate(day=day).values_list("day")
    return list(days.annotate(Sum("grams"), Sum("cost"), Count("id")).order_by("day"))


# A site held on a day what it holds now, with what was drawn since and without what was delivered since.
SITE_FEED = f"""
WITH meals AS (
  SELECT p.container_id, m.grams, m.at
    FROM feeding_meal m JOIN stock_placement p ON p.id = m.placement_id
   WHERE m.at >= %(day)s::date - %(rate_days)s::int - 1
),
fed AS (
  SELECT c.area_id, c.hall_id,
         coalesce(sum(m.grams) FILTER (WHERE d.day BETWEEN %(day)s::date - %(rate_days)s::int + 1 AND %(day)s), 0)
           AS recent,
         coalesce(sum(m.grams) FILTER (WHERE d.day > %(day)s), 0) AS later
    FROM meals m JOIN farm_container c ON c.id = m.container_id
    {GEOGRAPHY_JOINS}
   CROSS JOIN LATERAL (SELECT (m.at AT TIME ZONE g.time_zone)::date AS day) d
   GROUP BY 1, 2
),
stocked AS (
  SELECT c.area_id, c.hall_id, count(DISTINCT c.id) AS stores,
         coalesce(sum(l.grams - l.drawn), 0) - coalesce(sum(l.grams) FILTER (WHERE l.delivered > %(day)s), 0) AS left_g
    FROM farm_feedstore c LEFT JOIN feeding_feedlot l ON l.store_id = c.id
   GROUP BY 1, 2
),
held AS (
  SELECT area_id, hall_id, sum(capacity_kg) AS capacity_kg FROM farm_feedstore GROUP BY 1, 2
)
SELECT c.area_id AS area, c.hall_id AS hall, h.station_id AS station, {SITE_NAME} AS site,
       g.id AS geography, g.name AS geography_name, c.stores, held.capacity_kg,
       (c.left_g + coalesce(fed.later, 0))::float8 / 1000 AS left_kg,
       coalesce(fed.recent, 0)::float8 / 1000 / %(rate_days)s AS fed_kg_per_day
  FROM stocked c
  JOIN held ON (held.area_id, held.hall_id) IS NOT DISTINCT FROM (c.area_id, c.hall_id)
  LEFT JOIN fed ON coalesce(fed.area_id, 0) = coalesce(c.area_id, 0) AND coalesce(fed.hall_id, 0) = coalesce(c.hall_id, 0)
  {GEOGRAPHY_JOINS}
 ORDER BY g.name, site, c.area_id, c.hall_id
"""
