"""Fields and filters of lists whose rows belong to containers, sites and geographies."""

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from grilse.farm.models import Container
from grilse.listing.filters import build_reference_filter, build_subquery_filter
from grilse.listing.listing import Filter, build_fields

SITE_HELP = "the sea area, hall or station"
GEOGRAPHY_HELP = "the region"


def build_site_name(prefix: str = "") -> Coalesce:
    """Return the name of the hall or sea area of a container or feed store."""
    return Coalesce(F(f"{prefix}hall__name"), F(f"{prefix}area__name"))


def build_site_condition(name: str, prefix: str = "") -> Q:
    """Return the condition of containers or feed stores in a sea area, a hall or a station."""
    return (
        Q(**{f"{prefix}area__name": name})
        | Q(**{f"{prefix}hall__name": name})
        | Q(**{f"{prefix}hall__station__name": name})
    )


def build_geography_filter(column: str = "geography__name") -> Filter:
    """Return the filter of rows in a geography."""
    return Filter(column, GEOGRAPHY_HELP)


def _build_geography_condition(name: str) -> Q:
    return Q(area__geography__name=name) | Q(hall__station__geography__name=name)


PLACE_FIELDS = build_fields(
    hall="hall__name",
    area="area__name",
    geography=Coalesce(F("hall__station__geography__name"), F("area__geography__name")),
)
"""Fields of containers and feed stores, which belong to a hall or a sea area."""
PLACE_FILTERS = {
    "site": Filter(build_site_condition, SITE_HELP),
    "geography": Filter(_build_geography_condition, GEOGRAPHY_HELP),
}
"""Filters of containers and feed stores."""
CONTAINER_FIELDS = build_fields("container_id", container="container__name")
"""Fields of rows that refer to a container."""
CONTAINER_FILTERS = {
    "container": build_reference_filter("container_id", Container, "name", "the container, by name"),
    "container_id": Filter("container_id", "the container, by id", int),
    "site": build_subquery_filter(
        "container_id", lambda name: Container.objects.filter(build_site_condition(name)), SITE_HELP
    ),
}
"""Filters of rows that refer to a container."""
