"""What comes from phones, in whatever order: positions, and the journeys and visits that follow from them."""

import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from grilse.access.tenancy import lift_geography_limit, tenant_transaction
from grilse.errors import GrilseError
from grilse.farm.actions import places
from grilse.farm.models import Area, Geography
from grilse.people.actions.journeys import confirm_journey, reject_journey
from grilse.people.actions.sync import MAX_ITEMS, SyncRequest, receive_sync
from grilse.people.conveyance import build_conveyance_report
from grilse.people.models import Consent, Fence, Journey, KeptVersion, TrackPoint, TransportRate, Visit, WorkRules
from grilse.people.tracks.plausibility import MAX_SPEED_KM_H, TOLERANCE_M
from grilse.people.tracks.uploads import SentJourney, SentPoint

DB = "owner"
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)
GEOD = Geod(ellps="WGS84")
GAP = timedelta(hours=2)
SITES = {"Home": (57.0, -6.0), "Away": (57.01, -6.0)}
"""By region: the circles overlap, and the author's role reaches one of them."""
RADIUS = 700.0
PLACES = ((57.0, -6.0), (57.005, -6.0), (57.01, -6.001), (57.5, -6.0))


@pytest.fixture(scope="module")
def fences(staff):
    """A fence in each region."""
    of = {"company_id": staff.company}
    stored = {}
    for name, (latitude, longitude) in SITES.items():
        area = Area.objects.using(DB).create(
            **of, geography=Geography.objects.using(DB).get(**of, name=name), name=f"Site {name}"
        )
        stored[name] = (
            Fence.objects.using(DB).create(**of, area=area, latitude=latitude, longitude=longitude, radius_m=RADIUS).pk
        )
    return stored


def build_point(number=1, minutes=0, place=PLACES[0], **also):
    values = {"kind": "conveyance", **also}
    latitude, longitude = place
    return SentPoint(
        client_id=uuid.UUID(int=number), at=NOON + timedelta(minutes=minutes),
        latitude=latitude, longitude=longitude, **values,
    )  # fmt: skip


