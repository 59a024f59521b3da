"""Exports of lists: the same rows as the list, as CSV and as Parquet."""

import csv
import io
import json
import sys

import pytest
from pyarrow import parquet as pq
from tests.listed_farm import narrow

from grilse.api.lists import LISTS

EVERY = [listing for _, listings in LISTS for listing in listings]


@pytest.fixture(scope="module")
def listed(database):
    from tests.listed_farm import write_listed

    from grilse.access.models import Company

    return write_listed(Company.objects.using("owner").create(name="Northern Salmon").pk)


@pytest.fixture(scope="module")
def planner(listed, program):
    return program(listed.company, "planner")


@pytest.fixture(scope="module")
def admin(listed, program):
    return program(listed.company, "admin")


def whole(answer):
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def as_text(value):
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "-")) else value
    return "" if value is None else json.dumps(value)


@pytest.mark.parametrize("listing", EVERY, ids=lambda listing: listing.name)
def test_a_file_holds_what_the_list_holds(listed, admin, listing):
    asked = narrow(listing, listed)
    items = admin.get(f"/{listing.name}", {**asked, "limit": 1000}).json()["items"]

    text = whole(admin.get(f"/{listing.name}/export", asked)).decode()
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == list(listing.fields)
    assert rows == [[as_text(value) for value in item.values()] for item in items]

    file = whole(admin.get(f"/{listing.name}/export", {**asked, "format": "parquet"}))
    table = pq.read_table(io.BytesIO(file))
    assert table.column_names == header
    assert table.num_rows == len(items)
    for name in set(header) & {"id", "name", "count", "kg", "mean_weight_g"}:
        assert table[name].to_pylist() == [item[name] for item in items]


def test_a_file_has_a_name_lines_of_its_standard_and_the_fields_asked_for(planner):
    answer = planner.get("/harvest-grades/export", {"fields": "lot,count", "batch": "A", "sort": "date"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="harvest-grades.csv"'
    assert whole(answer) == b"lot,count\r\n" + b"'=1+1,9\r\n" * 4


def test_an_export_takes_its_own_permission(listed, program):
    boat = program(listed.company, "operator")
    assert boat.get("/movements").status_code == 200
    told = boat.get("/movements/export")
    assert told.status_code == 403
    assert "export lists as CSV or Parquet" in told.json()["detail"]


def test_what_is_wrong_is_refused_before_the_file_begins(planner):
    assert planner.get("/readings/export").status_code == 422
    assert planner.get("/movements/export", {"cursor": "x"}).status_code == 422


def test_an_export_of_another_company_is_its_own(listed, program):
    from grilse.access.models import Company

    other = Company.objects.using("owner").create(name="Other Salmon")
    file = whole(program(other.pk, "admin").get("/containers/export"))
    assert file.count(b"\r\n") == 1


def test_without_what_writes_parquet_it_says_how_to_have_it(planner, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "grilse.api.exports_parquet", raising=False)
    monkeypatch.delattr("grilse.api.exports_parquet", raising=False)

    told = planner.get("/feeds/export", {"format": "parquet"})
    assert told.status_code == 406
    assert "pip install 'grilse[parquet]'" in told.json()["detail"]
