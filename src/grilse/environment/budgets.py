"""Budgets of the queries of readings."""

from grilse.environment import lists, queries
from grilse.listing.budgets import build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets
from grilse.stock.examples import find_example_container


def _build_container_arguments() -> Arguments:
    row = find_example_container()
    return None if row is None else {"container": row.pk}


def _build_name_arguments() -> Arguments:
    row = find_example_container()
    return None if row is None else {"name": row.name}


declare_budgets(
    QueryBudget(
        name="environment.queries.read_daily_environment",
        run=queries.read_daily_environment,
        example=_build_container_arguments,
        statements=1,
        unscanned=("environment_dailyenvironment",),
    ),
    # A request with readings of many containers needs all their names.
    QueryBudget(
        name="environment.queries.read_container_ids",
        run=queries.read_container_ids,
        example=dict,
        statements=1,
        unscanned=(),
    ),
    QueryBudget(
        name="environment.queries.find_container_id",
        run=queries.find_container_id,
        example=_build_name_arguments,
        statements=1,
        unscanned=(),
    ),
    *build_list_budgets(lists.LISTS),
)
