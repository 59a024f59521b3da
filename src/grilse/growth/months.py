"""Stock of sites by month, as authorities count it: at its end, with what died and was fed in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, kw_only=True, slots=True)
class StockMonth:
    """Fish of sites at the end of a month's last day, in hindsight, and what the month did to them."""

    year: int
    month: int
    fish: float
    biomass_kg: float
    deaths: int
    feed_kg: float


def monthly_stock(areas: Sequence[int]) -> list[StockMonth]:
    """Return the months of some sites together, in their order; one statement.

    The last month counts as far as its days are estimated; its stock is nothing until it has ended.
    """
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, [list(areas)])
        return [
            StockMonth(year=year, month=month, fish=fish, biomass_kg=kg, deaths=deaths, feed_kg=feed)
            for year, month, fish, kg, deaths, feed in cursor.fetchall()
        ]


MONTHS = """
SELECT extract(year FROM s.date)::int, extract(month FROM s.date)::int,
       coalesce(sum(s.hindsight_count) FILTER (WHERE s.date = last.day), 0)::float8,
       coalesce(sum(s.hindsight_biomass_kg) FILTER (WHERE s.date = last.day), 0)::float8,
       sum(s.deaths), sum(s.feed_kg)::float8
  FROM growth_dailystate s
  JOIN stock_placement p ON p.id = s.placement_id
  JOIN farm_container c ON c.id = p.container_id
 CROSS JOIN LATERAL (SELECT (date_trunc('month', s.date) + interval '1 month - 1 day')::date AS day) last
 WHERE c.area_id = ANY(%s)
 GROUP BY 1, 2 ORDER BY 1, 2
"""
