"""Query budgets of estimates."""

from datetime import timedelta
from functools import partial

from grilse.growth import container_lives, history, lists, queries, reports, site_events, stock_summary, weight_records
from grilse.growth.estimating import as_of
from grilse.growth.models import FlaggedRecord, GrowthModel
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets, take_first_row
from grilse.stock.examples import (
    FILTER_VALUES,
    build_batch_arguments,
    build_day_arguments,
    find_example_area,
    find_example_container,
    find_largest_batch,
    find_last_day,
    find_longest_placement,
)
from grilse.stock.models import WeightSample

STATES = ("growth_batchstate", "growth_dailystate")
SAMPLES = ("stock_weightsample",)
# Batches on a page of the web interface.
BATCHES_PER_PAGE = 200
# Weight samples of a batch from egg to harvest.
SAMPLES_PER_BATCH = 3000
# Placements of a company: no index has those of a container that have ended.
PLACEMENTS = 60_000
# States of a site in one month: a day of each pen.
STATES_PER_MONTH = 1000
# States of the active batches of a company in 30 days, or of their pens.
STATES_IN_WINDOW = 50_000


def _find_sampled_batch() -> Arguments:
    batch, last = find_largest_batch(), find_last_day()
    return {"batch_id": batch.pk, "first": last - timedelta(days=90), "last": last} if batch and last else None


def _find_placement() -> Arguments:
    placement = find_longest_placement()
    return None if placement is None else {"batch_id": placement.batch_id, "placement_id": placement.pk}


def _find_as_of_arguments() -> Arguments:
    batch, last = find_largest_batch(), find_last_day()
    if batch is None or last is None:
        return None
    return {"company": batch.company_id, "batch_id": batch.pk, "placement_id": None, "day": last}


def _find_keys() -> Arguments:
    arguments = build_day_arguments()
    return arguments and {"keys": [(placement, arguments["day"]) for placement in arguments["placements"]]}


def _find_areas() -> Arguments:
    area_id = find_example_area()
    return None if area_id is None else {"areas": [area_id]}


def _find_last_day() -> Arguments:
    last = find_last_day()
    return None if last is None else {"day": last}


def _find_area() -> Arguments:
    area_id = find_example_area()
    return None if area_id is None else {"area": area_id}


def _find_area_day() -> Arguments:
    area, day = find_example_area(), find_last_day()
    return {"area": area, "until": day} if area and day else None


def _find_container(**others: int) -> Arguments:
    container = find_example_container()
    return None if container is None else {"container": container.pk, **others}


declare_budgets(
    QueryBudget(queries.list_current_batches, partial(dict, limit=BATCHES_PER_PAGE), unscanned=STATES, sorts=True),
    QueryBudget(
        stock_summary.read_stock_summary,
        _find_last_day,
        unscanned=STATES,
        sorts=True,
        packed=True,
        least=STATES_IN_WINDOW,
    ),
    QueryBudget(
        queries.find_training_cutoff,
        take_first_row(GrowthModel.objects.order_by("pk"), version="pk"),
        touched=2,
        sorts=True,
    ),
    QueryBudget(
        reports.report_learned_versions,
        take_first_row(GrowthModel.objects.filter(learned__isnull=False)),
        touched=2,
        sorts=True,
        least=200,
    ),
    QueryBudget(
        weight_records.find_sample_record,
        take_first_row(WeightSample.objects.order_by("-date", "-pk"), sample_id="pk"),
        unscanned=SAMPLES,
    ),
    QueryBudget(
        weight_records.list_samples_between, _find_sampled_batch, unscanned=SAMPLES, sorts=True, least=SAMPLES_PER_BATCH
    ),
    QueryBudget(
        weight_records.list_records_to_review,
        take_first_row(FlaggedRecord.objects.all()),
        unscanned=("stock_movement",),
        sorts=True,
        touched=50,
    ),
    QueryBudget(history.read_history, build_batch_arguments, unscanned=STATES, sorts=True, packed=True),
    QueryBudget(history.read_history, _find_placement, use="placement", unscanned=STATES, sorts=True, packed=True),
    QueryBudget(history.read_periods, build_batch_arguments),
    # The whole batch is estimated anew, with the batches that it exchanged fish with.
    QueryBudget(
        as_of.estimate_history_as_of,
        _find_as_of_arguments,
        statements=30,
        unscanned=("stock_movement", "feeding_meal"),
        sorts=True,
        packed=True,
        touched=3,
    ),
    QueryBudget(
        queries.find_last_recorded_day,
        dict,
        unscanned=("stock_movement", "feeding_meal", "stock_weightsample", "growth_batchstate"),
        sorts=True,
        # A batch and its last state, of each active batch.
        least=2000,
    ),
    QueryBudget(container_lives.list_occupancy, _find_area, sorts=True, least=PLACEMENTS),
    QueryBudget(container_lives.list_planned_arrivals, _find_area, sorts=True, least=20_000),
    QueryBudget(
        container_lives.list_container_lives,
        _find_container,
        unscanned=("stock_movement", "growth_dailystate"),
        sorts=True,
        # The days of each placement, with their deaths.
        touched=2000,
    ),
    QueryBudget(
        container_lives.list_container_moves,
        partial(_find_container, limit=40),
        unscanned=("stock_movement",),
        sorts=True,
        touched=20,
    ),
    QueryBudget(
        site_events.list_site_events,
        _find_area_day,
        statements=2,
        unscanned=("stock_movement",),
        sorts=True,
        least=5000,
    ),
    QueryBudget(queries.find_expected_weights, _find_keys, unscanned=STATES),
    QueryBudget(queries.list_last_states, build_day_arguments, unscanned=STATES),
    QueryBudget(queries.find_last_weights, build_day_arguments, unscanned=STATES),
    QueryBudget(queries.list_monthly_stock, _find_areas, unscanned=STATES, sorts=True, touched=STATES_PER_MONTH),
    *build_list_budgets(
        lists.LISTS,
        dict.fromkeys(("batch-states", "daily-states"), ListBudget(filter_values=FILTER_VALUES)),
        small=("flagged-records", "growth-models", "mortality-models", "temperature-profiles"),
    ),
)
