"""What the doors ask of plans and looks ahead, and what it may cost."""

from grilse.farm.listing_hot import Cost, hot
from grilse.growth.models import BatchState
from grilse.planning import lists, queries
from grilse.planning.models import Projection
from grilse.proof.registry import Given, Hot, declare
from grilse.stock.models import Batch
from grilse.stock.proving import VALUES, batch, day, of_batch

RUNS = ("planning_projection",)
STATES = ("growth_batchstate",)
COSTS = {"planned-stages": Cost(few=True, values=VALUES), "projections": Cost(values=VALUES)}
# The batches of a page of the web, as many as a company shows.
MANY = 20


def _batches() -> Given:
    found = list(Batch.objects.order_by("-start_date", "-pk").values_list("pk", flat=True)[:MANY])
    return {"batch_ids": found} if found else None


def _weights() -> Given:
    of, last = batch(), day()
    return {"weights": [(of.pk, last, 1000.0)]} if of and last else None


def _estimated() -> Given:
    of = batch()
    there = of is not None and BatchState.objects.filter(batch_id=of.pk).exists()
    return of_batch() if there else None


def _run() -> int | None:
    return Projection.objects.order_by("-pk").values_list("pk", flat=True).first()


def _run_id() -> Given:
    found = _run()
    return None if found is None else {"run_id": found}


def _ids() -> Given:
    found = _run()
    return None if found is None else {"ids": [found]}


def _projected() -> Given:
    found = Projection.objects.order_by("-pk").values_list("batch_id", flat=True).first()
    return None if found is None else {"batch_id": found}


def _any() -> Given:
    return None if _run() is None else {}


def _held() -> Given:
    found = Projection.objects.order_by("as_of", "pk").values_list("pk", flat=True).first()
    run = None if found is None else queries.projection(found)
    return None if run is None else {"run": run}


declare(
    Hot(
        name="planning.queries.plan_of",
        run=queries.plan_of,
        example=of_batch,
        statements=1,
        unscanned=("stock_movement",),
        sorts=True,
        packed=True,
        least=5000,
    ),
    Hot(
        name="planning.queries.ahead_of_plan",
        run=queries.ahead_of_plan,
        example=_weights,
        statements=1,
        unscanned=("stock_movement",),
        sorts=True,
        packed=True,
        least=5000,
    ),
    Hot(
        name="planning.queries.against_plan",
        run=queries.against_plan,
        example=_estimated,
        statements=2,
        unscanned=STATES,
        sorts=True,
        packed=True,
    ),
    # One statement a batch: a company's report asks for the batches that it names.
    Hot(
        name="planning.queries.against_plans",
        run=queries.against_plans,
        example=_batches,
        statements=MANY + 1,
        unscanned=STATES,
        sorts=True,
        packed=True,
    ),
    Hot(
        name="planning.queries.projections",
        run=queries.projections,
        example=_any,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=3,
        least=500,
    ),
    Hot(
        name="planning.queries.projection",
        run=queries.projection,
        example=_run_id,
        statements=1,
        unscanned=RUNS,
        touched=2,
    ),
    Hot(
        name="planning.queries.latest_projection",
        run=queries.latest_projection,
        example=_projected,
        statements=1,
        unscanned=RUNS,
        touched=2,
        sorts=True,
    ),
    Hot(
        name="planning.queries.projections_whole",
        run=queries.projections_whole,
        example=_ids,
        statements=1,
        unscanned=RUNS,
        touched=2,
        sorts=True,
    ),
    Hot(
        name="planning.queries.held_against",
        run=queries.held_against,
        example=_held,
        statements=1,
        unscanned=("stock_movement", *STATES),
        sorts=True,
        packed=True,
        least=2000,
    ),
    *hot(lists.LISTS, COSTS),
)
