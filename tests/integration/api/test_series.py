"""Columns for charts, a value a day."""

import pytest
from tests.edited_farm import on


@pytest.fixture(scope="module")
def full_farm(database):
    from tests.listed_farm import write_listed

    from grilse.access.models import Company

    return write_listed(Company.objects.using("owner").create(name="Northern Salmon").pk)


@pytest.fixture(scope="module")
def viewer(full_farm, program):
    return program(full_farm.company, "viewer")


def test_the_water_of_a_container_has_gaps_where_it_was_not_measured(viewer):
    payload = viewer.get("/series/daily-environment", {"container": "P1", "date_to": str(on(5))}).json()
    assert payload["first"] == str(on(1))
    assert payload["temperature_mean"] == [8.025, 8.05, None, 8.1, 8.125]
    assert payload["oxygen_mean"] == [None] * 5


def test_feed_is_summed_by_day(viewer):
    payload = viewer.get("/series/feed", {"batch": "A"}).json()
    assert payload == {"first": str(on(31)), "kg": [3.062, 3.064, 3.066], "cost": [4200] * 3, "meals": [2] * 3}
    assert viewer.get("/series/feed", {"placement": "A/P1"}).json()["meals"] == [1] * 3


def test_losses_are_what_the_ledger_says_now(viewer):
    payload = viewer.get("/series/losses", {"batch": "A"}).json()
    assert payload["first"] == str(on(9))
    days = {on(9 + i): deaths for i, deaths in enumerate(payload["deaths"]) if deaths is not None}
    assert days == {on(9): 60, on(13): 40, on(30): 24}
    culled = viewer.get("/series/losses", {"placement": "B/P3"}).json()
    assert (culled["first"], culled["deaths"], culled["culled"]) == (str(on(35)), [0], [30])


@pytest.mark.parametrize(
    ("address", "asked", "status", "detail"),
    [
        ("feed", {}, 422, "name a batch or a placement, one of them"),
        ("feed", {"batch": "A", "placement": "A/P1"}, 422, "name a batch or a placement, one of them"),
        ("losses", {"batch": "Z"}, 404, "there is no batch Z"),
        ("losses", {"placement": "Z"}, 404, "there is no placement Z"),
        ("daily-environment", {"container": "Z"}, 422, "there is no container Z"),
    ],
)
def test_unknown_columns_are_refused_by_name(viewer, address, asked, status, detail):
    response = viewer.get(f"/series/{address}", asked)
    assert (response.status_code, response.json()["detail"]) == (status, detail)


def test_nothing_measured_is_no_column_values(viewer):
    payload = viewer.get("/series/daily-environment", {"container": "P1", "date_from": str(on(90))}).json()
    assert payload["first"] is None
    assert payload["temperature_mean"] == []