POINTS = st.lists(
    st.builds(
        build_point,
        number=st.integers(1, 8),
        version=st.integers(1, 3),
        minutes=st.integers(0, 20).map(lambda i: 25 * i),
        place=st.sampled_from(PLACES),
        accuracy_m=st.sampled_from([None, 10.0, 500.0]),
        reference=st.sampled_from([None, "a", "b"]),
        kind=st.sampled_from(["conveyance", "internal tour"]),
    ),
    max_size=12,
    unique_by=lambda version: (version.client_id, version.version),
)
JOURNEYS = st.lists(
    st.builds(
        SentJourney,
        reference=st.sampled_from(["a", "b", "c"]),
        version=st.integers(1, 3),
        kind=st.sampled_from(["conveyance", "external tour"]),
        mode=st.sampled_from(["", "car", "boat"]),
        begun_at=st.sampled_from([NOON, NOON + timedelta(hours=1)]),
    ),
    max_size=4,
    unique_by=lambda version: (version.reference, version.version),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(POINTS, JOURNEYS, st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_order_and_split_of_requests_stores_the_same_rows(staff, fences, points, journeys, chance, parts):
    things = [*points, *journeys]
    chance.shuffle(things)
    # Each thing comes in one request, and some of them in a later one again.
    requests = [things[i::parts] + chance.sample(things, len(things) // 3) for i in range(parts)]

    expected = send_requests(staff, [[*points, *journeys]])
    other = send_requests(staff, requests)
    assert other == expected
    assert expected["points"] == compute_naive_points(points, journeys)
    assert expected["journeys"] == compute_naive_journeys(points, journeys)
    assert expected["visits"] == compute_naive_visits(points, journeys, fences)


def send_requests(staff, requests):
    """Return what stands after requests of the author, whose role reaches one region; nothing stays."""
    home = Geography.objects.using(DB).get(company_id=staff.company, name="Home").pk
    with transaction.atomic():
        with tenant_transaction(staff.company, staff.logins["author"], [home]):
            for things in requests:
                receive_sync(
                    SyncRequest(
                        points=[thing for thing in things if isinstance(thing, SentPoint)],
                        journeys=[thing for thing in things if isinstance(thing, SentJourney)],
                    )
                )
        with tenant_transaction(staff.company):
            stored = {
                "points": {
                    (str(p.client_id), p.version, p.at, p.latitude, p.accuracy_m, p.kind, p.reference, bool(p.fault))
                    for p in TrackPoint.objects.all()
                },
                "journeys": {
                    (*journey, round(metres, 3))
                    for *journey, metres in Journey.objects.values_list(*JOURNEY, "distance_m")
                },
                "visits": {(v.fence_id, v.arrived_at, v.left_at, v.points) for v in Visit.objects.all()},
                "kept": set(),
            }
        with tenant_transaction(staff.company, staff.logins["author"]):
            stored["kept"] = {(k.of, k.client_id, k.version, k.why) for k in KeptVersion.objects.all()}
        transaction.set_rollback(True)
    return stored


JOURNEY = ("reference", "version", "kind", "mode", "started_at", "ended_at", "points", "faulty_points", "review")


def find_latest_versions(things, name):
    """Return the highest version of each."""
    last = {}
    for thing in things:
        key = getattr(thing, name)
        if key not in last or thing.version > last[key].version:
            last[key] = thing
    return last


def compute_naive_points(points, journeys):
    faulty = find_naive_faults(points, journeys)
    return {
        (str(p.client_id), p.version, p.at, p.latitude, p.accuracy_m, p.kind, p.reference, p.client_id in faulty)
        for p in find_latest_versions(points, "client_id").values()
    }


def measure(first, second):
    return GEOD.inv(first.longitude, first.latitude, second.longitude, second.latitude)[2]


def list_ways(points):
    """Return the current points of each journey in the order of time."""
    there = sorted(find_latest_versions(points, "client_id").values(), key=lambda p: (p.at, str(p.client_id)))
    return {name: [p for p in there if p.reference == name] for name in {p.reference for p in there if p.reference}}


def find_naive_faults(points, journeys):
    """Return the accurate points outside of the longest chain of each journey, pair by pair."""
    modes = {name: journey.mode for name, journey in find_latest_versions(journeys, "reference").items()}
    faulty = set()
    for name, way in list_ways(points).items():
        good = [p for p in way if p.accuracy_m is None or p.accuracy_m <= 200]
        speed = MAX_SPEED_KM_H[modes.get(name, "")] / 3.6
        chains = []
        for i, p in enumerate(good):
            before = [
                chains[j] for j in range(i)
                if measure(good[j], p) <= TOLERANCE_M + speed * (p.at - good[j].at).total_seconds()
            ]  # fmt: skip
            longest = max((len(chain) for chain in before), default=0)
            chains.append([*next((chain for chain in before[::-1] if len(chain) == longest), []), p])
        best = max(chains, key=len, default=[])
        faulty |= {p.client_id for p in good} - {p.client_id for p in best}
    return faulty


def compute_naive_journeys(points, journeys):
    latest_journeys, ways = find_latest_versions(journeys, "reference"), list_ways(points)
    faulty = find_naive_faults(points, journeys)
    journeys_found = set()
    for name in {*latest_journeys, *ways}:
        mine = ways.get(name, [])
        good = [p for p in mine if (p.accuracy_m is None or p.accuracy_m <= 200) and p.client_id not in faulty]
        metres = sum(measure(a, b) for a, b in pairwise(good))
        wrong = sum(p.client_id in faulty for p in mine)
        journey = latest_journeys.get(name)
        first, last = (mine[0].at, mine[-1].at) if mine else (journey.begun_at, journey.begun_at)
        version, kind, mode = (journey.version, journey.kind, journey.mode) if journey else (0, mine[0].kind, "")
        review = "open" if wrong else ""
        journeys_found.add((name, version, kind, mode, first, last, len(mine), wrong, review, round(metres, 3)))
    return journeys_found


def compute_naive_visits(points, journeys, fences):
    visits_found, faulty = set(), find_naive_faults(points, journeys)
    for name, (latitude, longitude) in SITES.items():
        run = []
        for p in sorted(find_latest_versions(points, "client_id").values(), key=lambda p: p.at):
            distance_m = GEOD.inv(p.longitude, p.latitude, longitude, latitude)[2]
            if distance_m > RADIUS or (p.accuracy_m or 0) > 200 or p.client_id in faulty:
                continue
            if run and p.at - run[-1] > GAP:
                visits_found.add((fences[name], run[0], run[-1], len(run)))
                run = []
            run.append(p.at)
        if run:
            visits_found.add((fences[name], run[0], run[-1], len(run)))
    return visits_found


def test_a_visit_ends_where_nothing_comes_for_more_than_two_hours(fences, as_author):
    receive_sync(SyncRequest(points=[build_point(1, 0), build_point(2, 120), build_point(3, 241)]))
    spans = [(v.arrived_at, v.left_at) for v in Visit.objects.order_by("arrived_at")]
    assert spans == [
        (NOON, NOON + timedelta(minutes=120)),
        (NOON + timedelta(minutes=241), NOON + timedelta(minutes=241)),
    ]
    # What comes late in between makes one of two.
    receive_sync(SyncRequest(points=[build_point(4, 180)]))
    assert [v.points for v in Visit.objects.all()] == [4]


def test_a_way_through_two_positions_of_one_moment_is_as_long_whichever_came_first(staff):
    way = [build_point(i, minutes, place, reference="a") for i, (minutes, place) in enumerate(
        [(0, PLACES[0]), (25, PLACES[3]), (25, PLACES[1]), (50, PLACES[2])]
    )]  # fmt: skip
    first, second, third, last = way
    expected = send_requests(staff, [way])
    other = send_requests(staff, [[third], [last], [first], [second]])
    assert expected["journeys"] == other["journeys"] == compute_naive_journeys(way, [])


def test_a_visit_beside_a_longer_one_is_left_whole(fences, as_author):
    here, there = PLACES[0], PLACES[2]
    beside = [build_point(1, -60, there), build_point(2, 20, there)]
    receive_sync(SyncRequest(points=[*beside, *(build_point(3 + i, 100 * i, here) for i in range(4))]))
    # It prolongs the longer visit, which is looked at from its beginning on.
    receive_sync(SyncRequest(points=[build_point(9, 390, here)]))
    with lift_geography_limit():
        spans = {(v.fence_id, v.arrived_at, v.points) for v in Visit.objects.all()}
    assert spans == {(fences["Home"], NOON, 5), (fences["Away"], NOON - timedelta(minutes=60), 2)}


def test_what_follows_from_a_fence_follows_where_it_is_put(staff, fences, as_author):
    receive_sync(
        SyncRequest(points=[build_point(1, 0, (58.0, -6.0)), build_point(2, 30, (58.0, -6.0)), build_point(3, 30)])
    )
    area = Area.objects.create(company_id=staff.company, geography=Geography.objects.get(name="Home"), name="Far site")
    circle = {"area": area.pk, "latitude": 58.0, "longitude": -6.0, "radius_m": 100.0}
    fence = places.add_place("fence", circle)
    assert [v.points for v in Visit.objects.filter(fence=fence)] == [2]
    places.change_place("fence", fence, {**circle, "latitude": 59.0}, reason="it was drawn in the wrong place")
    assert not Visit.objects.filter(fence=fence).exists()
    with pytest.raises(GrilseError, match="the radius has to be above 0 m"):
        places.add_place("fence", {**circle, "radius_m": 0.0})


def test_a_position_outside_of_journeys_needs_consent(staff, as_author):
    stray_points = [build_point(1, kind="tracking"), build_point(2, kind="tracking", reference="tour")]
    received = receive_sync(SyncRequest(points=stray_points))
    assert received.points == ["refused", "new"]
    assert [(refusal.place, "consent to tracking" in refusal.why) for refusal in received.refused] == [(0, True)]
    Consent.objects.create(
        company_id=staff.company, person_id=staff.persons["author"], purpose="tracking", given_at=NOON
    )
    assert receive_sync(SyncRequest(points=stray_points)).points == ["new", "known"]


def test_a_position_older_than_positions_are_kept_is_refused_and_told(staff, as_author):
    WorkRules.objects.create(company_id=staff.company, track_days=1)
    received = receive_sync(SyncRequest(points=[build_point()]))
    assert received.points == ["refused"]
    [refusal] = received.refused
    assert refusal.why == f"positions are kept for 1 days: this one is of {NOON.date()}"
    assert (refusal.code, refusal.final) == ("too old", True)


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        ({"latitude": 91.0}, "latitude", "a latitude lies between -90 and 90"),
        ({"longitude": 181.0}, "longitude", "a longitude lies"),
        ({"latitude": float("nan")}, "latitude", "a latitude lies"),
        ({"accuracy_m": -1.0}, "accuracy_m", "an accuracy is in metres"),
        ({"kind": "stroll"}, "kind", "'stroll' is none of tracking, site visit"),
        ({"reference": " "}, "reference", "a reference names a journey"),
        ({"reference": "r" * 65}, "reference", "a reference of 65 characters: 64 is the most"),
        ({"version": 0}, "version", "versions count from 1"),
        ({"at": datetime.now(UTC) + timedelta(days=3)}, "at", r".* later than tomorrow \(UTC\)"),
        ({"at": datetime(2026, 5, 1, 12)}, "at", "a time without a time zone"),  # noqa: DTZ001
    ],
)
def test_what_no_position_can_say_is_refused_by_its_place(as_author, wrong, field, told):
    received = receive_sync(SyncRequest(points=[build_point(1), replace(build_point(2), **wrong), build_point(3)]))
    assert received.points == ["new", "refused", "new"]
    [refusal] = received.refused
    assert (refusal.of, refusal.place, refusal.field, refusal.code) == ("point", 1, field, "invalid")
    assert re.match(told, refusal.why)
    assert refusal.final
    assert TrackPoint.objects.count() == 2


def test_a_request_has_an_end(as_author):
    with pytest.raises(GrilseError, match="more than 5,000 items at once"):
        receive_sync(SyncRequest(points=[build_point()] * (MAX_ITEMS + 1)))


DRIVE = [build_point(10 + i, i, (60.1 + i / 100, 5.2), reference="quay", accuracy_m=8.0) for i in range(11)]
FAULTS = {
    "no fix": {"latitude": 0.0, "longitude": 0.0, "accuracy_m": None},
    "sign lost": {"longitude": -5.2},
    "swapped": {"latitude": 5.2, "longitude": 60.15},
    "too fast": {"latitude": 61.9},
}


@pytest.mark.parametrize("place", [0, 5, 10])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_position_that_cannot_be_is_stored_with_its_fault_and_measured_around(as_author, fault, place):
    way = [replace(point, **FAULTS[fault]) if i == place else point for i, point in enumerate(DRIVE)]
    journey = SentJourney(reference="quay", kind="conveyance", mode="car", begun_at=NOON)
    assert set(receive_sync(SyncRequest(points=way, journeys=[journey])).points) == {"new"}
    driven = Journey.objects.get(reference="quay")
    clean = [point for i, point in enumerate(DRIVE) if i != place]
    assert driven.distance_m == pytest.approx(sum(measure(a, b) for a, b in pairwise(clean)), abs=0.01)
    assert (driven.points, driven.faulty_points, driven.review) == (11, 1, "open")
    assert [point.fault for point in TrackPoint.objects.order_by("at")].count(None) == 10
    assert TrackPoint.objects.get(client_id=way[place].client_id).fault == fault


def test_a_journey_with_a_fault_is_paid_once_somebody_has_confirmed_it(staff, as_author):
    with lift_geography_limit():
        TransportRate.objects.create(
            company_id=staff.company, mode="car", valid_from=NOON.date() - timedelta(days=9), per_km_minor=350
        )
    for number, (name, fault) in enumerate({"clean": {}, **FAULTS}.items()):
        way = [
            replace(point, client_id=uuid.uuid4(), reference=name, **(fault if i == 5 else {}))
            for i, point in enumerate(DRIVE)
        ]
        begun = NOON + timedelta(hours=number)
        receive_sync(
            SyncRequest(
                points=way, journeys=[SentJourney(reference=name, kind="conveyance", mode="car", begun_at=begun)]
            )
        )

    def report():
        return build_conveyance_report(NOON.date() - timedelta(days=1), NOON.date() + timedelta(days=1))

    before = report()
    assert (before.total.journeys, before.total.open_journeys) == (1, 4)
    assert before.total.amount_minor == pytest.approx(3900, rel=0.01)
    assert {waiting.reference: waiting.faults for waiting in before.to_review} == {name: name for name in FAULTS}
    *confirmed, rejected = (waiting.id for waiting in before.to_review)
    for journey in confirmed:
        confirm_journey(journey, reason="the way to the quay")
    reject_journey(rejected, reason="nobody drove")
    after = report()
    assert (after.total.journeys, after.total.open_journeys, after.total.rejected_journeys) == (4, 0, 1)
    assert after.total.amount_minor == pytest.approx(4 * 3900, rel=0.01)
    assert after.to_review == []
    clean = Journey.objects.get(reference="clean")
    with pytest.raises(GrilseError, match="all positions of journey clean are plausible"):
        confirm_journey(clean.pk, reason="it is right")
    with pytest.raises(GrilseError, match="say why"):
        confirm_journey(confirmed[0], reason=" ")


def test_a_decision_holds_for_the_length_that_was_looked_at(as_author):
    way = [replace(point, **FAULTS["no fix"]) if i == 5 else point for i, point in enumerate(DRIVE)]
    receive_sync(SyncRequest(points=way[:10]))
    journey = Journey.objects.get(reference="quay")
    confirm_journey(journey.pk, reason="the way to the quay")
    receive_sync(SyncRequest(points=way[:10]))
    assert Journey.objects.get(pk=journey.pk).review == "confirmed"
    receive_sync(SyncRequest(points=way[10:]))
    assert Journey.objects.get(pk=journey.pk).review == "open"
    receive_sync(SyncRequest(points=[replace(DRIVE[5], version=2)]))
    mended = Journey.objects.get(pk=journey.pk)
    assert (mended.review, mended.faulty_points) == ("", 0)
