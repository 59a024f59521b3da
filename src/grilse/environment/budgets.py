"""Query budgets of readings and daily environment."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from grilse.environment import containers, lists, queries, water
from grilse.farm.models import Container
from grilse.listing.budgets import build_list_budgets
from grilse.proof.registry import Arguments, ArgumentsFactory, QueryBudget, declare_budgets
from grilse.stock.examples import find_example_container, find_longest_placement


def _build_container_arguments(name: str, value: Callable[[Container], Any]) -> ArgumentsFactory:
    def find_arguments() -> Arguments:
        row = find_example_container()
        return None if row is None else {name: value(row)}

    return find_arguments


def _find_water() -> Arguments:
    """Return the temperature of a container over all days."""
    row = find_example_container()
    if row is None:
        return None
    return {"containers": [row.pk], "parameter": water.WATER_PARAMETERS["temperature"], "zone": "UTC"}


def _find_water_days() -> Arguments:
    """Return the last two weeks of the longest placement."""
    arguments, placement = _find_water(), find_longest_placement()
    if arguments is None or placement is None or placement.stop is None:
        return None
    last = placement.stop - timedelta(days=1)
    return {**arguments, "first": last - timedelta(days=water.RAW_DAYS - 1), "last": last}


declare_budgets(
    QueryBudget(
        queries.read_daily_environment,
        _build_container_arguments("container", lambda row: row.pk),
        unscanned=("environment_dailyenvironment",),
    ),
    QueryBudget(
        water.read_water_days, _find_water, unscanned=("environment_dailyenvironment",), packed=True, sorts=True
    ),
    QueryBudget(
        water.read_water_readings, _find_water_days, unscanned=("environment_reading",), packed=True, sorts=True
    ),
    # A request with readings of many containers names each of them: all are read, and sorted by their ids.
    QueryBudget(containers.read_containers, sorts=True),
    QueryBudget(containers.find_container_id, _build_container_arguments("name", lambda row: row.name), sorts=True),
    # A container, its area or hall, and its geography.
    QueryBudget(containers.read_container_zones, _build_container_arguments("ids", lambda row: [row.pk]), touched=4),
    *build_list_budgets(lists.LISTS),
)
