"""Query budgets of findings, and of what their rules look at: reads of a whole company on its last day of records."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from grilse.attention import day_entries, inputs, lists, mortality_bands, queries
from grilse.attention.models import Finding
from grilse.environment.queries import read_daily_water
from grilse.feeding.queries import list_site_feed, list_site_stores
from grilse.growth.pen_history import MORTALITY_WINDOWS, read_pen_history
from grilse.growth.pen_sums import read_pen_sums
from grilse.health.queries import find_lice_limits, list_last_lice_counts, read_site_lice
from grilse.listing.budgets import build_list_budgets
from grilse.planning.queries import find_planned_harvests
from grilse.proof.registry import Arguments, ArgumentsFactory, QueryBudget, declare_budgets, take_first_row
from grilse.stock.examples import find_example_area
from grilse.stock.models import Placement
from grilse.stock.queries import list_due_orders, list_last_records

STATES, MOVEMENTS = ("growth_dailystate",), ("stock_movement",)
# Placements and containers of a company, read as whole tables to find the few that are active; lots of a year.
COMPANY_ROWS = 60_000
# Open placements, each with the deaths of its life.
DEATHS = 200_000
# Meals, deaths and other entries of a company on a day, each with its place and with who added it.
DAY_ROWS = 200_000
# Days in which the page of a site looks for lice counts.
LICE_DAYS = 28
# Changes of the findings of some years.
CHANGES = 20_000


def _on_last_day(name: str = "day", **others: Callable[[date], Any]) -> ArgumentsFactory:
    """Return a function that finds the last day of records as an argument, and others that follow from it."""

    def find_arguments() -> Arguments:
        day = inputs.find_records_day()
        return None if day is None else {name: day, **{key: find(day) for key, find in others.items()}}

    return find_arguments


def _list_active(column: str) -> list[int]:
    return list(Placement.objects.filter(stop=None).order_by("pk").values_list(column, flat=True))


find_placements = _on_last_day(placements=lambda day: _list_active("pk"))
find_containers = _on_last_day(
    containers=lambda day: _list_active("container_id"), days=lambda day: inputs.HISTORY_DAYS
)
_find_week = _on_last_day("after", after=lambda day: day - timedelta(days=7))


def _find_finding_ids() -> Arguments:
    found = find_finding_id()
    return None if found is None else {"ids": [found["id"]]}


find_finding_id = take_first_row(Finding.objects.order_by("-pk"), id="pk")


def _find_area() -> Arguments:
    area = find_example_area()
    return None if area is None else {"area": area}


declare_budgets(
    *build_list_budgets(lists.LISTS, small=("findings", "alert-rules", "webhooks", "alert-messages")),
    QueryBudget(queries.list_open_findings, sorts=True, least=COMPANY_ROWS),
    QueryBudget(queries.list_ended_findings, _find_week, sorts=True, least=COMPANY_ROWS),
    QueryBudget(
        day_entries.list_day_entries,
        _on_last_day(),
        unscanned=("feeding_meal", "stock_movement", "health_licecount", "stock_weightsample"),
        sorts=True,
        least=DAY_ROWS,
    ),
    QueryBudget(queries.list_open_findings, _find_area, use="site", sorts=True, least=COMPANY_ROWS),
    QueryBudget(queries.list_findings, _find_finding_ids, sorts=True, least=COMPANY_ROWS),
    QueryBudget(queries.find_finding, find_finding_id, sorts=True, least=COMPANY_ROWS),
    QueryBudget(queries.list_finding_changes, find_finding_id, sorts=True, least=CHANGES),
    QueryBudget(inputs.find_records_day, least=COMPANY_ROWS, touched=COMPANY_ROWS),
    QueryBudget(mortality_bands.read_bands, least=COMPANY_ROWS),
    QueryBudget(
        read_pen_history, _on_last_day(), statements=2, unscanned=STATES, sorts=True, packed=True, least=COMPANY_ROWS
    ),
    QueryBudget(
        read_pen_history,
        _on_last_day(area=lambda day: find_example_area()),
        use="site",
        statements=2,
        unscanned=STATES,
        sorts=True,
        packed=True,
        least=COMPANY_ROWS,
    ),
    # The states of each pen are added up.
    QueryBudget(
        read_pen_sums,
        _on_last_day(),
        unscanned=STATES,
        sorts=True,
        packed=True,
        touched=max(MORTALITY_WINDOWS) + 2,
        least=COMPANY_ROWS,
    ),
    QueryBudget(read_daily_water, find_containers, unscanned=("environment_dailyenvironment",), packed=True),
    QueryBudget(read_site_lice, _on_last_day(weeks=lambda day: inputs.LICE_WEEKS), sorts=True, least=COMPANY_ROWS),
    QueryBudget(
        read_site_lice,
        _on_last_day(weeks=lambda day: inputs.LICE_WEEKS, area=lambda day: find_example_area()),
        use="site",
        sorts=True,
        least=COMPANY_ROWS,
    ),
    QueryBudget(
        list_last_lice_counts,
        _on_last_day(
            "until", placements=lambda day: _list_active("pk"), since=lambda day: day - timedelta(days=LICE_DAYS)
        ),
        unscanned=("health_licecount",),
        sorts=True,
        # A count a week and pen.
        touched=6,
        least=COMPANY_ROWS,
    ),
    QueryBudget(find_lice_limits, _on_last_day("days", days=lambda day: [day]), sorts=True, least=COMPANY_ROWS),
    QueryBudget(list_site_feed, _on_last_day(), unscanned=("feeding_meal",), sorts=True, least=COMPANY_ROWS),
    QueryBudget(
        list_site_stores,
        _on_last_day(area=lambda day: find_example_area()),
        unscanned=("feeding_meal", "feeding_draw"),
        sorts=True,
        least=COMPANY_ROWS,
    ),
    QueryBudget(list_last_records, find_placements, unscanned=MOVEMENTS, sorts=True, least=DEATHS),
    QueryBudget(list_due_orders, _on_last_day("until"), sorts=True, least=COMPANY_ROWS),
    QueryBudget(
        find_planned_harvests,
        _on_last_day("batch_ids", batch_ids=lambda day: sorted(set(_list_active("batch_id")))),
        sorts=True,
        least=COMPANY_ROWS,
    ),
)
