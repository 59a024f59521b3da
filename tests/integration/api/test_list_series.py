"""Columns for charts, a value a day."""

import pytest
from tests.edited_farm import on


@pytest.fixture(scope="module")
def listed(database):
    from tests.listed_farm import write_listed

    from grilse.access.models import Company

    return write_listed(Company.objects.using("owner").create(name="Northern Salmon").pk)


@pytest.fixture(scope="module")
def viewer(listed, program):
    return program(listed.company, "viewer")


def test_the_water_of_a_container_has_gaps_where_it_was_not_measured(viewer):
    told = viewer.get("/series/daily-environment", {"container": "P1", "date_to": str(on(5))}).json()
    assert told["first"] == str(on(1))
    assert told["temperature_mean"] == [8.025, 8.05, None, 8.1, 8.125]
    assert told["oxygen_mean"] == [None] * 5


def test_feed_is_summed_by_day(viewer):
    told = viewer.get("/series/feed", {"batch": "A"}).json()
    assert told == {"first": str(on(31)), "kg": [3.062, 3.064, 3.066], "cost": [4200] * 3, "meals": [2] * 3}
    assert viewer.get("/series/feed", {"placement": "A/P1"}).json()["meals"] == [1] * 3


def test_losses_are_what_the_ledger_says_now(viewer):
    told = viewer.get("/series/losses", {"batch": "A"}).json()
    assert told["first"] == str(on(9))
    days = {on(9 + i): deaths for i, deaths in enumerate(told["deaths"]) if deaths is not None}
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
def test_what_is_not_there_is_refused_by_name(viewer, address, asked, status, detail):
    told = viewer.get(f"/series/{address}", asked)
    assert (told.status_code, told.json()["detail"]) == (status, detail)


def test_nothing_measured_is_no_column_values(viewer):
    told = viewer.get("/series/daily-environment", {"container": "P1", "date_from": str(on(90))}).json()
    assert told["first"] is None
    assert told["temperature_mean"] == []
