"""What the doors ask of the water, and what it may cost."""

from grilse.environment import containers, lists, queries
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
    # Who sends readings of many containers names each of them.
    QueryBudget(
        name="environment.containers.read_container_ids",
        run=containers.read_container_ids,
        example=dict,
        statements=1,
        unscanned=(),
    ),
    QueryBudget(
        name="environment.containers.find_container_id",
        run=containers.find_container_id,
        example=_build_name_arguments,
        statements=1,
        unscanned=(),
    ),
    *build_list_budgets(lists.LISTS),
)
