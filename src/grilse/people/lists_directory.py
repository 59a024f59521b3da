"""Lists of persons, teams, fences and rates."""

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from grilse.farm.models import Geography
from grilse.listing.filters import (
    GEOGRAPHY_HELP,
    SITE_HELP,
    build_reference_filter,
    build_text_filter,
    build_value_filter,
)
from grilse.listing.listing import Filter, Listing
from grilse.listing.sql import AnyOfSubquery
from grilse.people.models import Fence, Journey, Person, PersonWord, Team, TransportRate
from grilse.people.name_words import build_prefix_ranges

NEEDS = "people.read"
GEOGRAPHY_ID = {"geography": build_reference_filter("geography_id", Geography, "name", GEOGRAPHY_HELP)}


def build_site_name() -> Coalesce:
    """Return the name of the sea area or station."""
    return Coalesce(F("area__name"), F("station__name"))


def build_site_condition(name: str) -> Q:
    """Return the condition of a sea area or a station."""
    return Q(area__name=name) | Q(station__name=name)


def build_name_condition(text: str) -> Q:
    """Return the condition of persons of whose name each word of a text begins one."""
    condition = Q()
    for first, last in build_prefix_ranges(text):
        condition &= Q(
            AnyOfSubquery("id", PersonWord.objects.filter(word__gte=first, word__lt=last).values("person_id"))
        )
    return condition


PERSONS = Listing(
    name="persons",
    title="Who works for the company, with or without a login",
    of=Person,
    needs=NEEDS,
    fields={
        "id": "id",
        "name": "name",
        "title": "title",
        "email": "email",
        "phone": "phone",
        "geography": "geography__name",
        "site": build_site_name(),
        "team_id": "team_id",
        "team": "team__name",
        "manager_id": "manager_id",
        "manager": "manager__name",
        "active": "active",
    },
    orders={"name": ("name", "id")},
    filters={
        "text": Filter(
            kind=str, lookup=build_name_condition, about="beginnings of the words of the name, in any order"
        ),
        "team": build_reference_filter("team_id", Team, "name", "the team"),
        "manager_id": build_value_filter("manager_id", "the manager, by id", int),
        **GEOGRAPHY_ID,
        "site": Filter(kind=str, lookup=build_site_condition, about="the sea area or station"),
        "active": build_value_filter("active", "whether they still work here", bool),
    },
)

TEAMS = Listing(
    name="teams",
    title="People who work together",
    of=Team,
    needs=NEEDS,
    fields={"id": "id", "name": "name", "geography": "geography__name"},
    orders={"name": ("name",)},
    filters={**GEOGRAPHY_ID, "text": build_text_filter("name")},
)

FENCES = Listing(
    name="fences",
    title="Circles around sites; whoever is within is on a visit",
    of=Fence,
    needs=NEEDS,
    fields={
        "id": "id",
        "site": build_site_name(),
        "area_id": "area_id",
        "station_id": "station_id",
        "latitude": "latitude",
        "longitude": "longitude",
        "radius_m": "radius_m",
    },
    orders={"entry": ("id",)},
    filters={"site": Filter(kind=str, lookup=build_site_condition, about=SITE_HELP)},
)

TRANSPORT_RATES = Listing(
    name="transport-rates",
    title="What the company pays for a kilometre, from a day on",
    of=TransportRate,
    needs=NEEDS,
    fields={"id": "id", "mode": "mode", "valid_from": "valid_from", "per_km_minor": "per_km_minor"},
    orders={"mode": ("mode", "valid_from")},
    filters={
        "mode": build_value_filter("mode", "by what", choices=tuple(mode.value for mode in Journey.Mode if mode.value))
    },
)

LISTS = (PERSONS, TEAMS, FENCES, TRANSPORT_RATES)
