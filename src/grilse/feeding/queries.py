"""Feed of batches and placements. Each function is one statement."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Sum

from grilse.errors import GrilseError
from grilse.farm.list_filters import build_zone
from grilse.farm.time_zones import build_day_sql, build_zone_joins
from grilse.feeding.models import Meal
from grilse.listing.filters import LocalDay
from grilse.listing.sql import fetch_rows
from grilse.stock.messages import describe_local_day


def sum_daily_feed(placements: Sequence[int]) -> Sequence[tuple[date, int, int | None, int]]:
    """Return the date, grams, cost in minor units and meals of each day fed; one statement."""
    day = LocalDay("at", build_zone("placement__container__"))
    days = Meal.objects.filter(placement_id__in=placements).annotate(day=day).values_list("day")
    return list(days.annotate(Sum("grams"), Sum("cost"), Count("id")).order_by("day"))


def refuse_misplaced_meals(containers: list[int]) -> None:
    """Refuse a time zone in which a meal is outside its placement, or before a delivery that it drew; one statement."""
    for row in fetch_rows(MISPLACED_MEALS, {"containers": containers}):
        at = f"a meal of {row['placement']} at {row['at']:%Y-%m-%dT%H:%MZ}"
        why = f"before delivery {row['lot']}, which it drew" if row["lot"] else "outside its placement"
        what = describe_local_day(at, row["day"], row["zone"])
        raise GrilseError(f"{what} would be {why}: correct the meal first", field="time_zone")


MISPLACED_MEALS = f"""
SELECT p.name AS placement, m.at AT TIME ZONE 'UTC' AS at, {build_day_sql("m.at")} AS day, z.time_zone AS zone, lot
  FROM stock_placement p JOIN farm_container c ON c.id = p.container_id {build_zone_joins("c")}
  JOIN feeding_meal m ON m.placement_id = p.id
  LEFT JOIN LATERAL (
    SELECT l.number AS lot FROM feeding_draw d JOIN feeding_feedlot l ON l.id = d.lot_id
     WHERE d.meal_id = m.id AND l.delivered > {build_day_sql("m.at")} LIMIT 1
  ) early ON true
 WHERE p.container_id = ANY(%(containers)s)
   AND (lot IS NOT NULL OR {build_day_sql("m.at")} < p.start OR {build_day_sql("m.at")} >= p.stop)
 ORDER BY m.at LIMIT 1
"""
