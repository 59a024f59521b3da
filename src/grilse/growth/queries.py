"""The estimated state of batches and placements. Each function is one statement."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from grilse.growth.models import BatchState, DailyState
from grilse.growth.states import States, on_calendar
from grilse.stock.models import Placement

STORED = (
    "count",
    "count_estimate",
    "count_sd",
    "mean_weight_g",
    "mean_weight_sd_g",
    "biomass_kg",
    "biomass_sd_kg",
    "temperature_c",
    "deaths",
    "feed_kg",
    "fcr",
    "provenance",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchNow:
    """A batch with its last state; the figures are None where it has not been estimated."""

    id: int
    number: str
    status: str
    start: date
    geography: str
    site: str
    stage_order: int
    stage: str
    date: date | None
    day: int | None
    count: int | None
    mean_weight_g: float | None
    mean_weight_sd_g: float | None
    biomass_kg: float | None
    biomass_sd_kg: float | None


def states(batch_id: int, placement_id: int | None = None) -> States | None:
    """Return the daily states of a batch, or of one of its placements; None before the first estimate."""
    if placement_id is None:
        return on_calendar(STORED, _values(BatchState.objects.filter(batch_id=batch_id)))
    # A state knows its placement only, so the batch is asked for beside it.
    of_batch = Placement.objects.filter(batch_id=batch_id, id=placement_id).values("id")
    return on_calendar(STORED, _values(DailyState.objects.filter(placement_id__in=of_batch)))


def _values(found: QuerySet[Any]) -> QuerySet[Any, tuple[Any, ...]]:
    return found.order_by("date").values_list("date", *STORED)


def batches_now(batch_id: int | None = None) -> list[BatchNow]:
    """Return every batch, or one, with its last state and the places of its newest stage."""
    with connection.cursor() as cursor:
        cursor.execute(NOW, {"batch": batch_id})
        names = [column[0] for column in cursor.description]
        return [BatchNow(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


# A batch that stands is where its open placements are; a closed one where the last of them ended.
NOW = """
SELECT b.id, b.number, b.status, b.start_date AS start, coalesce(place.geography, '') AS geography,
       coalesce(place.site, '') AS site, coalesce(place.stage_order, 0) AS stage_order,
       coalesce(place.stage, '') AS stage, state.date, state.day, state.count, state.mean_weight_g,
       state.mean_weight_sd_g, state.biomass_kg, state.biomass_sd_kg
  FROM stock_batch b
  LEFT JOIN (
    SELECT p.batch_id, max(g.name) AS geography, max(s."order") AS stage_order,
           (array_agg(s.name ORDER BY s."order" DESC))[1] AS stage,
           string_agg(DISTINCT coalesce(h.name, a.name), ', ' ORDER BY coalesce(h.name, a.name)) AS site
      FROM (SELECT *, max(coalesce(stop, 'infinity')) OVER (PARTITION BY batch_id) AS latest
              FROM stock_placement WHERE %(batch)s::bigint IS NULL OR batch_id = %(batch)s) p
      JOIN stock_stage s ON s.id = p.stage_id
      JOIN farm_container c ON c.id = p.container_id
      LEFT JOIN farm_hall h ON h.id = c.hall_id
      LEFT JOIN farm_station t ON t.id = h.station_id
      LEFT JOIN farm_area a ON a.id = c.area_id
      JOIN farm_geography g ON g.id = coalesce(t.geography_id, a.geography_id)
     WHERE coalesce(p.stop, 'infinity') = p.latest
     GROUP BY p.batch_id
  ) place ON place.batch_id = b.id
  LEFT JOIN LATERAL (
    SELECT * FROM growth_batchstate WHERE batch_id = b.id ORDER BY date DESC LIMIT 1
  ) state ON true
 WHERE %(batch)s::bigint IS NULL OR b.id = %(batch)s
 ORDER BY b.number
"""
