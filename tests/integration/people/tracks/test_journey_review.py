"""Journeys to be looked at, on the page and by the API: from the queue of a phone to what is paid."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from tests.integration.people.staff import log_in_browser

from grilse.access import api_keys
from grilse.access.tenancy import tenant_transaction
from grilse.farm.models import Area, Geography
from grilse.people.models import TransportRate

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)
PERIOD = f"since={NOON.date() - timedelta(days=1)}&until={NOON.date() + timedelta(days=1)}"
FAULTS = {
    "clean": {},
    "no fix": {"latitude": 0, "longitude": 0, "accuracy_m": None},
    "sign lost": {"longitude": -5.2},
    "swapped": {"latitude": 5.2, "longitude": 60.15},
}


def build_queue(fault, hour, faulty=slice(5, 6), name=""):
    """Return eleven positions of a drive of 11.1 km in ten minutes, some of them faulty, and its journey."""
    name, begun = name or fault, NOON - timedelta(hours=hour)
    points = [
        {
            "client_id": str(uuid.uuid4()), "at": (begun + timedelta(minutes=i)).isoformat(), "accuracy_m": 8,
            "latitude": 60.1 + i / 100, "longitude": 5.2, "kind": "conveyance", "reference": name,
        }
        for i in range(11)
    ]  # fmt: skip
    for point in points[faulty]:
        point |= FAULTS[fault]
    journey = {"reference": name, "kind": "conveyance", "mode": "car", "begun_at": begun.isoformat()}
    return {"points": points, "journeys": [journey]}


@pytest.fixture
def driven(staff):
    """Browsers by role, after the author's phone has sent four drives; nothing of it stays."""
    with transaction.atomic():
        with tenant_transaction(staff.company, staff.logins["author"]):
            key = api_keys.issue_key(
                user=staff.logins["author"],
                name="phone",
                scopes=["*"],
                expires_at=datetime.now(UTC) + timedelta(days=1),
            ).key
        with tenant_transaction(staff.company):
            first = NOON.date() - timedelta(days=30)
            TransportRate.objects.create(company_id=staff.company, mode="car", valid_from=first, per_km_minor=350)
        phone = log_in_browser(staff, "author")

        def send(queue):
            answer = phone.post(
                "/api/v1/sync", json.dumps(queue), content_type="application/json",
                headers={"Authorization": f"Bearer {key}"},
            )  # fmt: skip
            assert answer.json()["refused"] == []

        for hour, name in enumerate(FAULTS):
            send(build_queue(name, hour))
        yield {role: log_in_browser(staff, f"holder of {role}") for role in ("admin", "finance")} | {"phone": send}
        transaction.set_rollback(True)


def read_report(browser):
    return browser.get(f"/api/v1/conveyance?{PERIOD}").json()


def test_all_drives_are_as_long_and_those_with_a_fault_are_paid_once_confirmed(driven):
    admin = driven["admin"]
    report = read_report(admin)
    assert report["total"]["amount_minor"] == pytest.approx(3900, rel=0.01)
    assert {journey["reference"]: journey["faults"] for journey in report["to_review"]} == {
        name: name for name in FAULTS if FAULTS[name]
    }
    assert [line["review"] for line in report["lines"]] == ["", "open"]
    for journey in report["to_review"]:
        assert journey["distance_m"] == pytest.approx(11_100, rel=0.01)
        decision = {"journey": journey["id"], "decision": "confirm", "reason": "the way to the quay"}
        assert admin.post(f"/people/conveyance/review/?{PERIOD}", decision).status_code == 302
    after = read_report(admin)
    assert after["to_review"] == []
    assert after["total"]["amount_minor"] == pytest.approx(15_600, rel=0.01)
    assert after["total"]["journeys"] == 4


def test_a_drive_whose_positions_all_have_lost_their_sign_is_not_paid_until_confirmed(driven, staff):
    with tenant_transaction(staff.company):
        geography = Geography.objects.first()
        Area.objects.create(company_id=staff.company, geography=geography, name="Quay", latitude=60.15, longitude=5.21)
    before = read_report(driven["admin"])

    driven["phone"](build_queue("sign lost", 5, slice(None), name="all signs lost"))

    report = read_report(driven["admin"])
    assert report["total"]["amount_minor"] == before["total"]["amount_minor"]
    [journey] = [row for row in report["to_review"] if row not in before["to_review"]]
    assert (journey["faults"], journey["faulty_points"]) == ("sign lost", 11)
    assert journey["distance_m"] == pytest.approx(11_100, rel=0.01)


def test_the_page_shows_what_is_to_be_looked_at_and_who_may_decide_decides(driven):
    address = f"/people/conveyance/?{PERIOD}"
    pages = {role: browser.get(address).content.decode() for role, browser in driven.items() if role != "phone"}
    assert all("To be looked at" in page and "1 of 11: no fix" in page for page in pages.values())
    assert {role: "Confirm</button>" in page for role, page in pages.items()} == {"admin": True, "finance": False}
    [journey, *_] = read_report(driven["admin"])["to_review"]
    decision = {"journey": journey["id"], "decision": "reject"}
    review = f"/people/conveyance/review/?{PERIOD}"
    assert driven["finance"].post(review, {**decision, "reason": "x"}).status_code == 403
    refused = driven["admin"].post(review, {**decision, "reason": " "})
    assert "say why" in refused.content.decode()
    assert driven["admin"].post(review, {**decision, "reason": "nobody drove"}).status_code == 302
    total = read_report(driven["finance"])["total"]
    assert (total["rejected_journeys"], total["open_journeys"], total["journeys"]) == (1, 2, 1)
    assert "rejected" in driven["finance"].get(address).content.decode()
