"""Query budgets of readings and daily environment."""

from grilse.environment import containers, lists, queries
from grilse.listing.budgets import build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets
from grilse.stock.examples import find_example_container


def _find_container_id() -> Arguments:
    row = find_example_container()
    return None if row is None else {"container": row.pk}


def _list_container_ids() -> Arguments:
    row = find_example_container()
    return None if row is None else {"ids": [row.pk]}


def _find_container_name() -> Arguments:
    row = find_example_container()
    return None if row is None else {"name": row.name}


declare_budgets(
    QueryBudget(queries.read_daily_environment, _find_container_id, unscanned=("environment_dailyenvironment",)),
    # A request with readings of many containers names each of them.
    QueryBudget(containers.read_containers),
    QueryBudget(containers.find_container_id, _find_container_name),
    QueryBudget(containers.read_container_zones, _list_container_ids),
    *build_list_budgets(lists.LISTS),
)
