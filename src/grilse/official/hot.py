"""What the doors ask of published series, and what it may cost."""

from grilse.farm.listing_hot import Cost, hot
from grilse.farm.models import Area
from grilse.official import lists, queries
from grilse.official.models import Site
from grilse.proof.registry import Given, Hot, declare

# Rows of a month are put in order among themselves: the index ends with the month.
A_MONTH = 5

COSTS = {
    "official-files": Cost(few=True),
    "official-sites": Cost(few=True),
    "official-lice": Cost(touched=2.5),
    "official-biomass": Cost(touched=A_MONTH, scanning=("production_area", "species", "release_year")),
    "official-revisions": Cost(),
}


def _area() -> Given:
    found = Area.objects.order_by("pk").values_list("name", flat=True).first()
    return None if found is None else {"area": found}


def _known() -> Given:
    found = Site.objects.order_by("pk").values_list("area__name", flat=True).first()
    return None if found is None else {"area": found}


def _production_area() -> Given:
    found = Site.objects.order_by("pk").values_list("production_area", flat=True).first()
    return None if found is None else {"production_area": found}


declare(
    Hot(
        name="official.queries.existing",
        run=queries.existing,
        example=_area,
        statements=1,
        unscanned=(),
        least=2000,
    ),
    Hot(
        name="official.queries.files",
        run=queries.files,
        example=dict,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=3,
        least=500,
    ),
    Hot(
        name="official.queries.sites",
        run=queries.sites,
        example=dict,
        statements=1,
        unscanned=(),
        sorts=True,
        touched=3,
        least=500,
    ),
    Hot(
        name="official.queries.lice_beside",
        run=queries.lice_beside,
        example=_known,
        statements=5,
        unscanned=("official_lice", "health_licecount"),
        sorts=True,
        touched=500,
    ),
    Hot(
        name="official.queries.biomass_beside",
        run=queries.biomass_beside,
        example=_production_area,
        statements=3,
        unscanned=("growth_dailystate",),
        sorts=True,
        touched=5000,
    ),
    *hot(lists.LISTS, COSTS),
)
