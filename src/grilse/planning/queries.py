"""Plans and projections of batches, and the comparison of batches with them."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Max

from grilse.growth.history import read_history
from grilse.growth.states import NOT_CARRIED, aggregate_weeks
from grilse.listing.sql import fetch_rows
from grilse.planning.models import PlannedStage
from grilse.planning.plans import GrowthPlan, read_plans
from grilse.planning.runs import (
    ExpectedTarget,
    ProjectionRun,
    ProjectionSummary,
    RunComparison,
    build_run,
    build_summary,
    compare_run,
)
from grilse.planning.variance import LatestVariance, Variance, compute_variance
from grilse.stock.ledger import NOT_REPLACED


def find_plan(batch_id: int) -> GrowthPlan | None:
    """Return the plan of a batch, None where nobody planned its stages or nothing was stocked yet; one statement."""
    return read_plans([batch_id]).get(batch_id)


def compute_weight_lead(weights: Sequence[tuple[int, date, float]]) -> dict[int, float]:
    """Return how many percent heavier than planned batches are, from (batch id, date, mean weight in g).

    One statement.
    """
    plans = read_plans([batch_id for batch_id, _, _ in weights])
    ahead = {}
    for batch_id, day, weight in weights:
        planned = plans[batch_id].find_weight(day) if batch_id in plans else None
        if planned:
            ahead[batch_id] = 100 * (weight / planned - 1)
    return ahead


def compare_with_plan(batch_id: int, *, by_week: bool = False) -> Variance | None:
    """Return the variance of a batch from its plan, by day or week; None without states or plan.

    Two statements.
    """
    states, plan = read_history(batch_id).states, find_plan(batch_id)
    if states is None or plan is None:
        return None
    return compute_variance(aggregate_weeks(states) if by_week else states, plan)


def compare_with_plans(batch_ids: Sequence[int]) -> dict[int, LatestVariance]:
    """Return the latest variance of some batches from their plans; one statement per batch, and one."""
    plans = read_plans(batch_ids)
    latest_by_batch = {
        batch: compute_variance(states, plan).latest
        for batch, plan in plans.items()
        if (states := read_history(batch).states) is not None
    }
    return {batch: latest for batch, latest in latest_by_batch.items() if latest is not None}


def list_projections(batch_ids: Sequence[int] | None = None) -> list[ProjectionSummary]:
    """Return the stored runs of some batches, or of all, newest first; one statement."""
    batch_filter = None if batch_ids is None else list(batch_ids)
    return [build_summary(row) for row in fetch_rows(SUMMARIES, {"batches": batch_filter})]


def find_projection(run_id: int) -> ProjectionRun | None:
    """Return a stored run; one statement."""
    return next((build_run(row) for row in fetch_rows(RUN, {"run": run_id})), None)


def find_latest_projection(batch_id: int) -> ProjectionRun | None:
    """Return the newest run of a batch; one statement."""
    return next((build_run(row) for row in fetch_rows(LATEST_RUN, {"batch": batch_id})), None)


def read_projections(ids: Sequence[int]) -> list[ProjectionRun]:
    """Return stored runs with their daily values, by the batches' numbers; one statement."""
    return [build_run(row) for row in fetch_rows(RUNS_BY_ID, {"ids": list(ids)})]


def compare_projection(run: ProjectionRun) -> RunComparison:
    """Compare a run with the states since, up to the first harvest or sale; one statement."""
    [row] = fetch_rows(ACTUALS, {"batch": run.batch_id, "as_of": run.as_of, "days": run.days})
    return compare_run(run, row["came"], row["ended"])


def find_planned_harvests(batch_ids: Sequence[int]) -> dict[int, date]:
    """Return the ends of the last planned stages of batches, where stages are planned; one statement."""
    rows = PlannedStage.objects.filter(batch__in=batch_ids).values_list("batch_id").annotate(harvest=Max("stop"))
    return dict(rows)


def list_expected_targets(batch_ids: Sequence[int]) -> list[ExpectedTarget]:
    """Return when batches that are projected are expected to reach their target weights; one statement."""
    return [ExpectedTarget(**row) for row in fetch_rows(TARGETS, {"batches": list(batch_ids)})]


_RUNS = "FROM planning_projection r JOIN stock_batch b ON b.id = r.batch_id"
SUMMARIES = f"""
SELECT r.id, r.batch_id, b.number, made_at, as_of, days, members, seed, growth_model_id, target_g,
       target_p10, target_p50, target_p90, target_chance
  {_RUNS}
 WHERE %(batches)s::bigint[] IS NULL OR r.batch_id = ANY(%(batches)s)
 ORDER BY r.id DESC
"""
RUN = f"SELECT r.*, b.number {_RUNS} WHERE r.id = %(run)s"
LATEST_RUN = f"SELECT r.*, b.number {_RUNS} WHERE r.batch_id = %(batch)s ORDER BY r.id DESC LIMIT 1"
TARGETS = """
SELECT r.batch_id AS batch, r.as_of, r.target_g, r.target_p50 AS reached_on,
       r.biomass_p50_kg[r.target_p50 - r.as_of + 1] AS biomass_kg
  FROM unnest(%(batches)s::bigint[]) AS wanted (id)
 CROSS JOIN LATERAL (
   SELECT batch_id, as_of, target_g, target_p50, biomass_p50_kg FROM planning_projection
    WHERE batch_id = wanted.id ORDER BY id DESC LIMIT 1
 ) r
"""
RUNS_BY_ID = f"SELECT r.*, b.number {_RUNS} WHERE r.id = ANY(%(ids)s) ORDER BY b.number"

ACTUALS = f"""
WITH ended AS (
  SELECT min(m.date) AS date
    FROM stock_placement p JOIN stock_movement m ON m.source_id = p.id
   WHERE p.batch_id = %(batch)s AND m.kind IN ('HARVEST', 'SALE') AND m.date > %(as_of)s AND m.count > 0
     AND {NOT_REPLACED.format("m")}
)
SELECT (SELECT date FROM ended) AS ended,
       (SELECT coalesce(json_agg(json_build_array(s.date - %(as_of)s::date, s.hindsight_weight_g,
                                                  s.hindsight_count, s.hindsight_biomass_kg)), '[]')
          FROM growth_batchstate s
         WHERE s.batch_id = %(batch)s AND s.date > %(as_of)s AND s.date <= %(as_of)s::date + %(days)s::int
           AND s.date < (SELECT coalesce(date, 'infinity') FROM ended) AND {NOT_CARRIED.format("s")}) AS came
"""
