"""What the doors ask of meals and deliveries, and what it may cost."""

from grilse.feeding import lists, queries
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.proof.registry import QueryBudget, declare_budgets
from grilse.stock.examples import FILTER_VALUES, build_placement_arguments

COSTS = {
    "feeds": ListBudget(few=True),
    # In order of time; those of one moment are sorted among themselves.
    "feed-lots": ListBudget(touched=5),
    "meals": ListBudget(touched=5, values=FILTER_VALUES),
    "draws": ListBudget(values=FILTER_VALUES),
}

# Meals of a batch on one day, in all its containers.
A_DAY = 60

declare_budgets(
    QueryBudget(
        name="feeding.queries.sum_daily_feed",
        run=queries.sum_daily_feed,
        example=build_placement_arguments,
        statements=1,
        unscanned=("feeding_meal",),
        sorts=True,
        touched=A_DAY,
    ),
    *build_list_budgets(lists.LISTS, COSTS),
)
