"""Feed of batches and placements. Each function is one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum

from grilse.farm.list_filters import build_zone
from grilse.feeding.models import Meal
from grilse.listing.filters import LocalDay
from grilse.listing.sql import fetch_rows


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


def sum_daily_feed(placements: Sequence[int]) -> Sequence[tuple[date, int, int | None, int]]:
    """Return the date, grams, cost in minor units and meals of each day fed; one statement."""
    day = LocalDay("at", build_zone("placement__container__"))
    days = Meal.objects.filter(placement_id__in=placements).annotate(day=day).values_list("day")
    return list(days.annotate(Sum("grams"), Sum("cost"), Count("id")).order_by("day"))


STORED_FEED = """
SELECT s.id AS store, s.name AS store_name, f.id AS feed, coalesce(f.name, '') AS feed_name,
       coalesce(sum(l.grams - l.drawn), 0)::float8 / 1000 AS left_kg
  FROM farm_feedstore s
  LEFT JOIN feeding_feedlot l ON l.store_id = s.id AND l.drawn < l.grams
  LEFT JOIN feeding_feed f ON f.id = l.feed_id
 WHERE s.area_id = %(area)s OR s.hall_id = %(hall)s
 GROUP BY s.id, s.name, f.id, f.name ORDER BY s.name, s.id, left_kg DESC
"""
