"""Plans of batches, made from their stages, their company's models and the usual water; one statement."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from grilse.growth.default_models import STAGE_DEFAULTS
from grilse.planning.plan import GrowthPlan
from grilse.planning.stages import build_planned_spans, build_typical_water
from grilse.science.parameters import load_parameters
from grilse.science.planned_growth import build_trajectory, planned_count, planned_weight, stage_of_day
from grilse.stock.ledger import NOT_REPLACED
from grilse.stock.queries import SITE_JOINS


def read_plans(batch_ids: Sequence[int]) -> dict[int, GrowthPlan]:
    """Return the plans of batches by their ids; a batch into which no fish came yet has none."""
    with connection.cursor() as cursor:
        cursor.execute(INPUTS, {"batches": list(batch_ids), "model": STAGE_DEFAULTS})
        answers = [json.loads(value) if value else {} for value in cursor.fetchone()]
    batches, stages, climates, tgc, rates = answers
    defaults = load_parameters("planning")
    models = _Models(
        tgc=_key_by_order(tgc or defaults["stage_tgc"]), rates=_key_by_order(rates or defaults["monthly_rate"])
    )
    return {
        batch["id"]: _build_plan(
            batch, stages[str(batch["species"])], climates.get(str(batch["geography"]), []), models
        )
        for batch in batches
        if batch["count"] and batch["actual"]
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Models:
    tgc: dict[int, float]
    rates: dict[int, list[float]]


def _key_by_order(stored: dict[str, Any]) -> dict[int, Any]:
    return {int(order): value for order, value in stored.items()}


def _build_plan(
    batch: dict[str, Any], stages: list[dict[str, Any]], climate: list[list[float]], models: _Models
) -> GrowthPlan:
    defaults = load_parameters("planning")
    spans = build_planned_spans(stages, batch["planned"], batch["actual"])
    first = spans[0].start
    water = build_typical_water(spans, climate)
    entered = [(span.start - first).days for span in spans]
    stage = stage_of_day(entered, [span.order for span in spans], len(water))
    stocked = batch["weight"] or defaults["egg_weight_g"]
    weight = planned_weight(stage, water, stocked, defaults["first_feeding_weight_g"], models.tgc)
    count = planned_count(stage, batch["count"], models.rates, defaults["month_days"])
    return GrowthPlan(
        first=first, step=1, spans=tuple(spans), rates=models.rates, course=build_trajectory(weight, count)
    )


# A batch that was never stocked (fish of other batches were moved into it) starts from its first state.
INPUTS = f"""
WITH mine AS (SELECT * FROM stock_batch WHERE id = ANY(%(batches)s::bigint[])),
placed AS (
  SELECT p.*, s."order" AS stage_order FROM stock_placement p JOIN stock_stage s ON s.id = p.stage_id
   WHERE p.batch_id IN (SELECT id FROM mine)
),
entered AS (
  SELECT batch_id, json_agg(json_build_object('order', stage_order, 'start', start)
                            ORDER BY stage_order) AS stages
    FROM (SELECT batch_id, stage_order, min(start) AS start FROM placed GROUP BY batch_id, stage_order) first
   GROUP BY batch_id
),
planned AS (
  SELECT l.batch_id, json_agg(json_build_object('order', s."order", 'start', l.start, 'stop', l.stop)
                              ORDER BY s."order") AS stages
    FROM planning_plannedstage l JOIN stock_stage s ON s.id = l.stage_id
   WHERE l.batch_id IN (SELECT id FROM mine) GROUP BY l.batch_id
),
home AS (
  SELECT DISTINCT ON (p.batch_id) p.batch_id, coalesce(t.geography_id, a.geography_id) AS geography
    FROM placed p JOIN farm_container c ON c.id = p.container_id
    {SITE_JOINS}
   ORDER BY p.batch_id, p.stage_order DESC, p.id
),
stocked AS (
  SELECT p.batch_id, sum(m.count)::bigint AS count,
         sum(m.count * m.mean_weight_g) / nullif(sum(m.count) FILTER (WHERE m.mean_weight_g IS NOT NULL), 0)
           AS weight
    FROM placed p JOIN stock_movement m ON m.target_id = p.id
   WHERE m.kind = 'STOCKING' AND m.count > 0
     AND {NOT_REPLACED.format("m")}
   GROUP BY p.batch_id
),
usual AS (
  SELECT geography_id, day_of_year,
         coalesce(avg(temperature_c) FILTER (WHERE area_id IS NULL), avg(temperature_c)) AS temperature_c
    FROM growth_temperatureprofile WHERE geography_id IN (SELECT geography FROM home)
   GROUP BY geography_id, day_of_year
)
SELECT (
    SELECT json_agg(json_build_object(
             'id', b.id, 'species', b.species_id, 'geography', home.geography,
             'planned', coalesce(planned.stages, '[]'), 'actual', coalesce(entered.stages, '[]'),
             'count', coalesce(stocked.count, first.count),
             'weight', coalesce(stocked.weight, first.mean_weight_g)
           ))
      FROM mine b
      LEFT JOIN entered ON entered.batch_id = b.id
      LEFT JOIN planned ON planned.batch_id = b.id
      LEFT JOIN home ON home.batch_id = b.id
      LEFT JOIN stocked ON stocked.batch_id = b.id
      LEFT JOIN LATERAL (
        SELECT count, mean_weight_g FROM growth_batchstate WHERE batch_id = b.id ORDER BY date LIMIT 1
      ) first ON stocked.count IS NULL
  )::text,
  (SELECT json_object_agg(species_id, stages) FROM (
    SELECT species_id, json_agg(json_build_object('order', "order", 'name', name, 'water', water)
                                ORDER BY "order") AS stages
      FROM stock_stage GROUP BY species_id) s)::text,
  (SELECT json_object_agg(geography_id, days) FROM (
    SELECT geography_id, json_agg(json_build_array(day_of_year, round(temperature_c::numeric, 3))
                                  ORDER BY day_of_year) AS days
      FROM usual GROUP BY geography_id) u)::text,
  (SELECT tgc FROM growth_growthmodel WHERE name = %(model)s)::text,
  (SELECT monthly_rate FROM growth_mortalitymodel WHERE name = %(model)s)::text
"""
