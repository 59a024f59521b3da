"""Sheets of sites: what people need at hand who enter records."""

import pytest
from django.test import Client
from tests.edited_farm import on


@pytest.fixture(scope="module")
def operator(estimated_farm, program):
    return program(estimated_farm.company, "operator")


@pytest.fixture(scope="module")
def area(estimated_farm):
    from grilse.farm.models import Area

    return Area.objects.using("owner").get(company_id=estimated_farm.company).pk


def read_sheet(operator, area, day=44):
    response = operator.get(f"/stocked-sites/area/{area}/sheet", {"day": str(on(day))})
    assert response.status_code == 200, response.content
    return response.json()


def test_sites_with_fish_are_listed(operator, area):
    [site] = operator.get("/stocked-sites").json()["items"]

    assert {name: site[name] for name in ("kind", "id", "name", "geography", "pens")} == {
        "kind": "area", "id": area, "name": "Loch A", "geography": "Scotland", "pens": 4,
    }  # fmt: skip


def test_a_sheet_has_the_fish_and_the_deaths_of_each_pen(operator, area):
    sheet = read_sheet(operator, area)

    assert [(pen["name"], pen["fish"]) for pen in sheet["pens"]] == [
        ("A/P1", 5_975), ("A/P2", 2_900), ("B/P3", 6_470), ("C/P4", 2_488),
    ]  # fmt: skip
    assert sheet["pens"][0]["deaths"] == [25, *[0] * 14]
    assert sheet["pens"][3]["deaths"].index(12) == 14 - (44 - 36)
    assert [state["placement"] for state in sheet["states"]] == [pen["placement"] for pen in sheet["pens"]]
    assert {cause["code"] for cause in sheet["causes"]} >= {"CMS", "AGD"}


def test_a_sheet_is_of_its_day(operator, area):
    sheet = read_sheet(operator, area, 29)

    assert [(pen["name"], pen["fish"]) for pen in sheet["pens"]][:2] == [("A/P1", 6_000), ("A/P2", 2_900)]


def test_a_sheet_shows_what_was_entered_and_by_whom(estimated_farm, operator, area):
    losses = [{"placement": estimated_farm.placements["A/P1"], "count": 7, "cause": "CMS"}]
    [id] = operator.post("/losses", {"date": str(on(44)), "losses": losses}).json()["ids"]

    [pen] = [pen for pen in read_sheet(operator, area)["pens"] if pen["name"] == "A/P1"]
    [loss] = pen["losses"]
    assert (loss["movement"], loss["count"], loss["cause"], pen["last_cause"]) == (id, 7, "CMS", "CMS")
    assert loss["author"].startswith("operator-")
    assert (pen["deaths"][-1], pen["fish"]) == (7, 5_968)
    operator.delete(f"/movements/{id}?reason=a+test")
    assert read_sheet(operator, area)["pens"][0]["losses"] == []


def test_there_is_no_sheet_of_a_site_without_fish(operator):
    response = operator.get("/stocked-sites/hall/987654/sheet")

    assert (response.status_code, response.json()["detail"]) == (404, "there is no hall 987654 in which fish stand")


def test_losses_that_the_writer_did_not_know_are_asked_about(estimated_farm, operator):
    loss = {"placement": estimated_farm.placements["A/P2"], "count": 4}
    body = {"date": str(on(43)), "losses": [{**loss, "already": 0}]}
    assert operator.post("/losses", body).status_code == 201

    asked = operator.post("/losses", body)
    assert asked.status_code == 409
    [question] = asked.json()["errors"]
    assert (question["code"], question["field"]) == ("repeated", "already")
    assert question["detail"].startswith("4 fish of A/P2 are entered for 2024-02-13, of which you saw 0")
    assert operator.post("/losses", {**body, "confirm": ["repeated"]}).status_code == 201
    assert operator.post("/losses", {"date": str(on(43)), "losses": [{**loss, "already": 8}]}).status_code == 201
    assert operator.post("/losses", {"date": str(on(43)), "losses": [loss]}).status_code == 201


def test_a_page_of_another_login_is_not_logged_in(estimated_farm):
    from django.contrib.auth import get_user_model

    from grilse.access.models import Membership

    user = get_user_model().objects.create(username="somebody")
    Membership.objects.using("owner").create(company_id=estimated_farm.company, user=user, role="operator")
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)

    assert browser.get("/api/v1/me").status_code == 200
    assert browser.get("/api/v1/me", headers={"Grilse-User": str(user.pk)}).status_code == 200
    assert browser.get("/api/v1/me", headers={"Grilse-User": str(user.pk + 1)}).status_code == 401
