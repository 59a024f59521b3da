"""Business hours and geographies over the API, in the words and times of people."""

import pytest


@pytest.fixture(scope="module")
def admin(estimated_farm, program):
    return program(estimated_farm.company, "admin")


def send_hours(admin, weekday, opens, closes):
    return admin.post("/business-hours", {"weekday": weekday, "opens": opens, "closes": closes})


def test_a_day_has_a_lunch_break_a_night_and_an_end_at_24(admin):
    week = [(0, "09:00", "13:00"), (0, "14:00", "18:00"), (1, "22:00", "06:00"), (2, "12:00", "24:00")]
    for hours in week:
        response = send_hours(admin, *hours)
        assert response.status_code == 201, response.content
    listed = admin.get("/business-hours").json()["items"]
    assert [(row["weekday"], row["opens"], row["closes"]) for row in listed] == week


def test_hours_that_overlap_are_refused_with_the_day_and_the_hours(admin):
    send_hours(admin, 4, "09:00", "13:00")
    response = send_hours(admin, 4, "12:30", "15:00")
    assert response.status_code == 422
    assert "Friday has 09:00–13:00 already: 12:30–15:00 overlaps it" in response.content.decode()


@pytest.mark.parametrize(("opens", "closes"), [("09:00:30", "13:00"), ("09:00", "13:00:00.5")])
def test_hours_with_seconds_are_refused(admin, opens, closes):
    response = send_hours(admin, 5, opens, closes)
    assert response.status_code == 422
    assert "is no full minute: write" in response.content.decode()


def test_a_geography_names_its_time_zone(admin):
    response = admin.post("/geographies", {"name": "Derwent", "time_zone": "Australia/Hobart"})
    assert response.status_code == 201, response.content
    admin.post("/geographies", {"name": "Elsewhere"})
    zones = {row["name"]: row["time_zone"] for row in admin.get("/geographies").json()["items"]}
    assert zones == {"Scotland": "UTC", "Derwent": "Australia/Hobart", "Elsewhere": "UTC"}
    refusal = admin.post("/geographies", {"name": "Third", "time_zone": "Tasmania"})
    assert refusal.status_code == 422
    assert "Tasmania is no time zone" in refusal.content.decode()


def test_a_name_is_stored_in_one_form_and_without_what_nobody_sees(admin):
    names = {"  Ba\u030as\u00a0": "Bås", "-1": "-1", "=A;'1\"": "=A;'1\""}
    for sent in names:
        response = admin.post("/geographies", {"name": sent})
        assert response.status_code == 201, response.content
    assert set(names.values()) <= {row["name"] for row in admin.get("/geographies").json()["items"]}

    refused = {"A\nB": "control character (code 10)", "A\ufeff": "(code 65279)", "#REF!": "an error of a spreadsheet"}
    for sent, why in refused.items():
        response = admin.post("/geographies", {"name": sent})
        assert response.status_code == 422
        assert why in response.json()["detail"]
    assert admin.post("/geographies", {"name": "Ba\u030as"}).status_code == 422


def test_a_site_is_not_where_no_position_is_known(admin):
    geography = admin.get("/geographies").json()["items"][0]["id"]
    site = {"geography": geography, "name": "Null", "latitude": 0, "longitude": 0}
    refused = admin.post("/areas", site)
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith(
        "area Null: 0, 0 is written where no position is known: leave both empty"
    )
    assert admin.post("/areas", site | {"longitude": 0.5}).status_code == 201
