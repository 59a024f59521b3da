"""Exports of lists: the same rows as the list, as CSV and as Parquet."""

import csv
import gzip
import io
import json
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from pyarrow import parquet as pq
from tests.listed_farm import get_required_filter

import grilse
from grilse.access.tenancy import tenant_transaction
from grilse.api import exports
from grilse.api.lists import LISTS
from grilse.farm.models import Geography

EVERY = [listing for _, listings in LISTS for listing in listings]


@pytest.fixture(scope="module")
def full_farm(database):
    from tests.listed_farm import write_listed

    from grilse.access.models import Company

    return write_listed(Company.objects.using("owner").create(name="Northern Salmon").pk)


@pytest.fixture(scope="module")
def planner(full_farm, program):
    return program(full_farm.company, "planner")


@pytest.fixture(scope="module")
def admin(full_farm, program):
    return program(full_farm.company, "admin")


def read_content(answer):
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def format_value(value):
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "-")) else value
    return "" if value is None else json.dumps(value)


@pytest.mark.parametrize("listing", EVERY, ids=lambda listing: listing.name)
def test_a_file_holds_what_the_list_holds(full_farm, admin, listing):
    parameters = get_required_filter(listing, full_farm)
    items = admin.get(f"/{listing.name}", {**parameters, "limit": 1000}).json()["items"]

    text = read_content(admin.get(f"/{listing.name}/export", parameters)).decode()
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == list(listing.fields)
    assert rows == [[format_value(value) for value in item.values()] for item in items]

    file = read_content(admin.get(f"/{listing.name}/export", {**parameters, "format": "parquet"}))
    table = pq.read_table(io.BytesIO(file))
    assert table.column_names == header
    assert table.num_rows == len(items)
    for name in set(header) & {"id", "name", "count", "kg", "mean_weight_g"}:
        assert table[name].to_pylist() == [item[name] for item in items]


WRITTEN = [
    {"delimiter": ";", "decimal": ","},
    {"delimiter": "tab", "decimal": ",", "encoding": "utf-16"},
    {"delimiter": ";", "decimal": ",", "encoding": "windows-1252"},
]


@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written.get("encoding", "utf-8"))
@pytest.mark.parametrize("listing", EVERY, ids=lambda listing: listing.name)
def test_a_file_for_spreadsheets_of_other_countries_holds_the_same(full_farm, admin, listing, written):
    parameters = get_required_filter(listing, full_farm)
    standard = read_content(admin.get(f"/{listing.name}/export", parameters))
    answer = admin.get(f"/{listing.name}/export", parameters | written)
    encoding = written.get("encoding", "utf-8")
    assert answer["Content-Type"] == f"text/csv; charset={encoding}"

    text = read_content(answer).decode(encoding)
    delimiter = "\t" if written["delimiter"] == "tab" else written["delimiter"]
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    expected_header, *expected = csv.reader(io.StringIO(standard.decode(), newline=""))
    assert header == expected_header
    assert len(rows) == len(expected)
    for row, plain in zip(rows, expected, strict=True):
        differing = [(cell, other) for cell, other in zip(row, plain, strict=True) if cell != other]
        assert all(float(cell.replace(",", ".")) == float(other) for cell, other in differing)


def test_how_a_file_is_written_is_one_of_the_known_ways(planner):
    for wrong, known in (({"delimiter": "|"}, "',', ';' or 'tab'"), ({"encoding": "ebcdic"}, "'utf-8', 'utf-16' or")):
        answer = planner.get("/containers/export", wrong)
        assert answer.status_code == 422
        assert known in answer.json()["detail"]
    answer = planner.get("/containers/export", {"format": "parquet", "decimal": ","})
    assert answer.json()["detail"] == "delimiter, decimal and encoding are of format=csv: leave them out"


def test_a_letter_that_the_encoding_lacks_is_refused_before_the_file_begins(full_farm, planner):
    with tenant_transaction(full_farm.company):
        Geography.objects.create(company_id=full_farm.company, name="Łeba")
    answer = planner.get("/geographies/export", {"encoding": "windows-1252"})

    assert answer.status_code == 422
    assert answer.json()["detail"] == "Windows-1252 has no 'Ł': use encoding=utf-8 or utf-16"
    assert "Łeba" in read_content(planner.get("/geographies/export", {"encoding": "utf-16"})).decode("utf-16")


def test_a_file_has_a_name_lines_of_its_standard_and_the_fields_asked_for(planner):
    answer = planner.get("/harvest-grades/export", {"fields": "lot,count", "batch": "A", "sort": "date"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="harvest-grades.csv"'
    assert read_content(answer) == b"lot,count\r\n" + b"'=1+1,9\r\n" * 4


def test_a_file_is_sent_with_its_length_and_its_number_of_rows(planner):
    for format in ("csv", "parquet"):
        for accepted in ({}, {"Accept_Encoding": "gzip, br"}):
            answer = planner.get("/harvest-grades/export", {"fields": "lot,count", "format": format}, **accepted)
            content = read_content(answer)
            assert int(answer["Content-Length"]) == len(content)
            assert int(answer["X-Row-Count"]) > 4
            assert answer.get("Content-Encoding") == ("gzip" if accepted and format == "csv" else None)
            plain = gzip.decompress(content) if "Content-Encoding" in answer else content
            if format == "csv":
                assert plain.count(b"\r\n") == int(answer["X-Row-Count"]) + 1
            else:
                assert pq.read_metadata(io.BytesIO(plain)).num_rows == int(answer["X-Row-Count"])


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError])
@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_a_file_whose_rows_end_too_early_is_refused_instead(planner, monkeypatch, format, error):
    def fail_after_a_row(query):
        yield [("lot", 1)]
        raise error("terminating connection")

    monkeypatch.setattr(exports, "iter_query_chunks", fail_after_a_row)
    answer = planner.get("/harvest-grades/export", {"fields": "lot,count", "format": format})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "1"
    assert "send it again" in answer.json()["detail"]


def test_no_response_is_sent_while_it_is_read():
    """The server ends a response whose iterator fails as it ends any other."""
    for path in Path(grilse.__file__).parent.rglob("*.py"):
        assert "StreamingHttpResponse" not in path.read_text(), path


def test_an_export_takes_its_own_permission(full_farm, program):
    boat = program(full_farm.company, "operator")
    assert boat.get("/movements").status_code == 200
    response = boat.get("/movements/export")
    assert response.status_code == 403
    assert "export lists as CSV or Parquet" in response.json()["detail"]


def test_what_is_wrong_is_refused_before_the_file_begins(planner):
    assert planner.get("/readings/export").status_code == 422
    assert planner.get("/movements/export", {"cursor": "x"}).status_code == 422


def test_an_export_of_another_company_is_its_own(full_farm, program):
    from grilse.access.models import Company

    other = Company.objects.using("owner").create(name="Other Salmon")
    file = read_content(program(other.pk, "admin").get("/containers/export"))
    assert file.count(b"\r\n") == 1


def test_without_pyarrow_the_error_says_how_to_install_it(planner, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "grilse.api.exports_parquet", raising=False)
    monkeypatch.delattr("grilse.api.exports_parquet", raising=False)

    response = planner.get("/feeds/export", {"format": "parquet"})
    assert response.status_code == 406
    assert "pip install 'grilse[parquet]'" in response.json()["detail"]
