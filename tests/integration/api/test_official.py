"""Published files over the API."""

import pytest
from tests.official_files import format_lice_file

FIRST = format_lice_file("5,2024,31234,Holmen,0.2,0.5,0.1,Nei,Ja,0.5,Nei,6.5,4")


@pytest.fixture(scope="module")
def planner(estimated_farm, program):
    """A program of a login that may take files in."""
    planner_program = program(estimated_farm.company, "planner")
    assert send_file(planner_program, FIRST).json() == {
        "kind": "lice", "name": "uke5.csv", "rows": 1, "new": 1, "revised": 0, "unchanged": 0,
    }  # fmt: skip
    return planner_program


def send_file(who, content, name="uke5.csv"):
    """Return the answer to a file."""
    return who.client.post(f"/api/v1/official-files?name={name}", content.encode(), content_type="text/csv")


def test_the_same_file_again_changes_nothing(planner):
    answer = send_file(planner, FIRST).json()

    assert (answer["new"], answer["revised"], answer["unchanged"]) == (0, 0, 1)
    assert len(planner.get("/official-files").json()["items"]) == 1


def test_every_bad_row_is_named_with_its_field(planner):
    answer = send_file(planner, FIRST.replace("0.2,", "many,") + "1,2024\n")

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "uke5.csv was not imported and nothing was written: 2 problems:"
    assert [(error["row"], error["field"]) for error in answer.json()["errors"]] == [(3, ""), (2, "Voksne hunnlus")]


def test_a_file_that_is_none_is_refused_in_one_line(planner):
    answer = send_file(planner, "a,b\n1,2\n")

    assert answer.status_code == 422
    assert "uke5.csv has the header of no official file" in answer.json()["detail"]


def test_a_file_states_its_encoding_as_its_charset(planner):
    content = format_lice_file("5,2024,31999,Måløy,0.2,0.5,0.1,Nei,Ja,0.5,Nei,6.5,9").encode("cp1252")
    address = "/api/v1/official-files?name=uke5.csv"

    refused = planner.client.generic("POST", address, content, content_type="text/csv")
    assert refused.json()["detail"] == (
        "uke5.csv is not UTF-8: save it as CSV UTF-8, or state its encoding, such as windows-1252"
    )
    report = planner.client.generic("POST", address, content, content_type="text/csv; charset=windows-1252").json()
    assert report["rows"] == report["new"] + report["revised"] + report["unchanged"] == 1


def test_weeks_come_in_columns(planner, estimated_farm):
    from grilse.farm.models import Area

    area = Area.objects.using("owner").get(company_id=estimated_farm.company)
    put = planner.put(f"/official-sites/{area.pk}", {"locality": 31234})
    assert put.status_code == 200, put.content

    answer = planner.get("/official-lice/beside", {"area": area.name}).json()
    assert (answer["locality"], answer["production_area"]) == (31234, 4)
    assert (answer["monday"], answer["week"]) == (["2024-01-29"], [5])
    assert answer["site"]["adult_female"] == [0.2]
    assert answer["site"]["over_limit"] == ["no"]
    assert answer["own"]["adult_female"] == [None]
    assert answer["around"] == {"sites": [1], "adult_female": [0.2], "over_limit": [0]}

    months = planner.get("/official-biomass/beside", {"production_area": 4}).json()
    assert months["areas"] == [area.name]
    assert len(months["own"]["fish"]) == len(months["month"]) > 0
    assert planner.get("/official-sites").json()["items"][0]["area"] == area.name


def test_the_series_is_a_list(planner):
    row = planner.get("/official-lice", {"locality": 31234}).json()["items"][0]

    assert (row["year"], row["week"], row["adult_female"]) == (2024, 5, 0.2)


def test_a_viewer_reads_and_takes_nothing_in(planner, estimated_farm, program):
    viewer = program(estimated_farm.company, "viewer")

    assert send_file(viewer, FIRST).status_code == 403
    assert viewer.get("/official-lice").status_code == 200
