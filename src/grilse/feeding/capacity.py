"""The feed in a store on the mornings of its deliveries, and whether the store can hold it."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from grilse.bulk.copy import read_columns
from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.farm.site_names import find_label
from grilse.farm.time_zones import build_day_sql, build_since_sql
from grilse.feeding import messages
from grilse.feeding.feed_stocks import ZONE_OF_STORE
from grilse.feeding.rules import compute_morning_stock
from grilse.science.days import from_epoch_day
from grilse.stock.changes import get_psycopg_connection

Change = tuple[date, int]


def refuse_over_capacity(store: FeedStore, changes: Sequence[Change]) -> None:
    """Refuse changes of a store (grams from the morning of a day on) that it cannot hold; one statement.

    A day on which the changes add no feed is not refused: corrections may reduce an overfull store step by step.
    """
    since = min(day for day, _ in changes)
    rows = read_columns(get_psycopg_connection(), STOCK_CHANGES, KINDS, {"store": store.pk, "since": since})
    morning_stock = compute_morning_stock(np.zeros(len(rows["day"]), np.int64), **rows)
    for row in np.flatnonzero(rows["is_delivery"]).tolist():
        when, grams = from_epoch_day(rows["day"][row]), int(morning_stock[row])
        more = sum(change for start, change in changes if start <= when)
        if more > 0 and grams > store.capacity_kg * 1000:
            raise GrilseError(messages.describe_overfull_store(find_label(store), store.capacity_kg, when, grams))


# A delivery comes before the meals of its day, so a store is fullest on the mornings of deliveries.
KINDS = {"day": "date", "grams": "int8", "is_delivery": "bool"}
STOCK_CHANGES = f"""
WITH lots AS MATERIALIZED (
  SELECT id, delivered, grams, drawn FROM feeding_feedlot WHERE store_id = %(store)s
),
later AS (
  SELECT {build_day_sql("m.at", ZONE_OF_STORE)} AS day, -sum(d.grams)::bigint AS grams
    FROM lots JOIN feeding_draw d ON d.lot_id = lots.id JOIN feeding_meal m ON m.id = d.meal_id
   WHERE {build_since_sql("m.at", "%(since)s", ZONE_OF_STORE)}
   GROUP BY 1
)
SELECT %(since)s::date - 1 AS day,
       (coalesce(sum(grams) FILTER (WHERE delivered < %(since)s), 0) - coalesce(sum(drawn), 0)
         - coalesce((SELECT sum(grams) FROM later), 0))::bigint AS grams,
       false AS is_delivery
  FROM lots
 UNION ALL
SELECT day, grams, false FROM later
 UNION ALL
SELECT delivered, sum(grams)::bigint, true FROM lots WHERE delivered >= %(since)s GROUP BY 1
 ORDER BY day
"""
