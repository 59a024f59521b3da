"""Query budgets of readings and daily environment."""

from collections.abc import Callable
from typing import Any

from grilse.environment import containers, lists, queries
from grilse.farm.models import Container
from grilse.listing.budgets import build_list_budgets
from grilse.proof.registry import Arguments, ArgumentsFactory, QueryBudget, declare_budgets
from grilse.stock.examples import find_example_container


def _build_container_arguments(name: str, value: Callable[[Container], Any]) -> ArgumentsFactory:
    def find_arguments() -> Arguments:
        row = find_example_container()
        return None if row is None else {name: value(row)}

    return find_arguments


declare_budgets(
    QueryBudget(
        queries.read_daily_environment,
        _build_container_arguments("container", lambda row: row.pk),
        unscanned=("environment_dailyenvironment",),
    ),
    # A request with readings of many containers names each of them: all are read, and sorted by their ids.
    QueryBudget(containers.read_containers, sorts=True),
    QueryBudget(containers.find_container_id, _build_container_arguments("name", lambda row: row.name), sorts=True),
    # A container, its area or hall, and its geography.
    QueryBudget(containers.read_container_zones, _build_container_arguments("ids", lambda row: [row.pk]), touched=4),
    *build_list_budgets(lists.LISTS),
)
