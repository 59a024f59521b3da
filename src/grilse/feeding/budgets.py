"""Query budgets of meals, deliveries and adjustments of stores."""

from grilse.feeding import lists, queries
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets
from grilse.stock.examples import FILTER_VALUES, build_placement_arguments, find_example_area

LIST_BUDGETS = {
    # The index has the order of time; rows of one moment are sorted.
    "feed-lots": ListBudget(touched=5),
    "meals": ListBudget(touched=5, filter_values=FILTER_VALUES),
    "draws": ListBudget(filter_values=FILTER_VALUES),
}

# Meals of a batch on one day, in all its containers.
MEALS_PER_DAY = 60
# Deliveries of a company of which some feed is left, and those that are younger than a year.
OPEN_LOTS = 60_000


def _find_site() -> Arguments:
    area = find_example_area()
    return None if area is None else {"site": area, "is_area": True}


declare_budgets(
    QueryBudget(queries.list_stored_feed, _find_site, sorts=True, least=OPEN_LOTS),
    QueryBudget(
        queries.sum_daily_feed,
        build_placement_arguments,
        unscanned=("feeding_meal",),
        sorts=True,
        touched=MEALS_PER_DAY,
    ),
    *build_list_budgets(lists.LISTS, LIST_BUDGETS, small=("feeds", "store-adjustments")),
)
