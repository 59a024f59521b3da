"""Budgets of the queries of published series."""

from django.db import models

from grilse.farm.models import Area
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.official import lists, queries
from grilse.official.models import Site
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets

# Rows of a month are sorted: the index ends with the month.
A_MONTH = 5

COSTS = {
    "official-files": ListBudget(few=True),
    "official-sites": ListBudget(few=True),
    "official-lice": ListBudget(touched=2.5),
    "official-biomass": ListBudget(touched=A_MONTH, scanning=("production_area", "species", "release_year")),
    "official-revisions": ListBudget(),
}


def _build_arguments(name: str, values: models.QuerySet) -> Arguments:
    first = values.order_by("pk").first()
    return None if first is None else {name: first}


declare_budgets(
    QueryBudget(
        name="official.queries.get_area",
        run=queries.get_area,
        example=lambda: _build_arguments("area", Area.objects.values_list("name", flat=True)),
        statements=1,
        unscanned=(),
        least=2000,
    ),
    *(
        QueryBudget(
            name=f"official.queries.{run.__name__}",
            run=run,
            example=dict,
            statements=1,
            unscanned=(),
            sorts=True,
            touched=3,
            least=500,
        )
        for run in (queries.read_files, queries.read_sites)
    ),
    QueryBudget(
        name="official.queries.compare_lice",
        run=queries.compare_lice,
        example=lambda: _build_arguments("area", Site.objects.values_list("area__name", flat=True)),
        statements=5,
        unscanned=("official_lice", "health_licecount"),
        sorts=True,
        touched=500,
    ),
    QueryBudget(
        name="official.queries.compare_biomass",
        run=queries.compare_biomass,
        example=lambda: _build_arguments("production_area", Site.objects.values_list("production_area", flat=True)),
        statements=3,
        unscanned=("growth_dailystate",),
        sorts=True,
        touched=5000,
    ),
    *build_list_budgets(lists.LISTS, COSTS),
)
