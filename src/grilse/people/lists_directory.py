"""Lists of persons, teams, fences and rates."""

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from grilse.farm.listing import Filter, Listing
from grilse.farm.listing_filters import GEOGRAPHY, SITE, contains, is_, one
from grilse.farm.listing_sql import Among
from grilse.farm.models import Geography
from grilse.people.models import Fence, Journey, Person, PersonWord, Team, TransportRate
from grilse.people.words import beginnings

NEEDS = "people.read"
GEOGRAPHY_ID = {"geography": one("geography_id", Geography, "name", GEOGRAPHY)}


def site() -> Coalesce:
    """Return the name of the sea area or station."""
    return Coalesce(F("area__name"), F("station__name"))


def at_site(name: str) -> Q:
    """Return the condition of a sea area or a station."""
    return Q(area__name=name) | Q(station__name=name)


def named(text: str) -> Q:
    """Return the condition of persons of whose name each word of a text begins one."""
    found = Q()
    for first, last in beginnings(text):
        found &= Q(Among("id", PersonWord.objects.filter(word__gte=first, word__lt=last).values("person_id")))
    return found


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
        "site": site(),
        "team_id": "team_id",
        "team": "team__name",
        "manager_id": "manager_id",
        "manager": "manager__name",
        "active": "active",
    },
    orders={"name": ("name", "id")},
    filters={
        "text": Filter(kind=str, lookup=named, about="beginnings of the words of the name, in any order"),
        "team": one("team_id", Team, "name", "the team"),
        "manager_id": is_("manager_id", "the manager, by id", int),
        **GEOGRAPHY_ID,
        "site": Filter(kind=str, lookup=at_site, about="the sea area or station"),
        "active": is_("active", "whether they still work here", bool),
    },
)

TEAMS = Listing(
    name="teams",
    title="People who work together",
    of=Team,
    needs=NEEDS,
    fields={"id": "id", "name": "name", "geography": "geography__name"},
    orders={"name": ("name",)},
    filters={**GEOGRAPHY_ID, "text": contains("name")},
)

FENCES = Listing(
    name="fences",
    title="Circles around sites; whoever is within is on a visit",
    of=Fence,
    needs=NEEDS,
    fields={
        "id": "id",
        "site": site(),
        "area_id": "area_id",
        "station_id": "station_id",
        "latitude": "latitude",
        "longitude": "longitude",
        "radius_m": "radius_m",
    },
    orders={"entry": ("id",)},
    filters={"site": Filter(kind=str, lookup=at_site, about=SITE)},
)

TRANSPORT_RATES = Listing(
    name="transport-rates",
    title="What the company pays for a kilometre, from a day on",
    of=TransportRate,
    needs=NEEDS,
    fields={"id": "id", "mode": "mode", "valid_from": "valid_from", "per_km_minor": "per_km_minor"},
    orders={"mode": ("mode", "valid_from")},
    filters={
        "mode": is_("mode", "by what", choices=tuple(mode.value for mode in Journey.Mode if mode.value))
    },
)

LISTS = (PERSONS, TEAMS, FENCES, TRANSPORT_RATES)
