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


def queue(size):
    """Return a queue of positions, journeys and entries, as many kinds of them in any size."""
    chance = random.Random(size)

    def name():
        return str(uuid.UUID(int=chance.getrandbits(128)))

    def at(minutes):
        return (BEGIN + timedelta(minutes=minutes)).isoformat()

    conveyed = {"kind": "conveyance"}
    tours = [f"tour {i} of {size}" for i in range(3)]
    return {
        "points": [
            {
                **conveyed, "client_id": name(), "at": at(i), "latitude": 57 + i * 1e-4, "longitude": -6.0,
                "reference": tours[i % 3],
            }
            for i in range(size // 2)
        ],
        "journeys": [{**conveyed, "reference": tour, "mode": "car", "begun_at": at(0)} for tour in tours],
        "entries": [
            {"client_id": name(), "kind": "note", "at": at(i), "title": f"Entry {i}"}
            for i in range(size // 2)
        ],
    }  # fmt: skip


def contradicting(sent):
    """Return what another phone made of every second thing under the same id and version."""
    return {
        "points": [{**one, "latitude": one["latitude"] + 0.5} for one in sent["points"][::2]],
        "journeys": [{**one, "mode": "boat"} for one in sent["journeys"][::2]],
        "entries": [{**one, "title": "Another"} for one in sent["entries"][::2]],
    }


@pytest.fixture
def phone(staff):
    """The API as the author's phone sees it; nothing of it stays."""
    from grilse.access import api_keys

    with tenant_transaction(staff.company, staff.logins["author"]):
        end = datetime.now(UTC) + timedelta(days=1)
        key = api_keys.issue_key(user=staff.logins["author"], name="phone", scopes=["*"], expires_at=end).key
    browser = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {key}"})

    def ask(method, address, body=None):
        given = {} if body is None else {"data": json.dumps(body)}
        answer = browser.generic(method, f"/api/v1{address}", content_type="application/json", **given)
        assert answer.status_code in (200, 204), answer.content[:500]
        return json.loads(answer.content) if answer.content else None

    with transaction.atomic():
        yield ask
        transaction.set_rollback(True)


def stands(staff):
    """Return all that is kept of the company's phones."""
    tables = {
        "people_trackpoint": "to_jsonb(t) - 'id'",
        "people_journey": "to_jsonb(t) - 'id'",
        "people_visit": "to_jsonb(t) - 'id'",
        "people_journalentry": "to_jsonb(t) - 'id'",
        "people_keptversion": "to_jsonb(t) - 'id' - 'at'",
    }
    found = {}
    with tenant_transaction(staff.company, staff.logins["author"]), connection.cursor() as cursor:
        for table, row in tables.items():
            cursor.execute(f"SELECT {row} AS r FROM {table} t ORDER BY r")
            found[table] = [json.loads(one) if isinstance(one, str) else one for (one,) in cursor.fetchall()]
    return found


def test_a_thousand_things_sent_twice_out_of_order_half_of_them_contradicting(staff, phone):
    sent = queue(1000)
    other = contradicting(sent)
    for things in (*sent.values(), *other.values()):
        random.Random(7).shuffle(things)

    first = phone("POST", "/sync", sent)
    second = phone("POST", "/sync", other)
    assert Counter(first["points"] + first["entries"] + first["journeys"]) == {"new": 1003}
    assert Counter(second["points"] + second["entries"] + second["journeys"]) == {"conflict": 502}
    before = stands(staff)

    again = phone("POST", "/sync", other), phone("POST", "/sync", sent)
    assert Counter(again[0]["points"] + again[0]["entries"]) == {"conflict": 500}
    assert Counter(again[1]["points"] + again[1]["entries"]) == {"known": 1000}
    assert stands(staff) == before, "nothing is doubled"

    kept = {(one["of"], one["client_id"]): one["content"] for one in before["people_keptversion"]}
    assert len(kept) == len(before["people_keptversion"]) == 502
    points = {one["client_id"]: one for one in before["people_trackpoint"]}
    entries = {one["client_id"]: one for one in before["people_journalentry"]}
    assert len(points) == len(entries) == 500, "nothing is lost"
    assert all(points[one["client_id"]]["latitude"] == one["latitude"] for one in sent["points"])
    assert all(entries[one["client_id"]]["title"] == one["title"] for one in sent["entries"])
    assert all(kept["point", one["client_id"]]["latitude"] == one["latitude"] for one in other["points"])
    assert all(kept["entry", one["client_id"]]["title"] == one["title"] for one in other["entries"])

    shown = phone("GET", "/sync/conflicts")
    assert len(shown) == 200
    assert {one["of"] for one in shown} <= {"point", "journey", "entry"}
    assert all(one["stands"] is not None for one in shown)


def test_versions_that_came_one_by_one_and_then_all_again_change_nothing(staff, phone):
    first = queue(10)
    later = {
        "points": [{**one, "version": 2, "latitude": 58.0} for one in first["points"]],
        "journeys": [{**one, "version": 2, "mode": "boat"} for one in first["journeys"]],
        "entries": [{**one, "version": 2, "title": "Better"} for one in first["entries"]],
    }
    phone("POST", "/sync", first)
    assert set(chain(*phone("POST", "/sync", later).values())) == {"newer"}
    before = stands(staff)
    assert {one["why"] for one in before["people_keptversion"]} == {"older"}
    assert len(before["people_keptversion"]) == 13
    for sent, told in ((first, "older"), (later, "known")):
        assert set(chain(*phone("POST", "/sync", sent).values())) == {told}
    assert stands(staff) == before


def test_as_many_statements_for_ten_things_as_for_a_thousand(phone):
    def statements(size):
        sent = queue(size)
        with capture_statements() as first:
            phone("POST", "/sync", sent)
        with capture_statements() as second:
            phone("POST", "/sync", contradicting(sent))
        return len(first), len(second)

    phone("POST", "/sync", {})
    few, many = statements(10), statements(1000)
    assert few == many
    assert max(many) <= 30


def test_a_decision_about_a_contradiction_takes_it_or_leaves_it(staff, phone):
    sent = queue(4)
    phone("POST", "/sync", sent)
    phone("POST", "/sync", contradicting(sent))
    shown = phone("GET", "/sync/conflicts")
    assert sorted(one["of"] for one in shown) == ["entry", "journey", "journey", "point"]
    for one in shown:
        keep = "standing" if one["client_id"] == "tour 2 of 4" else "sent"
        phone("POST", f"/sync/conflicts/{one['id']}/settle", {"keep": keep})
    after = stands(staff)
    taken = {one["client_id"]: one for one in after["people_trackpoint"]}[sent["points"][0]["client_id"]]
    assert (taken["latitude"], taken["version"]) == (57.5, 2)
    modes = {one["reference"]: (one["mode"], one["version"]) for one in after["people_journey"]}
    assert modes == {"tour 0 of 4": ("boat", 2), "tour 1 of 4": ("car", 1), "tour 2 of 4": ("car", 1)}
    again = phone("POST", "/sync", contradicting(sent))
    assert again["points"] + again["journeys"] + again["entries"] == ["older", "older", "conflict", "older"]
    assert phone("GET", "/sync/conflicts") == []
