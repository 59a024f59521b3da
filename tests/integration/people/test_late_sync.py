"""A phone that was out of reach for long: its queue comes late, twice, out of order, and half contradicts."""

import json
import random
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from django.db import connection, transaction
from django.test import Client

from grilse.access.tenancy import tenant_transaction
from grilse.proof.statement_capture import capture_statements

BEGIN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)


def build_queue(size):
    """Return a queue of positions, journeys and entries, as many kinds of them in any size."""
    chance = random.Random(size)

    def draw_uuid():
        return str(uuid.UUID(int=chance.getrandbits(128)))

    def format_time(minutes):
        return (BEGIN + timedelta(minutes=minutes)).isoformat()

    conveyed = {"kind": "conveyance"}
    tours = [f"tour {i} of {size}" for i in range(3)]
    return {
        "points": [
            {
                **conveyed, "client_id": draw_uuid(), "at": format_time(i), "latitude": 57 + i * 1e-4,
                "longitude": -6.0,
                "reference": tours[i % 3],
            }
            for i in range(size // 2)
        ],
        "journeys": [{**conveyed, "reference": tour, "mode": "car", "begun_at": format_time(0)} for tour in tours],
        "entries": [
            {"client_id": draw_uuid(), "kind": "note", "at": format_time(i), "title": f"Entry {i}"}
            for i in range(size // 2)
        ],
    }  # fmt: skip


def build_contradiction(sent):
    """Return what another phone made of every second thing under the same id and version."""
    return {
        "points": [{**point, "latitude": point["latitude"] + 0.5} for point in sent["points"][::2]],
        "journeys": [{**journey, "mode": "boat"} for journey in sent["journeys"][::2]],
        "entries": [{**entry, "title": "Another"} for entry in sent["entries"][::2]],
    }


@pytest.fixture
def phone(staff):
    """The API as the author's phone sees it; nothing of it stays."""
    from grilse.access import api_keys

    with tenant_transaction(staff.company, staff.logins["author"]):
        end = datetime.now(UTC) + timedelta(days=1)
        key = api_keys.issue_key(user=staff.logins["author"], name="phone", scopes=["*"], expires_at=end).key
    browser = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {key}"})

    def send_request(method, address, body=None):
        given = {} if body is None else {"data": body if isinstance(body, str) else json.dumps(body)}
        answer = browser.generic(method, f"/api/v1{address}", content_type="application/json", **given)
        assert answer.status_code in (200, 204), answer.content[:500]
        return json.loads(answer.content) if answer.content else None

    with transaction.atomic():
        yield send_request
        transaction.set_rollback(True)


def list_outcomes(answer):
    return [answer[name] for name in ("points", "journeys", "entries")]


def read_stored_rows(staff):
    """Return all that is kept of the company's phones."""
    tables = {
        "people_trackpoint": "to_jsonb(t) - 'id'",
        "people_journey": "to_jsonb(t) - 'id'",
        "people_visit": "to_jsonb(t) - 'id'",
        "people_journalentry": "to_jsonb(t) - 'id'",
        "people_keptversion": "to_jsonb(t) - 'id' - 'at'",
    }
    rows_by_table = {}
    with tenant_transaction(staff.company, staff.logins["author"]), connection.cursor() as cursor:
        for table, row in tables.items():
            cursor.execute(f"SELECT {row} AS r FROM {table} t ORDER BY r")
            rows_by_table[table] = [
                json.loads(result_row) if isinstance(result_row, str) else result_row
                for (result_row,) in cursor.fetchall()
            ]
    return rows_by_table


def test_a_thousand_items_sent_twice_out_of_order_are_stored_once(staff, phone):
    sent = build_queue(1000)
    other = build_contradiction(sent)
    for things in (*sent.values(), *other.values()):
        random.Random(7).shuffle(things)

    first = phone("POST", "/sync", sent)
    second = phone("POST", "/sync", other)
    assert Counter(first["points"] + first["entries"] + first["journeys"]) == {"new": 1003}
    assert Counter(second["points"] + second["entries"] + second["journeys"]) == {"conflict": 502}
    before = read_stored_rows(staff)

    again = phone("POST", "/sync", other), phone("POST", "/sync", sent)
    assert Counter(again[0]["points"] + again[0]["entries"]) == {"conflict": 500}
    assert Counter(again[1]["points"] + again[1]["entries"]) == {"known": 1000}
    assert read_stored_rows(staff) == before, "nothing is doubled"

    kept_content = {
        (version["of"], version["client_id"]): version["content"] for version in before["people_keptversion"]
    }
    assert len(kept_content) == len(before["people_keptversion"]) == 502
    points = {point["client_id"]: point for point in before["people_trackpoint"]}
    entries = {entry["client_id"]: entry for entry in before["people_journalentry"]}
    assert len(points) == len(entries) == 500, "nothing is lost"
    assert all(points[point["client_id"]]["latitude"] == point["latitude"] for point in sent["points"])
    assert all(entries[entry["client_id"]]["title"] == entry["title"] for entry in sent["entries"])
    assert all(kept_content["point", point["client_id"]]["latitude"] == point["latitude"] for point in other["points"])
    assert all(kept_content["entry", entry["client_id"]]["title"] == entry["title"] for entry in other["entries"])

    shown = phone("GET", "/sync/conflicts")
    assert len(shown) == 200
    assert {conflict["of"] for conflict in shown} <= {"point", "journey", "entry"}
    assert all(conflict["stands"] is not None for conflict in shown)


def test_versions_that_came_one_by_one_and_then_all_again_change_nothing(staff, phone):
    first = build_queue(10)
    later = {
        "points": [{**point, "version": 2, "latitude": 58.0} for point in first["points"]],
        "journeys": [{**journey, "version": 2, "mode": "boat"} for journey in first["journeys"]],
        "entries": [{**entry, "version": 2, "title": "Better"} for entry in first["entries"]],
    }
    phone("POST", "/sync", first)
    assert set(chain(*list_outcomes(phone("POST", "/sync", later)))) == {"newer"}
    before = read_stored_rows(staff)
    assert {version["why"] for version in before["people_keptversion"]} == {"older"}
    assert len(before["people_keptversion"]) == 13
    for sent, expected in ((first, "older"), (later, "known")):
        assert set(chain(*list_outcomes(phone("POST", "/sync", sent)))) == {expected}
    assert read_stored_rows(staff) == before


def test_as_many_statements_for_ten_things_as_for_a_thousand(phone):
    def list_statements(size):
        sent = build_queue(size)
        with capture_statements() as first:
            phone("POST", "/sync", sent)
        with capture_statements() as second:
            phone("POST", "/sync", build_contradiction(sent))
        return len(first), len(second)

    phone("POST", "/sync", {})
    few, many = list_statements(10), list_statements(1000)
    assert few == many
    assert max(many) <= 30


def test_a_decision_about_a_contradiction_takes_it_or_leaves_it(staff, phone):
    sent = build_queue(4)
    phone("POST", "/sync", sent)
    phone("POST", "/sync", build_contradiction(sent))
    shown = phone("GET", "/sync/conflicts")
    assert sorted(conflict["of"] for conflict in shown) == ["entry", "journey", "journey", "point"]
    for conflict in shown:
        keep = "standing" if conflict["client_id"] == "tour 2 of 4" else "sent"
        phone("POST", f"/sync/conflicts/{conflict['id']}/settle", {"keep": keep})
    after = read_stored_rows(staff)
    accepted_point = {point["client_id"]: point for point in after["people_trackpoint"]}[sent["points"][0]["client_id"]]
    assert (accepted_point["latitude"], accepted_point["version"]) == (57.5, 2)
    modes = {journey["reference"]: (journey["mode"], journey["version"]) for journey in after["people_journey"]}
    assert modes == {"tour 0 of 4": ("boat", 2), "tour 1 of 4": ("car", 1), "tour 2 of 4": ("car", 1)}
    again = phone("POST", "/sync", build_contradiction(sent))
    assert again["points"] + again["journeys"] + again["entries"] == ["older", "older", "conflict", "older"]
    assert phone("GET", "/sync/conflicts") == []


WRONG_ITEMS = {
    "an unknown field": ("points", {"speed": 3}, "speed", "invalid"),
    "true as a version": ("points", {"version": True}, "version", "invalid"),
    "a receiver whose week count has rolled over": ("points", {"at": "2007-04-06T07:07:00Z"}, "at", "too old"),
    "a clock that is ahead": ("points", {"at": "2036-02-07T06:28:16Z"}, "at", "invalid"),
    "a time without a zone": ("points", {"at": "2026-11-20T07:07:00"}, "at", "invalid"),
    "a number as time": ("entries", {"at": 46346.3}, "at", "invalid"),
    "a moment as time": ("journeys", {"begun_at": 1_700_000_000}, "begun_at", "invalid"),
    "no such day": ("entries", {"at": "2026-02-30T07:07:00Z"}, "at", "invalid"),
    "an unknown kind": ("points", {"kind": "stroll"}, "kind", "invalid"),
    "an unknown mode": ("journeys", {"mode": "sledge"}, "mode", "invalid"),
    "a text as latitude": ("points", {"latitude": "north"}, "latitude", "invalid"),
    "a latitude that no place has": ("points", {"latitude": 91}, "latitude", "invalid"),
    "an id that is none": ("points", {"client_id": "17"}, "client_id", "invalid"),
    "a version that is none": ("entries", {"version": 0}, "version", "invalid"),
    "no time": ("points", {"at": None}, "at", "invalid"),
    "a mood beyond its scale": ("entries", {"mood": 12}, "mood", "invalid"),
    "half of a character": ("entries", {"title": "\ud800"}, "title", "invalid"),
}


@pytest.mark.parametrize("wrong", WRONG_ITEMS)
def test_a_wrong_item_is_refused_by_itself_and_the_rest_of_the_queue_is_stored(phone, wrong):
    kind, values, field, code = WRONG_ITEMS[wrong]
    sent = build_queue(20)
    sent[kind][1] |= values

    answer = phone("POST", "/sync", sent)

    [refusal] = answer["refused"]
    assert {**refusal, "why": ""} == {
        "of": {"points": "point", "journeys": "journey", "entries": "entry"}[kind], "place": 1, "field": field,
        "code": code, "final": True, "why": "",
    }  # fmt: skip
    assert refusal["why"]
    assert answer[kind][1] == "refused"
    came = Counter(outcome for outcomes in list_outcomes(answer) for outcome in outcomes)
    assert came == {"new": 22, "refused": 1}
    # Sending the queue again changes nothing, and mending the item sends it.
    again = phone("POST", "/sync", sent)
    assert Counter(chain(*list_outcomes(again))) == {"known": 22, "refused": 1}
    mended = phone("POST", "/sync", {kind: [build_queue(20)[kind][1]]})
    assert mended[kind] == ["new"]


def test_an_item_that_has_a_key_twice_is_refused_by_itself(phone):
    sent = build_queue(4)
    text = json.dumps(sent).replace('"latitude": ', '"latitude": 1, "latitude": ', 1)

    answer = phone("POST", "/sync", text)

    assert answer["points"] == ["refused", "new"]
    [refusal] = answer["refused"]
    assert (refusal["place"], refusal["field"], refusal["code"]) == (0, "latitude", "invalid")
    assert refusal["why"] == "it is there twice: leave one of the two out"
    assert phone("POST", "/sync", sent)["points"] == ["new", "known"]


@pytest.mark.parametrize("item", [None, 7, "x", [], {}])
def test_what_is_no_item_is_refused_by_its_place(phone, item):
    sent = build_queue(4)
    sent["points"].insert(0, item)
    answer = phone("POST", "/sync", sent)
    assert answer["points"] == ["refused", "new", "new"]
    assert [(refusal["of"], refusal["place"], refusal["final"]) for refusal in answer["refused"]] == [
        ("point", 0, True)
    ]


def test_a_queue_of_wrong_items_alone_is_answered(phone):
    wrong = [{**point, "at": "2036-02-07T06:28:16Z"} for point in build_queue(20)["points"]]
    answer = phone("POST", "/sync", {"points": wrong})
    assert answer["points"] == ["refused"] * 10
    assert [refusal["place"] for refusal in answer["refused"]] == list(range(10))
