"""What the doors ask of batches and their ledger, and what it may cost."""

from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets
from grilse.stock import lists, queries
from grilse.stock.examples import (
    FILTER_VALUES,
    build_batch_arguments,
    build_day_arguments,
    build_placement_arguments,
    find_largest_batch,
)

LEDGER = ("stock_movement", "stock_weightsample")
# A day's entries are put in order among themselves: its index ends with the day.
BY_DAY = 60.0
# Containers of a batch, each of which loses fish every day.
A_DAY = 30

COSTS = {
    "stages": ListBudget(few=True),
    "batches": ListBudget(few=True, values=FILTER_VALUES),
    # Some fifty a batch; by container the index of what stands when is of another kind.
    "placements": ListBudget(scanning=("text", "container", "container_id", "site"), touched=4),
    "movements": ListBudget(values=FILTER_VALUES, touched=BY_DAY),
    "weight-samples": ListBudget(touched=BY_DAY),
    "harvest-grades": ListBudget(touched=BY_DAY),
    "transfer-orders": ListBudget(scanning=("text", "status"), touched=4),
    "transfer-lines": ListBudget(values=FILTER_VALUES),
    "weighed-fish": ListBudget(values=FILTER_VALUES),
}


def _build_number_arguments() -> Arguments:
    largest = find_largest_batch()
    return None if largest is None else {"number": largest.number}


def _build_series_arguments() -> Arguments:
    largest = find_largest_batch()
    return None if largest is None else {"batch": largest.number, "placement": None}


declare_budgets(
    QueryBudget(
        name="stock.queries.read_batch",
        run=queries.read_batch,
        example=_build_number_arguments,
        statements=1,
        unscanned=("stock_batch",),
        sorts=True,
    ),
    QueryBudget(
        name="stock.queries.list_placements",
        run=queries.list_placements,
        example=build_batch_arguments,
        statements=1,
        unscanned=("stock_placement",),
        sorts=True,
    ),
    QueryBudget(
        name="stock.queries.read_batch_events",
        run=queries.read_batch_events,
        example=build_batch_arguments,
        statements=1,
        unscanned=LEDGER,
        sorts=True,
        packed=True,
        touched=3,
    ),
    QueryBudget(
        name="stock.queries.find_placement_ids",
        run=queries.find_placement_ids,
        example=_build_series_arguments,
        statements=1,
        unscanned=("stock_batch", "stock_placement"),
        touched=2.5,
    ),
    QueryBudget(
        name="stock.queries.read_daily_losses",
        run=queries.read_daily_losses,
        example=build_placement_arguments,
        statements=1,
        unscanned=LEDGER,
        sorts=True,
        touched=A_DAY,
    ),
    QueryBudget(
        name="stock.queries.read_known_weights",
        run=queries.read_known_weights,
        example=build_day_arguments,
        statements=1,
        unscanned=("growth_dailystate",),
    ),
    *build_list_budgets(lists.LISTS, COSTS),
)
