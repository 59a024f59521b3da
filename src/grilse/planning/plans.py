"""Plans of batches, computed from their stages, their company's models and typical water temperatures."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Self

import numpy as np
from django.db import connection

from grilse.growth.default_models import STAGE_DEFAULTS
from grilse.growth.states import DAYS_A_WEEK, PartWeek
from grilse.science.arrays import Floats
from grilse.science.parameters import load_parameters
from grilse.science.planned_growth import (
    EGGS,
    BatchTrajectory,
    build_trajectory,
    planned_count,
    planned_weight,
    stage_of_day,
)
from grilse.science.temperature import day_of_year, interpolate_year
from grilse.stock.ledger import NOT_REPLACED
from grilse.stock.queries import SITE_JOINS


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedSpan:
    """The days between which a batch is planned to be at a stage (half-open)."""

    order: int
    name: str
    water: str
    start: date
    stop: date


def build_planned_spans(
    stages: Sequence[dict[str, Any]], planned: Sequence[dict[str, Any]], actual: Sequence[dict[str, Any]]
) -> list[PlannedSpan]:
    """Return the planned spans; without a plan, from the first placement at each stage and typical lengths."""
    known = {stage["order"]: stage for stage in stages}
    if planned:
        dates = [(row["order"], date.fromisoformat(row["start"]), date.fromisoformat(row["stop"])) for row in planned]
    else:
        dates = _derive_spans(list(known), [(row["order"], date.fromisoformat(row["start"])) for row in actual], known)
    return [
        PlannedSpan(order=order, name=known[order]["name"], water=known[order]["water"], start=start, stop=stop)
        for order, start, stop in dates
    ]


def _derive_spans(
    orders: list[int], entered: list[tuple[int, date]], known: dict[int, dict[str, Any]]
) -> list[tuple[int, date, date]]:
    starts: list[tuple[int, date]] = []
    for order, start in entered:
        # Fish returned to an earlier stage do not move the plan back.
        if not starts or start > starts[-1][1]:
            starts.append((order, start))
    later = [order for order in orders if order > starts[-1][0]]
    for order in later:
        starts.append((order, starts[-1][1] + _get_typical_length(known[starts[-1][0]]["water"])))
    end = starts[-1][1] + _get_typical_length(known[starts[-1][0]]["water"])
    stops = [start for _, start in starts[1:]] + [end]
    return [(order, start, stop) for (order, start), stop in zip(starts, stops, strict=True)]


def _get_typical_length(water: str) -> timedelta:
    planning = load_parameters("planning")
    return timedelta(days=planning["sea_days"] if water == "sea" else planning["freshwater_days"])


def build_typical_water(spans: Sequence[PlannedSpan], climate: Sequence[Sequence[float]]) -> Floats:
    """Return the temperature in °C of each planned day; `climate` is (day of year, °C) of the sea."""
    planning = load_parameters("planning")
    first = np.datetime64(spans[0].start)
    days = np.arange(first, np.datetime64(spans[-1].stop))
    at_sea = np.full(len(days), planning["sea_c"])
    if climate:
        known, temperature = np.array(climate, dtype=np.float64).T
        at_sea = interpolate_year(day_of_year(days.astype(np.int64)), known, temperature)
    water = np.full(len(days), planning["freshwater_c"])
    for span in spans:
        here = days >= np.datetime64(span.start)
        if span.water == "sea":
            water[here] = at_sea[here]
        else:
            water[here] = planning["eggs_c"] if span.order == EGGS else planning["freshwater_c"]
    return water


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthPlan:
    """Planned values of a batch from its first planned day to its planned harvest."""

    first: date
    step: int
    """Days from one value to the next: 1, or 7 for the Sundays of calendar weeks."""
    spans: tuple[PlannedSpan, ...]
    rates: Mapping[int, Sequence[float]]
    """Deaths per fish in the first, second, … month at a stage, by its order."""
    course: BatchTrajectory

    def find_weight(self, day: date) -> float | None:
        """Return the planned mean weight in g, None outside the plan."""
        index = (day - self.first).days // self.step
        return float(self.course.weight_g[index]) if 0 <= index < len(self.course.weight_g) else None

    def aggregate_weeks(self, part_weeks: Sequence[PartWeek] = ()) -> Self:
        """Return the plan at the end of each calendar week; of a part week of the states, on its last day."""
        to_sunday = DAYS_A_WEEK - 1 - self.first.weekday()
        days = self.course.weight_g.size
        sundays = dict(enumerate(range(to_sunday, days, DAYS_A_WEEK)))
        for week in part_weeks:
            sunday, last = (week.sunday - self.first).days, (week.last - self.first).days
            if to_sunday <= sunday and 0 <= last < days:
                sundays[(sunday - to_sunday) // DAYS_A_WEEK] = last
        course = self.course.take(np.array([sundays[i] for i in range(len(sundays))], dtype=np.int64))
        return replace(self, first=self.first + timedelta(days=to_sunday), step=DAYS_A_WEEK, course=course)

    def select_dates(self, first: date, last: date) -> Self:
        """Return the part of the plan from a date to another, both on its calendar."""
        skipped = max((first - self.first).days // self.step, 0)
        stop = max((last - self.first).days // self.step + 1, skipped)
        start = self.first + timedelta(days=skipped * self.step)
        return replace(self, first=start, course=self.course.take(slice(skipped, stop)))


def read_plans(batch_ids: Sequence[int], *, derive_missing: bool = False) -> dict[int, GrowthPlan]:
    """Return the plans of batches by their ids, in one statement; a batch without fish has none.

    A batch whose stages nobody planned has none either; with `derive_missing` its stages last as long as usual.
    """
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
        if batch["count"] and batch["actual"] and (batch["planned"] or derive_missing)
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


# A batch that was never stocked, only filled from other batches, starts from its first state.
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
