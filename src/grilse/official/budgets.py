"""Query budgets of published series."""

from grilse.farm.models import Area
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.official import lists, queries
from grilse.official.models import Site
from grilse.proof.registry import QueryBudget, declare_budgets, take_first_row

SITES = Site.objects.order_by("pk")

LIST_BUDGETS = {
    "official-lice": ListBudget(touched=2.5),
    # The index ends with the month; rows of one month are sorted.
    "official-biomass": ListBudget(touched=5, unindexed_filters=("production_area", "species", "release_year")),
}

declare_budgets(
    QueryBudget(queries.get_area, take_first_row(Area.objects.order_by("pk"), area="name"), least=2000),
    QueryBudget(queries.read_files, sorts=True, touched=3, least=500),
    QueryBudget(queries.read_sites, sorts=True, touched=3, least=500),
    QueryBudget(
        queries.compare_lice,
        take_first_row(SITES, area="area__name"),
        statements=5,
        unscanned=("official_lice", "health_licecount"),
        sorts=True,
        touched=500,
    ),
    QueryBudget(
        queries.compare_biomass,
        take_first_row(SITES, production_area="production_area"),
        statements=3,
        unscanned=("growth_dailystate",),
        sorts=True,
        touched=5000,
    ),
    *build_list_budgets(lists.LISTS, LIST_BUDGETS, small=("official-files", "official-sites")),
)
