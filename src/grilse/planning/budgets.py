"""Query budgets of plans and projections."""

from functools import partial

from grilse.growth.models import BatchState
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.planning import lists, queries
from grilse.planning.models import Projection
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets, take_first_row
from grilse.stock.examples import FILTER_VALUES, build_batch_arguments, find_largest_batch, find_last_day
from grilse.stock.models import Batch

PROJECTIONS = ("planning_projection",)
STATES = ("growth_batchstate",)
NEWEST_PROJECTION = Projection.objects.order_by("-pk")
# Batches on a page of the web interface.
BATCHES_PER_PAGE = 20


def _find_batches() -> Arguments:
    batch_ids = list(Batch.objects.order_by("-start_date", "-pk").values_list("pk", flat=True)[:BATCHES_PER_PAGE])
    return {"batch_ids": batch_ids} if batch_ids else None


def _find_weights() -> Arguments:
    batch, last = find_largest_batch(), find_last_day()
    return {"weights": [(batch.pk, last, 1000.0)]} if batch and last else None


def _find_estimated_batch() -> Arguments:
    batch = find_largest_batch()
    is_estimated = batch is not None and BatchState.objects.filter(batch_id=batch.pk).exists()
    return build_batch_arguments() if is_estimated else None


def _find_projection_ids() -> Arguments:
    run_id = NEWEST_PROJECTION.values_list("pk", flat=True).first()
    return None if run_id is None else {"ids": [run_id]}


def _find_projection_to_compare() -> Arguments:
    run_id = Projection.objects.order_by("as_of", "pk").values_list("pk", flat=True).first()
    run = None if run_id is None else queries.find_projection(run_id)
    return None if run is None else {"run": run}


plan_budget = partial(QueryBudget, sorts=True, packed=True)
projection_budget = partial(QueryBudget, unscanned=PROJECTIONS, touched=2)

declare_budgets(
    plan_budget(queries.find_plan, build_batch_arguments, unscanned=("stock_movement",), least=5000),
    plan_budget(queries.compute_weight_lead, _find_weights, unscanned=("stock_movement",), least=5000),
    plan_budget(queries.compare_with_plan, _find_estimated_batch, statements=2, unscanned=STATES),
    # One statement a batch: the report of a company asks for the batches that it lists.
    plan_budget(queries.compare_with_plans, _find_batches, statements=BATCHES_PER_PAGE + 1, unscanned=STATES),
    plan_budget(
        queries.compare_projection, _find_projection_to_compare, unscanned=("stock_movement", *STATES), least=2000
    ),
    QueryBudget(queries.list_projections, take_first_row(NEWEST_PROJECTION), sorts=True, touched=3, least=500),
    projection_budget(queries.find_projection, take_first_row(NEWEST_PROJECTION, run_id="pk")),
    projection_budget(
        queries.find_latest_projection, take_first_row(NEWEST_PROJECTION, batch_id="batch_id"), sorts=True
    ),
    projection_budget(queries.read_projections, _find_projection_ids, sorts=True),
    projection_budget(queries.list_expected_targets, _find_batches, least=BATCHES_PER_PAGE),
    *build_list_budgets(
        lists.LISTS,
        {
            "planned-stages": ListBudget(is_small=True, filter_values=FILTER_VALUES),
            "projections": ListBudget(filter_values=FILTER_VALUES),
        },
    ),
)
