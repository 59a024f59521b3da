"""What the doors ask of estimates, and what it may cost."""

from datetime import timedelta

from grilse.growth import history, lists, queries, reports, weight_records
from grilse.growth.estimating import as_of
from grilse.growth.models import FlaggedRecord, GrowthModel
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets
from grilse.stock.examples import (
    FILTER_VALUES,
    build_batch_arguments,
    build_day_arguments,
    find_example_area,
    find_largest_batch,
    find_last_day,
    find_longest_placement,
)
from grilse.stock.models import WeightSample

STATES = ("growth_batchstate", "growth_dailystate")
SAMPLES = ("stock_weightsample",)
FLAGS = ("growth_flaggedrecord",)
COSTS = {
    "flagged-records": ListBudget(few=True),
    "growth-models": ListBudget(few=True),
    "mortality-models": ListBudget(few=True),
    "temperature-profiles": ListBudget(few=True),
    "batch-states": ListBudget(values=FILTER_VALUES),
    "daily-states": ListBudget(values=FILTER_VALUES),
}


def _find_version() -> Arguments:
    version_id = GrowthModel.objects.order_by("pk").values_list("pk", flat=True).first()
    return None if version_id is None else {"version": version_id}


def _find_sample() -> Arguments:
    sample_id = WeightSample.objects.order_by("-date", "-pk").values_list("pk", flat=True).first()
    return None if sample_id is None else {"sample_id": sample_id}


def _find_sampled_batch() -> Arguments:
    of, last = find_largest_batch(), find_last_day()
    return {"batch_id": of.pk, "first": last - timedelta(days=90), "last": last} if of and last else None


def _find_flagged() -> Arguments:
    return {} if FlaggedRecord.objects.exists() else None


def _find_placement() -> Arguments:
    example_placement = find_longest_placement()
    return (
        None
        if example_placement is None
        else {"batch_id": example_placement.batch_id, "placement_id": example_placement.pk}
    )


def _find_as_of_arguments() -> Arguments:
    of, last = find_largest_batch(), find_last_day()
    return {"company": of.company_id, "batch_id": of.pk, "placement_id": None, "day": last} if of and last else None


def _find_areas() -> Arguments:
    area_id = find_example_area()
    return None if area_id is None else {"areas": [area_id]}


def _find_learned() -> Arguments:
    return {} if GrowthModel.objects.filter(learned__isnull=False).exists() else None


# Weight samples of a batch from egg to harvest.
SAMPLES_PER_BATCH = 3000
# States of a site in one month: a day of each pen.
STATES_PER_MONTH = 1000

declare_budgets(
    QueryBudget(
        name="growth.queries.list_current_batches",
        run=queries.list_current_batches,
        example=dict,
        statements=1,
        unscanned=STATES,
        sorts=True,
    ),
    QueryBudget(
        name="growth.queries.find_training_cutoff",
        run=queries.find_training_cutoff,
        example=_find_version,
        statements=1,
        unscanned=(),
        touched=2,
        sorts=True,
    ),
    QueryBudget(
        name="growth.reports.report_learned_versions",
        run=reports.report_learned_versions,
        example=_find_learned,
        statements=1,
        unscanned=(),
        touched=2,
        sorts=True,
        least=200,
    ),
    QueryBudget(
        name="growth.weight_records.find_sample_record",
        run=weight_records.find_sample_record,
        example=_find_sample,
        statements=1,
        unscanned=SAMPLES,
    ),
    QueryBudget(
        name="growth.weight_records.list_samples_between",
        run=weight_records.list_samples_between,
        example=_find_sampled_batch,
        statements=1,
        unscanned=SAMPLES,
        sorts=True,
        least=SAMPLES_PER_BATCH,
    ),
    QueryBudget(
        name="growth.weight_records.list_records_to_review",
        run=weight_records.list_records_to_review,
        example=_find_flagged,
        statements=1,
        unscanned=("stock_movement",),
        sorts=True,
        touched=50,
    ),
    QueryBudget(
        name="growth.history.read_history",
        run=history.read_history,
        example=build_batch_arguments,
        statements=1,
        unscanned=STATES,
        sorts=True,
        packed=True,
    ),
    QueryBudget(
        name="growth.history.read_history.placement",
        run=history.read_history,
        example=_find_placement,
        statements=1,
        unscanned=STATES,
        sorts=True,
        packed=True,
    ),
    # The whole batch is estimated anew, with those that fish moved to or from.
    QueryBudget(
        name="growth.estimating.as_of.estimate_history_as_of",
        run=as_of.estimate_history_as_of,
        example=_find_as_of_arguments,
        statements=30,
        unscanned=("stock_movement", "feeding_meal"),
        sorts=True,
        packed=True,
        touched=3,
    ),
    QueryBudget(
        name="growth.queries.find_last_weights",
        run=queries.find_last_weights,
        example=build_day_arguments,
        statements=1,
        unscanned=STATES,
    ),
    QueryBudget(
        name="growth.queries.list_monthly_stock",
        run=queries.list_monthly_stock,
        example=_find_areas,
        statements=1,
        unscanned=STATES,
        sorts=True,
        touched=STATES_PER_MONTH,
    ),
    *build_list_budgets(lists.LISTS, COSTS),
)
