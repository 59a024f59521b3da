"""Query budgets of batches and their ledger."""

from grilse.farm.models import Geography
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets, take_first_row
from grilse.stock import lists, queries
from grilse.stock.examples import (
    FILTER_VALUES,
    build_batch_arguments,
    build_day_arguments,
    build_placement_arguments,
    find_example_area,
    find_largest_batch,
    find_last_day,
)
from grilse.stock.models import Photo

LEDGER = ("stock_movement", "stock_weightsample")
# The index ends with the day; entries of one day are sorted.
ENTRIES_PER_DAY = 60.0
# Containers of a batch, each of which loses fish every day.
CONTAINERS_PER_BATCH = 30

LIST_BUDGETS = {
    "batches": ListBudget(is_small=True, filter_values=FILTER_VALUES),
    # Some fifty a batch; the index by container serves active placements only.
    "placements": ListBudget(unindexed_filters=("text", "container", "container_id", "site"), touched=4),
    "movements": ListBudget(filter_values=FILTER_VALUES, touched=ENTRIES_PER_DAY),
    **dict.fromkeys(("weight-samples", "harvest-grades", "fish-counts", "photos"), ListBudget(touched=ENTRIES_PER_DAY)),
    "transfer-orders": ListBudget(unindexed_filters=("text", "status"), touched=4),
    **dict.fromkeys(("transfer-lines", "weighed-fish"), ListBudget(filter_values=FILTER_VALUES)),
}


def _find_batch_number() -> Arguments:
    largest = find_largest_batch()
    return None if largest is None else {"number": largest.number}


def _find_series_arguments() -> Arguments:
    largest = find_largest_batch()
    return None if largest is None else {"batch": largest.number, "placement": None}


# Every movement of the standing fish is summed for their number: some 800 a pen.
MOVEMENTS_PER_PEN = 1000


def _find_site_arguments() -> Arguments:
    area, day = find_example_area(), find_last_day()
    return {"site": area, "day": day, "is_area": True} if area and day else None


declare_budgets(
    QueryBudget(queries.list_stocked_sites, sorts=True, touched=60, least=2000),
    QueryBudget(
        queries.list_standing_pens,
        _find_site_arguments,
        unscanned=("stock_movement",),
        sorts=True,
        touched=MOVEMENTS_PER_PEN,
    ),
    QueryBudget(queries.list_site_photos, _find_site_arguments, unscanned=("stock_photo",), sorts=True, touched=2),
    QueryBudget(queries.list_open_lines, build_placement_arguments, sorts=True, touched=4, least=2000),
    QueryBudget(
        queries.list_site_containers,
        take_first_row(Geography.objects.order_by("pk"), geography="pk"),
        sorts=True,
        touched=4,
        least=5000,
    ),
    QueryBudget(queries.find_photo, take_first_row(Photo.objects.all(), id="id"), unscanned=("stock_photo",)),
    QueryBudget(queries.read_batch, _find_batch_number, unscanned=("stock_batch",), sorts=True),
    QueryBudget(queries.list_placements, build_batch_arguments, unscanned=("stock_placement",), sorts=True),
    QueryBudget(queries.read_batch_events, build_batch_arguments, unscanned=LEDGER, sorts=True, packed=True, touched=3),
    QueryBudget(
        queries.find_placement_ids, _find_series_arguments, unscanned=("stock_batch", "stock_placement"), touched=2.5
    ),
    QueryBudget(
        queries.read_daily_losses, build_placement_arguments, unscanned=LEDGER, sorts=True, touched=CONTAINERS_PER_BATCH
    ),
    QueryBudget(queries.read_known_weights, build_day_arguments, unscanned=("growth_dailystate",)),
    *build_list_budgets(lists.LISTS, LIST_BUDGETS, small=("stages",)),
)
