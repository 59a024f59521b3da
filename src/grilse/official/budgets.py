"""What the doors ask of published series, and what it may cost."""

from grilse.farm.models import Area
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.official import lists, queries
from grilse.official.models import Site
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets

# Rows of a month are put in order among themselves: the index ends with the month.
A_MONTH = 5

COSTS = {
    "official-files": ListBudget(few=True),
    "official-sites": ListBudget(few=True),
    "official-lice": ListBudget(touched=2.5),
    "official-biomass": ListBudget(touched=A_MONTH, scanning=("production_area", "species", "release_year")),
    "official-revisions": ListBudget(),
}


def _build_area_arguments() -> Arguments:
    name = Area.objects.order_by("pk").values_list("name", flat=True).first()
    return None if name is None else {"area": name}


def _build_site_arguments() -> Arguments:
    name = Site.objects.order_by("pk").values_list("area__name", flat=True).first()
    return None if name is None else {"area": name}


def _build_production_arguments() -> Arguments:
    number = Site.objects.order_by("pk").values_list("production_area", flat=True).first()
    return None if number is None else {"production_area": number}


declare_budgets(
    QueryBudget(
        name="official.queries.get_area",
        run=queries.get_area,
        example=_build_area_arguments,
        statements=1,
        unscanned=(),
        least=2000,
    ),
    QueryBudget(
        name="official.queries.read_files",
        run=queries.read_files,
        example=dict,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=3,
        least=500,
    ),
    QueryBudget(
        name="official.queries.read_sites",
        run=queries.read_sites,
        example=dict,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=3,
        least=500,
    ),
    QueryBudget(
        name="official.queries.compare_lice",
        run=queries.compare_lice,
        example=_build_site_arguments,
        statements=5,
        unscanned=("official_lice", "health_licecount"),
        sorts=True,
        touched=500,
    ),
    QueryBudget(
        name="official.queries.compare_biomass",
        run=queries.compare_biomass,
        example=_build_production_arguments,
        statements=3,
        unscanned=("growth_dailystate",),
        sorts=True,
        touched=5000,
    ),
    *build_list_budgets(lists.LISTS, COSTS),
)
