"""Budgets of the queries of readings."""

from grilse.environment import lists, queries
from grilse.listing.budgets import build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets
from grilse.stock.examples import find_example_container


def _find_example(argument: str, attribute: str) -> Arguments:
    row = find_example_container()
    return None if row is None else {argument: getattr(row, attribute)}


declare_budgets(
    *(
        QueryBudget(
            name=f"environment.queries.{run.__name__}", run=run, example=example, statements=1, unscanned=unscanned
        )
        for run, example, unscanned in (
            (
                queries.read_daily_environment,
                lambda: _find_example("container", "pk"),
                ("environment_dailyenvironment",),
            ),
            # A request with readings of many containers needs all their names.
            (queries.read_container_ids, dict, ()),
            (queries.find_container_id, lambda: _find_example("name", "name"), ()),
        )
    ),
    *build_list_budgets(lists.LISTS),
)
