"""Lists of positions, journeys and visits, as pages and as files."""

from django.db.models import F
from django.db.models.functions import Coalesce

from grilse.listing.filters import build_day_filters, build_value_filter
from grilse.listing.listing import Listing
from grilse.people.models import Journey, TrackPoint, Visit

PERSON = {"person_id": "person_id", "person": "person__name"}
OF_PERSON = {"person_id": build_value_filter("person_id", "the person, by id", int)}
KINDS = tuple(Journey.Kind.values)

JOURNEYS = Listing(
    name="journeys",
    title="Ways that people went, as long as their positions say",
    of=Journey,
    needs="people.report",
    fields={
        "id": "id",
        **PERSON,
        "reference": "reference",
        "kind": "kind",
        "mode": "mode",
        "purpose": "purpose",
        "started_at": "started_at",
        "ended_at": "ended_at",
        "points": "points",
        "distance_m": "distance_m",
        "version": "version",
    },
    orders={"started_at": ("started_at", "id")},
    newest_first=True,
    filters={
        **OF_PERSON,
        "kind": build_value_filter("kind", "what for", choices=KINDS),
        "mode": build_value_filter("mode", "by what", choices=tuple(Journey.Mode.values)),
        **build_day_filters("started_at"),
    },
)

VISITS = Listing(
    name="visits",
    title="People within the fences of sites, from their first position there to the last",
    of=Visit,
    needs="people.locate",
    fields={
        "id": "id",
        **PERSON,
        "fence_id": "fence_id",
        "site": Coalesce(F("fence__area__name"), F("fence__station__name")),
        "arrived_at": "arrived_at",
        "left_at": "left_at",
        "points": "points",
    },
    orders={"arrived_at": ("arrived_at", "id")},
    newest_first=True,
    filters={
        **OF_PERSON,
        "fence_id": build_value_filter("fence_id", "the fence, by id", int),
        **build_day_filters("arrived_at"),
    },
)

TRACK_POINTS = Listing(
    name="track-points",
    title="Positions that phones reported",
    of=TrackPoint,
    needs="people.locate",
    fields={
        "id": "id",
        **PERSON,
        "at": "at",
        "latitude": "latitude",
        "longitude": "longitude",
        "accuracy_m": "accuracy_m",
        "kind": "kind",
        "reference": "reference",
        "device": "device",
    },
    orders={"at": ("at", "id")},
    newest_first=True,
    filters={
        **OF_PERSON,
        "reference": build_value_filter("reference", "the journey, as its phone named it"),
        "kind": build_value_filter(
            "kind", "what the person was about", choices=KINDS, within=("person_id", "reference")
        ),
        **build_day_filters("at"),
    },
    one_of=("person_id", "reference"),
)

LISTS = (JOURNEYS, VISITS, TRACK_POINTS)
