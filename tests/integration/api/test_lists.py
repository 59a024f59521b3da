"""Lists over the API: pages, filters, fields, refusals and who may see them."""

from pathlib import Path

import pytest
from django.db import connection
from tests.edited_farm import on
from tests.listed_farm import get_required_filter


@pytest.fixture(scope="module")
def full_farm(database):
    from tests.listed_farm import write_listed

    from grilse.access.models import Company

    return write_listed(Company.objects.using("owner").create(name="Northern Salmon").pk)


@pytest.fixture(scope="module")
def viewer(full_farm, program):
    return program(full_farm.company, "viewer")


@pytest.fixture(scope="module")
def admin(full_farm, program):
    return program(full_farm.company, "admin")


def list_listings():
    from grilse.api.lists import LISTS

    return [listing for _, listings in LISTS for listing in listings]


def test_a_page_leads_to_the_next(viewer):
    first = viewer.get("/movements", {"limit": 5, "batch": "A", "fields": "id,date"})
    assert first.status_code == 200, first.content
    payload = first.json()
    assert [set(row) for row in payload["items"]] == [{"id", "date"}] * 5
    link = first["Link"].partition(">")[0].removeprefix("<")
    assert f"cursor={payload['next']}" in link
    second = viewer.client.get(link).json()
    assert not {row["id"] for row in payload["items"]} & {row["id"] for row in second["items"]}
    assert second["items"][0]["date"] <= payload["items"][-1]["date"]


@pytest.mark.parametrize("listing", list_listings(), ids=lambda listing: listing.name)
def test_rows_are_what_the_schema_says(full_farm, admin, listing):
    from grilse.api.list_schemas import build_page_schema

    parameters = get_required_filter(listing, full_farm)
    response = admin.get(f"/{listing.name}", parameters)
    assert response.status_code == 200, response.content
    page = build_page_schema(listing).model_validate(response.json(), strict=False)
    assert all(set(row) == set(listing.fields) for row in response.json()["items"])
    assert isinstance(page.items, list)


def test_a_page_takes_one_statement_besides_authentication(viewer):
    count = [0]

    def count_statement(execute, sql, parameters, many, context):
        count[0] += 1
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(count_statement):
        viewer.get("/weight-samples", {"limit": 1000})
    assert count[0] <= 4


@pytest.mark.parametrize(
    ("asked", "status", "detail"),
    [
        ({"speed": "1"}, 422, "there is no parameter speed: there are placement"),
        ({"fields": "wet"}, 422, "wet is no field of movements: there are id, date, kind"),
        ({"cursor": "x"}, 422, "cursor is of another list, order or filter than this of movements"),
        ({"limit": "1001"}, 422, "query.limit: input should be less than or equal to 1000"),
        ({"sort": "kind"}, 422, "query.sort: input should be '-date', 'date', '-entry' or 'entry'"),
        ({"kind": "FLOOD"}, 422, "query.kind: input should be 'STOCKING'"),
        ({"date_from": "spring"}, 422, "query.date_from: "),
        ({"cause": "LICE"}, 422, "cause of movements by itself reads too much: name a batch"),
    ],
)
def test_unknown_parameters_are_refused_by_name(viewer, asked, status, detail):
    response = viewer.get("/movements", asked)
    assert response.status_code == status
    assert response.json()["detail"].startswith(detail)


def test_readings_are_those_of_a_container(viewer):
    assert "name a container or container_id" in viewer.get("/readings").json()["detail"]
    rows = viewer.get("/readings", {"container": "P1", "at_to": f"{on(3)}T00:00:00Z"}).json()["items"]
    assert [row["at"] for row in rows] == [f"{on(2)}T12:00:00Z", f"{on(1)}T12:00:00Z"]


def test_who_sees_one_geography_walks_its_rows_and_no_others(full_farm, program):
    from grilse.farm.models import Geography

    of = {"company_id": full_farm.company}
    other = Geography.objects.using("owner").create(**of, name="Faroes")
    far, near = program(full_farm.company, ("admin", other.pk)), program(full_farm.company, "admin")

    for listing in list_listings():
        parameters = get_required_filter(listing, full_farm)
        items = far.get(f"/{listing.name}", parameters).json()["items"]
        if listing.permission == "stock.read" and listing.name not in ("stages",):
            assert items == [], listing.name
            assert near.get(f"/{listing.name}", parameters).json()["items"]


def test_each_list_stands_in_the_schema_with_its_filters_and_fields():
    from grilse.api import api

    schema = api.get_openapi_schema()
    for listing in list_listings():
        operation = schema["paths"][f"/api/v1/{listing.name}"]["get"]
        names = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}
        assert names == {*listing.filters, "fields", "cursor", "limit", "sort"}
        row = next(name for name in schema["components"]["schemas"] if name == _get_schema_name(listing))
        assert set(schema["components"]["schemas"][row]["properties"]) == set(listing.fields)
        assert f"/api/v1/{listing.name}/export" in schema["paths"]


def _get_schema_name(listing):
    return f"{listing.name.title().replace('-', '')}Row"


def test_each_list_stands_in_the_reference():
    reference = (Path(__file__).parents[3] / "docs/reference/lists.md").read_text()
    for listing in list_listings():
        orders = ", ".join(f"`{sort}`" for sort in listing.sort_names)
        assert f"| `{listing.name}` | {listing.title} | `{listing.permission}` | {orders} |" in reference
