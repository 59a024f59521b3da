"""Lists of persons, teams, fences, rates, journeys, visits and positions."""

from django.db.models import F, Q, Subquery, Value
from django.db.models.functions import Coalesce

from grilse.farm.list_filters import GEOGRAPHY_HELP, SITE_HELP
from grilse.farm.models import Geography
from grilse.listing.filters import build_day_filters, build_reference_filter, build_text_filter
from grilse.listing.listing import Filter, Listing, build_fields
from grilse.listing.sql import AnyOfSubquery
from grilse.people.models import Fence, Journey, Person, PersonWord, Team, TrackPoint, TransportRate, Visit, WorkRules
from grilse.people.name_words import build_prefix_ranges

LOCATE_PERMISSION = "people.locate"
JOURNEY_KINDS = tuple(Journey.Kind.values)
JOURNEY_MODES = tuple(Journey.Mode.values)
WORK_ZONE = Coalesce(Subquery(WorkRules.objects.values("time_zone")[:1]), Value("UTC"))
"""The time zone of the company's work rules, in which the days of people and tickets are."""


def build_site_name(prefix: str = "") -> Coalesce:
    """Return the name of the sea area or station of a person, fence or ticket."""
    return Coalesce(F(f"{prefix}area__name"), F(f"{prefix}station__name"))


def build_site_condition(name: str) -> Q:
    """Return the condition of rows of a sea area or a station."""
    return Q(area__name=name) | Q(station__name=name)


def build_name_condition(text: str) -> Q:
    """Return the condition of persons whose name has, for each word of a text, a word that begins with it."""
    condition = Q()
    for first, last in build_prefix_ranges(text):
        condition &= Q(
            AnyOfSubquery("id", PersonWord.objects.filter(word__gte=first, word__lt=last).values("person_id"))
        )
    return condition


GEOGRAPHY_FILTER = build_reference_filter("geography_id", Geography, "name", GEOGRAPHY_HELP)
PERSON_FILTER = Filter("person_id", "the person, by id", int)
PERSON_FIELDS = build_fields("id person_id", person="person__name")

PERSONS = Listing(
    name="persons",
    title="People who work for the company, with or without a login",
    model=Person,
    fields=build_fields("id name title email phone", geography="geography__name", site=build_site_name())
    | build_fields("team_id", team="team__name")
    | build_fields("manager_id", manager="manager__name", active="active"),
    orders={"name": ("name", "id")},
    filters={
        "text": Filter(build_name_condition, "beginnings of the words of the name, in any order"),
        "team": build_reference_filter("team_id", Team, "name", "the team"),
        "manager_id": Filter("manager_id", "the manager, by id", int),
        "geography": GEOGRAPHY_FILTER,
        "site": Filter(build_site_condition, "the sea area or station"),
        "active": Filter("active", "whether they still work here", bool),
    },
)

TEAMS = Listing(
    name="teams",
    title="People who work together",
    model=Team,
    fields=build_fields("id name", geography="geography__name"),
    orders={"name": ("name",)},
    filters={"geography": GEOGRAPHY_FILTER, "text": build_text_filter("name")},
)

FENCES = Listing(
    name="fences",
    title="Circles around sites; a person inside is on a visit",
    model=Fence,
    fields=build_fields("id", site=build_site_name()) | build_fields("area_id station_id latitude longitude radius_m"),
    filters={"site": Filter(build_site_condition, SITE_HELP)},
)

TRANSPORT_RATES = Listing(
    name="transport-rates",
    title="What the company pays for a kilometre, from a day on",
    model=TransportRate,
    fields=build_fields("id mode valid_from per_km_minor"),
    orders={"mode": ("mode", "valid_from")},
    filters={"mode": Filter("mode", "the means of transport", choices=tuple(filter(None, JOURNEY_MODES)))},
)

JOURNEYS = Listing(
    name="journeys",
    title="Journeys of people, as their positions show them",
    model=Journey,
    permission="people.report",
    fields=PERSON_FIELDS
    | build_fields("reference kind mode purpose started_at ended_at points distance_m version")
    | build_fields("faulty_points review"),
    orders={"started_at": ("started_at", "id")},
    newest_first=True,
    filters={
        "person_id": PERSON_FILTER,
        "kind": Filter("kind", "the purpose", choices=JOURNEY_KINDS),
        "mode": Filter("mode", "the means of transport", choices=JOURNEY_MODES),
        **build_day_filters("started_at", WORK_ZONE),
    },
)

VISITS = Listing(
    name="visits",
    title="Visits of people to sites, from their first position inside the fence to the last",
    model=Visit,
    permission=LOCATE_PERMISSION,
    fields=PERSON_FIELDS
    | build_fields("fence_id", site=build_site_name("fence__"))
    | build_fields("arrived_at left_at points"),
    orders={"arrived_at": ("arrived_at", "id")},
    newest_first=True,
    filters={
        "person_id": PERSON_FILTER,
        "fence_id": Filter("fence_id", "the fence, by id", int),
        **build_day_filters("arrived_at", WORK_ZONE),
    },
)

TRACK_POINTS = Listing(
    name="track-points",
    title="Positions that phones reported",
    model=TrackPoint,
    permission=LOCATE_PERMISSION,
    fields=PERSON_FIELDS | build_fields("at latitude longitude accuracy_m kind reference device fault"),
    orders={"at": ("at", "id")},
    newest_first=True,
    filters={
        "person_id": PERSON_FILTER,
        "reference": Filter("reference", "the journey, by the reference of its phone"),
        "kind": Filter(
            "kind", "the purpose of the journey", choices=JOURNEY_KINDS, required_with=("person_id", "reference")
        ),
        **build_day_filters("at", WORK_ZONE),
    },
    required_filters=("person_id", "reference"),
)

LISTS = (PERSONS, TEAMS, FENCES, TRANSPORT_RATES, JOURNEYS, VISITS, TRACK_POINTS)
