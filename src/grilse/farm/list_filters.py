"""Fields and filters of lists whose rows belong to containers, sites and geographies."""

from functools import reduce
from operator import or_

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from grilse.errors import GrilseError
from grilse.farm.models import Area, Container, Hall, Station
from grilse.farm.site_names import NamedModel, build_label, find_named_row
from grilse.listing.filters import build_subquery_filter
from grilse.listing.listing import Filter, build_fields

SITE_HELP = "the sea area, hall or station; `station/hall` where several stations have a hall of one name"
GEOGRAPHY_HELP = "the region"
SITE_NAME_HELP = "the {}, by name; `site/name` where several sites have one of this name"
CONTAINER_HELP = SITE_NAME_HELP.format("container")
NOWHERE = -1
"""An id that no row has."""


def build_zone(container: str) -> Coalesce:
    """Return the time zone of the geography of a container."""
    return Coalesce(f"{container}hall__station__geography__time_zone", f"{container}area__geography__time_zone")


def build_site_condition(name: str, prefix: str = "") -> Q:
    """Return the condition of containers or feed stores in a sea area, a hall or a station; one statement.

    Refuse the name of halls of several stations, unless an area or a station has it.
    """
    try:
        hall = find_named_row(Hall, "hall", name, field="site")
    except GrilseError:
        if not any(model._default_manager.filter(name=name).exists() for model in (Area, Station)):
            raise
        hall = None
    conditions = {"area__name": name, "hall": hall or NOWHERE, "hall__station__name": name}
    return reduce(or_, (Q(**{f"{prefix}{path}": value}) for path, value in conditions.items()))


def build_site_name_filter(column: str, model: NamedModel, noun: str) -> Filter:
    """Return the filter of rows that refer to a container or feed store by its name or `site/name`."""

    def condition(name: str) -> Q:
        return Q(**{column: find_named_row(model, noun, name, field=noun) or NOWHERE})

    return Filter(condition, SITE_NAME_HELP.format(noun), statements=1)


def find_container(name: str) -> int:
    """Return the id of the container of a name or `site/name`, that of no row if there is none; one statement."""
    return find_named_row(Container, "container", name, field="container") or NOWHERE


def build_geography_filter(column: str = "geography__name") -> Filter:
    """Return the filter of rows in a geography."""
    return Filter(column, GEOGRAPHY_HELP)


def _build_geography_condition(name: str) -> Q:
    return Q(area__geography__name=name) | Q(hall__station__geography__name=name)


PLACE_FIELDS = build_fields(
    hall=build_label(Hall, "hall__"),
    area="area__name",
    geography=Coalesce(F("hall__station__geography__name"), F("area__geography__name")),
)
"""Fields of containers and feed stores, which belong to a hall or a sea area."""
PLACE_FILTERS = {
    "site": Filter(build_site_condition, SITE_HELP, statements=1),
    "geography": Filter(_build_geography_condition, GEOGRAPHY_HELP),
}
"""Filters of containers and feed stores."""
CONTAINER_FIELDS = build_fields("container_id", container=build_label(Container, "container__"))
"""Fields of rows that refer to a container."""
CONTAINER_FILTERS = {
    "container": build_site_name_filter("container_id", Container, "container"),
    "container_id": Filter("container_id", "the container, by id", int),
    "site": build_subquery_filter(
        "container_id", lambda name: Container.objects.filter(build_site_condition(name)), SITE_HELP, statements=1
    ),
}
"""Filters of rows that refer to a container."""
