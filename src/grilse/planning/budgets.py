"""What the doors ask of plans and looks ahead, and what it may cost."""

from grilse.growth.models import BatchState
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.planning import lists, queries
from grilse.planning.models import Projection
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets
from grilse.stock.examples import FILTER_VALUES, build_batch_arguments, find_largest_batch, find_last_day
from grilse.stock.models import Batch

RUNS = ("planning_projection",)
STATES = ("growth_batchstate",)
COSTS = {"planned-stages": ListBudget(few=True, values=FILTER_VALUES), "projections": ListBudget(values=FILTER_VALUES)}
# The batches of a page of the web, as many as a company shows.
BATCHES_PER_PAGE = 20


def _find_batches() -> Arguments:
    batch_ids = list(Batch.objects.order_by("-start_date", "-pk").values_list("pk", flat=True)[:BATCHES_PER_PAGE])
    return {"batch_ids": batch_ids} if batch_ids else None


def _find_weights() -> Arguments:
    of, last = find_largest_batch(), find_last_day()
    return {"weights": [(of.pk, last, 1000.0)]} if of and last else None


def _find_estimated_batch() -> Arguments:
    of = find_largest_batch()
    there = of is not None and BatchState.objects.filter(batch_id=of.pk).exists()
    return build_batch_arguments() if there else None


def _find_run() -> int | None:
    return Projection.objects.order_by("-pk").values_list("pk", flat=True).first()


def _run_id() -> Arguments:
    run_id = _find_run()
    return None if run_id is None else {"run_id": run_id}


def _find_run_list() -> Arguments:
    run_id = _find_run()
    return None if run_id is None else {"ids": [run_id]}


def _find_projected_batch() -> Arguments:
    batch_id = Projection.objects.order_by("-pk").values_list("batch_id", flat=True).first()
    return None if batch_id is None else {"batch_id": batch_id}


def _find_any_run() -> Arguments:
    return None if _find_run() is None else {}


def _find_run_to_compare() -> Arguments:
    run_id = Projection.objects.order_by("as_of", "pk").values_list("pk", flat=True).first()
    run = None if run_id is None else queries.find_projection(run_id)
    return None if run is None else {"run": run}


declare_budgets(
    QueryBudget(
        name="planning.queries.find_plan",
        run=queries.find_plan,
        example=build_batch_arguments,
        statements=1,
        unscanned=("stock_movement",),
        sorts=True,
        packed=True,
        least=5000,
    ),
    QueryBudget(
        name="planning.queries.compute_weight_lead",
        run=queries.compute_weight_lead,
        example=_find_weights,
        statements=1,
        unscanned=("stock_movement",),
        sorts=True,
        packed=True,
        least=5000,
    ),
    QueryBudget(
        name="planning.queries.compare_with_plan",
        run=queries.compare_with_plan,
        example=_find_estimated_batch,
        statements=2,
        unscanned=STATES,
        sorts=True,
        packed=True,
    ),
    # One statement a batch: a company's report asks for the batches that it names.
    QueryBudget(
        name="planning.queries.compare_with_plans",
        run=queries.compare_with_plans,
        example=_find_batches,
        statements=BATCHES_PER_PAGE + 1,
        unscanned=STATES,
        sorts=True,
        packed=True,
    ),
    QueryBudget(
        name="planning.queries.list_projections",
        run=queries.list_projections,
        example=_find_any_run,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=3,
        least=500,
    ),
    QueryBudget(
        name="planning.queries.find_projection",
        run=queries.find_projection,
        example=_run_id,
        statements=1,
        unscanned=RUNS,
        touched=2,
    ),
    QueryBudget(
        name="planning.queries.find_latest_projection",
        run=queries.find_latest_projection,
        example=_find_projected_batch,
        statements=1,
        unscanned=RUNS,
        touched=2,
        sorts=True,
    ),
    QueryBudget(
        name="planning.queries.read_projections",
        run=queries.read_projections,
        example=_find_run_list,
        statements=1,
        unscanned=RUNS,
        touched=2,
        sorts=True,
    ),
    QueryBudget(
        name="planning.queries.compare_projection",
        run=queries.compare_projection,
        example=_find_run_to_compare,
        statements=1,
        unscanned=("stock_movement", *STATES),
        sorts=True,
        packed=True,
        least=2000,
    ),
    *build_list_budgets(lists.LISTS, COSTS),
)
