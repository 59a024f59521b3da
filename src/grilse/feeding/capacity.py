"""The feed in stores on the mornings of their deliveries, and whether the stores can hold it."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date

from grilse.bulk.copy import read_columns
from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.farm.site_names import find_label
from grilse.farm.time_zones import build_day_sql, build_since_sql, build_zone_joins
from grilse.feeding import messages
from grilse.feeding.rules import compute_morning_stock
from grilse.science.days import from_epoch_day
from grilse.stock.changes import get_psycopg_connection


@contextmanager
def refuse_over_capacity(stores: Collection[int], since: date) -> Iterator[None]:
    """Refuse changes made within, of stores from a day on, that the stores cannot hold; two statements.

    A day on which the changes add no feed is not refused: corrections may reduce an overfull store step by step.
    """
    before = _read_morning_stock(stores, since)
    yield
    for (store, day), (grams, capacity_kg) in sorted(_read_morning_stock(stores, since).items()):
        if grams > capacity_kg * 1000 and grams > before.get((store, day), (0, 0))[0]:
            name, when = find_label(FeedStore.objects.get(pk=store)), from_epoch_day(day)
            raise GrilseError(messages.describe_overfull_store(name, capacity_kg, when, grams))


def _read_morning_stock(stores: Collection[int], since: date) -> dict[tuple[int, int], tuple[int, float]]:
    """Return the grams in each store on the mornings of its deliveries, and its capacity, by store and day."""
    arguments = {"stores": sorted(stores), "since": since}
    rows = read_columns(get_psycopg_connection(), STOCK_CHANGES, KINDS, arguments)
    is_delivery, capacity = rows["is_delivery"], rows.pop("capacity_kg")
    morning_stock = compute_morning_stock(**rows)
    columns = (rows["store"], rows["day"], morning_stock, capacity)
    return {
        (store, day): (grams, capacity_kg)
        for store, day, grams, capacity_kg in zip(*(column[is_delivery].tolist() for column in columns), strict=True)
    }


# A delivery comes before the meals and counts of its day, so a store is fullest on the mornings of deliveries.
KINDS = {"store": "int8", "day": "date", "grams": "int8", "is_delivery": "bool", "capacity_kg": "float8"}
STOCK_CHANGES = f"""
WITH lots AS MATERIALIZED (
  SELECT l.id, l.store_id, l.delivered, l.counted_at, l.grams, l.drawn, z.time_zone
    FROM feeding_feedlot l JOIN farm_feedstore s ON s.id = l.store_id {build_zone_joins("s")}
   WHERE l.store_id = ANY(%(stores)s)
),
drawn AS (
  SELECT lots.store_id, {build_day_sql("m.at", "lots.time_zone")} AS day, d.grams
    FROM lots JOIN feeding_draw d ON d.lot_id = lots.id JOIN feeding_meal m ON m.id = d.meal_id
   WHERE {build_since_sql("m.at", "%(since)s", "lots.time_zone")}
   UNION ALL
  SELECT lots.store_id, {build_day_sql("a.at", "lots.time_zone")}, d.grams
    FROM lots JOIN feeding_storedraw d ON d.lot_id = lots.id
    JOIN feeding_storeadjustment a ON a.id = d.adjustment_id
   WHERE {build_since_sql("a.at", "%(since)s", "lots.time_zone")}
),
later AS (SELECT store_id, day, -sum(grams)::bigint AS grams FROM drawn GROUP BY 1, 2)
SELECT changes.store_id AS store, day, grams, is_delivery, s.capacity_kg FROM (
  SELECT store_id, %(since)s::date - 1 AS day,
         (coalesce(sum(grams) FILTER (WHERE delivered < %(since)s), 0) - sum(drawn)
           - coalesce((SELECT sum(grams) FROM later l WHERE l.store_id = lots.store_id), 0))::bigint AS grams,
         false AS is_delivery
    FROM lots GROUP BY 1
   UNION ALL
  SELECT store_id, day, grams, false FROM later
   UNION ALL
  SELECT store_id, delivered, sum(grams)::bigint, counted_at IS NULL FROM lots
   WHERE delivered >= %(since)s GROUP BY 1, 2, 4
) changes JOIN farm_feedstore s ON s.id = changes.store_id
 ORDER BY day
"""
