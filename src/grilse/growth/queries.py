"""Batches with their last state, and versions of the growth model. Each function is one statement."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from grilse.growth.models import GrowthModel
from grilse.stock.queries import GEOGRAPHY_JOINS


@dataclass(frozen=True, kw_only=True, slots=True)
class CurrentBatch:
    """A batch with its last state, in best hindsight; figures are None where it has not been estimated."""

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


def list_current_batches(batch_id: int | None = None) -> list[CurrentBatch]:
    """Return every batch, or one, with its last state and the places of its newest stage."""
    with connection.cursor() as cursor:
        cursor.execute(CURRENT_BATCHES, {"batch": batch_id})
        names = [column[0] for column in cursor.description]
        return [CurrentBatch(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def find_training_cutoff(version: int) -> date | None:
    """Return the day before which the fish that taught a version were harvested."""
    return GrowthModel.objects.filter(pk=version).values_list("learned_before", flat=True).first()


# A batch that stands is where its open placements are; a closed one where the last of them ended.
CURRENT_BATCHES = f"""
SELECT b.id, b.number, b.status, b.start_date AS start, coalesce(place.geography, '') AS geography,
       coalesce(place.site, '') AS site, coalesce(place.stage_order, 0) AS stage_order,
       coalesce(place.stage, '') AS stage, state.date, state.day, state.count,
       state.hindsight_weight_g AS mean_weight_g, state.hindsight_weight_sd_g AS mean_weight_sd_g,
       state.hindsight_biomass_kg AS biomass_kg, state.hindsight_biomass_sd_kg AS biomass_sd_kg
  FROM stock_batch b
  LEFT JOIN (
    SELECT p.batch_id, max(g.name) AS geography, max(s."order") AS stage_order,
           (array_agg(s.name ORDER BY s."order" DESC))[1] AS stage,
           string_agg(DISTINCT coalesce(h.name, a.name), ', ' ORDER BY coalesce(h.name, a.name)) AS site
      FROM (SELECT *, max(coalesce(stop, 'infinity')) OVER (PARTITION BY batch_id) AS latest
              FROM stock_placement WHERE %(batch)s::bigint IS NULL OR batch_id = %(batch)s) p
      JOIN stock_stage s ON s.id = p.stage_id
      JOIN farm_container c ON c.id = p.container_id
      {GEOGRAPHY_JOINS}
     WHERE coalesce(p.stop, 'infinity') = p.latest
     GROUP BY p.batch_id
  ) place ON place.batch_id = b.id
  LEFT JOIN LATERAL (
    SELECT * FROM growth_batchstate WHERE batch_id = b.id ORDER BY date DESC LIMIT 1
  ) state ON true
 WHERE %(batch)s::bigint IS NULL OR b.id = %(batch)s
 ORDER BY b.number
"""
