"""The feed in a store on the mornings of its deliveries, and whether the store can hold it."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from grilse.bulk.copy import read_columns
from grilse.errors import GrilseError
from grilse.farm.models import FeedStore
from grilse.feeding import messages
from grilse.stock.changes import get_psycopg_connection

Change = tuple[date, int]


def refuse_over_capacity(store: FeedStore, changes: Sequence[Change]) -> None:
    """Refuse changes of a store (grams from the morning of a day on) that it cannot hold; one statement.

    A day on which the changes add no feed is not refused: corrections may reduce an overfull store step by step.
    """
    since = min(day for day, _ in changes)
    morning_stock = read_columns(get_psycopg_connection(), MORNING_STOCK, KINDS, {"store": store.pk, "since": since})
    for day, grams in zip(morning_stock["day"].tolist(), morning_stock["grams"].tolist(), strict=True):
        when = np.datetime64(day, "D").astype(date)
        more = sum(change for start, change in changes if start <= when)
        if more > 0 and grams > store.capacity_kg * 1000:
            raise GrilseError(messages.describe_overfull_store(store.name, store.capacity_kg, when, grams))


# A delivery comes before the meals of its day, so a store is fullest on the mornings of deliveries.
KINDS = {"day": "date", "grams": "int8"}
MORNING_STOCK = """
WITH lots AS MATERIALIZED (
  SELECT id, delivered, grams, drawn FROM feeding_feedlot WHERE store_id = %(store)s
),
later AS (
  SELECT (m.at AT TIME ZONE 'UTC')::date AS day, -sum(d.grams)::bigint AS grams
    FROM lots JOIN feeding_draw d ON d.lot_id = lots.id JOIN feeding_meal m ON m.id = d.meal_id
   WHERE m.at >= %(since)s::timestamp AT TIME ZONE 'UTC'
   GROUP BY 1
),
before AS (
  SELECT coalesce((SELECT sum(grams) FROM lots WHERE delivered < %(since)s), 0)
       - coalesce((SELECT sum(drawn) FROM lots), 0) - coalesce((SELECT sum(grams) FROM later), 0) AS grams
),
came AS (
  SELECT delivered AS day, sum(grams)::bigint AS grams FROM lots WHERE delivered >= %(since)s GROUP BY 1
)
SELECT came.day,
       ((SELECT grams FROM before) + sum(came.grams) OVER (ORDER BY came.day)
         + coalesce((SELECT sum(grams) FROM later WHERE later.day < came.day), 0))::bigint AS grams
  FROM came ORDER BY came.day
"""
