"""Stock of sites by month, as authorities count it: at its end, with what died and was fed in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, kw_only=True, slots=True)
class StockMonth:
    """Fish of sites at the end of a month's last day, in hindsight, and what the month did to them."""

    year: int
    month: int
    fish: float | None
    """None while the month is not estimated to its end."""
    biomass_kg: float | None
    deaths: int
    feed_kg: float


def list_monthly_stock(areas: Sequence[int]) -> list[StockMonth]:
    """Return the months of some sites together, in their order; one statement.

    Deaths and feed of the last month are those of its days so far.
    """
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, [list(areas)])
        return [
            StockMonth(year=year, month=month, fish=fish, biomass_kg=kg, deaths=deaths, feed_kg=feed)
            for year, month, fish, kg, deaths, feed in cursor.fetchall()
        ]


MONTHS = """
SELECT extract(year FROM last.day)::int, extract(month FROM last.day)::int,
       CASE WHEN last.day <= max(max(s.date)) OVER () THEN
         coalesce(sum(s.hindsight_count) FILTER (WHERE s.date = last.day), 0)::float8 END,
       CASE WHEN last.day <= max(max(s.date)) OVER () THEN
         coalesce(sum(s.hindsight_biomass_kg) FILTER (WHERE s.date = last.day), 0)::float8 END,
       sum(s.deaths), sum(s.feed_kg)::float8
  FROM growth_dailystate s
  JOIN stock_placement p ON p.id = s.placement_id
  JOIN farm_container c ON c.id = p.container_id
 CROSS JOIN LATERAL (SELECT (date_trunc('month', s.date) + interval '1 month - 1 day')::date AS day) last
 WHERE c.area_id = ANY(%s)
 GROUP BY last.day ORDER BY last.day
"""
