"""Readings by the file, as programs send them."""

import io
import json
from datetime import datetime

import pyarrow as pa
import pytest
from tests.edited_farm import at

from grilse.access.models import Company
from grilse.access.tenancy import tenant_transaction
from grilse.environment.models import DailyEnvironment, Reading, ReadingChange
from grilse.farm.models import Geography

LINES = "application/x-ndjson"
PENS = ("P1", "P2", "P3", "P4")


@pytest.fixture(scope="module")
def logger(farmed, program):
    """Sends files with the key of an operator."""
    return Sender(program(farmed.company, "operator", scopes=["environment.ingest"]))


class Sender:
    def __init__(self, program):
        self.client = program.client

    def __call__(self, file, kind=LINES, mode=None, **headers):
        address = "/api/v1/readings" + (f"?mode={mode}" if mode else "")
        also = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(address, file, content_type=kind, headers=also)


def rows(day, hours=24, pens=PENS):
    """Readings of an hour each, of some pens."""
    return [
        {"container": pen, "at": at(day, hour).isoformat(), "temperature_c": 8 + hour / 10, "oxygen_pct": 90}
        for hour in range(hours)
        for pen in pens
    ]


def lines(rows):
    return "\n".join(json.dumps(row) for row in rows)


def table(rows, writer):
    columns = pa.Table.from_pylist(rows)
    times = pa.array([datetime.fromisoformat(row["at"]) for row in rows], pa.timestamp("us", tz="UTC"))
    columns = columns.set_column(columns.schema.get_field_index("at"), "at", times)
    sink = io.BytesIO()
    with writer(sink, columns.schema) as to:
        to.write_table(columns)
    return sink.getvalue()


def separated(rows):
    return "\n".join([",".join(rows[0]), *(",".join(str(value) for value in row.values()) for row in rows)])


FORMATS = {
    LINES: lines,
    "application/jsonl": lines,
    "text/csv; charset=utf-8": separated,
    "application/vnd.apache.arrow.stream": lambda rows: table(rows, pa.ipc.new_stream),
    "application/vnd.apache.arrow.file": lambda rows: table(rows, pa.ipc.new_file),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_is_taken_once_in_whatever_format(farmed, logger, kind):
    file = FORMATS[kind](rows(50 + list(FORMATS).index(kind)))

    first = logger(file, kind).json()
    assert (first["rows"], first["taken"], first["changed"], first["rejected"]) == (96, 96, 96, 0), first
    assert set(first["seconds"]) == {"reading", "writing", "estimating"}
    assert logger(file, kind).json()["changed"] == 0


def test_one_wrong_row_of_ten_thousand_is_named_and_nothing_is_taken(farmed, logger):
    many = [row for day in range(60, 165) for row in rows(day)][:10_000]
    many[6_999] |= {"temperature_c": 99}

    answer = logger(lines(many))
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    detail = "temperature_c of 99: it has to be from -3 to 40"
    assert told["errors"] == [{"row": 7_000, "field": "temperature_c", "value": "99", "detail": detail}]
    assert told["detail"].startswith(
        f"1 of 10,000 rows is wrong, so nothing was taken: row 7,000, {detail}; mend what is listed"
    )
    with tenant_transaction(farmed.company):
        assert not Reading.objects.filter(at__gte=at(60), at__lt=at(165)).exists()


def test_the_good_rows_are_taken_where_that_is_asked_for(farmed, logger):
    some = rows(170)
    some[3] |= {"container": "elsewhere"}
    some[4] |= {"ph": "sour", "oxygen_pct": -1}

    told = logger(lines(some), mode="good").json()
    assert (told["taken"], told["changed"], told["rejected"], told["wrong"]) == (94, 94, 2, 3)
    assert [(fault["row"], fault["field"]) for fault in told["errors"]] == [
        (4, "container"),
        (5, "oxygen_pct"),
        (5, "ph"),
    ]
    assert told["errors"][0]["detail"] == "there is no container elsewhere"


def test_a_later_value_replaces_and_what_it_was_is_kept_with_who_sent_it(farmed, logger):
    logger(lines(rows(180, hours=2, pens=["P1"])))
    told = logger(lines([row | {"temperature_c": 9} for row in rows(180, hours=2, pens=["P1"])])).json()

    assert told["changed"] == 2
    with tenant_transaction(farmed.company):
        kept = ReadingChange.objects.filter(at__gte=at(180, 0)).order_by("at")
        assert [round(row.temperature_c, 2) for row in kept] == [8, 8.1]
        assert {row.withdrawn for row in kept} == {False}
        assert None not in {row.user_id for row in kept}
        day = DailyEnvironment.objects.get(container=farmed.containers["P1"], date=at(180).date())
        assert (day.temperature_mean, day.temperature_n) == (9, 2)


def test_readings_that_were_never_made_are_withdrawn_with_a_reason(farmed, logger, program):
    logger(lines(rows(185, hours=2, pens=["P1"])))
    gone = {"container": "P1", "at": [at(185, hour).isoformat() for hour in range(3)], "reason": "dry probe"}
    manager, operator = (program(farmed.company, role) for role in ("manager", "operator"))

    assert operator.post("/readings/withdrawals", gone).status_code == 403
    refused = manager.post("/readings/withdrawals", gone | {"reason": " "})
    assert (refused.status_code, refused.json()["detail"][:7]) == (422, "say why")
    other = manager.post("/readings/withdrawals", gone | {"container": 10**12})
    assert other.json()["detail"] == f"there is no container {10**12}"
    assert manager.post("/readings/withdrawals", gone).json() == {"withdrawn": 2}
    with tenant_transaction(farmed.company):
        kept = ReadingChange.objects.filter(at__gte=at(185, 0))
        assert {(row.withdrawn, row.reason) for row in kept} == {(True, "dry probe")}


def test_a_container_of_another_company_is_not_there(farmed, program):
    other = Company.objects.using("owner").create(name="Other Salmon")
    stranger = Sender(program(other.pk, "admin"))

    for name in ("P1", farmed.containers["P1"]):
        told = stranger(lines([rows(190)[0] | {"container": name}])).json()
        assert told["errors"][0]["detail"] == f"there is no container {name}"


def test_a_container_of_another_geography_is_not_there(farmed, program):
    with tenant_transaction(farmed.company):
        faroe = Geography.objects.create(company_id=farmed.company, name="Faroe").pk
    told = Sender(program(farmed.company, ("operator", faroe)))(lines(rows(190, 1))).json()

    assert {fault["detail"] for fault in told["errors"]} == {f"there is no container {pen}" for pen in PENS}


def test_who_may_only_look_sends_nothing(farmed, program):
    assert Sender(program(farmed.company, "viewer"))(lines(rows(191))).status_code == 403


REFUSED = {
    415: [
        ({"kind": "application/json"}, "readings are accepted as application/x-ndjson, application/jsonl, text/csv"),
        ({"kind": "text/csv; charset=latin-1"}, "the text is in latin-1: send it in UTF-8"),
        ({"Content_Encoding": "gzip"}, "the file is compressed: send it uncompressed"),
    ],
    413: [
        ({"Content_Length": str(2**40)}, "a file of more than 64 MB: send it in parts"),
        ({"Idempotency_Key": "k", "Content_Length": str(2**24)}, "a request of more than 2.5 MB: send it in parts"),
    ],
    411: [({"Content_Length": "much"}, "the length of the file is missing: set Content-Length")],
    422: [
        ({"kind": "text/csv"}, "there is a column"),
        ({"kind": "application/vnd.apache.arrow.stream"}, "this is no Arrow IPC stream or file"),
        ({"mode": "some"}, "query.mode"),
    ],
}


@pytest.mark.parametrize("status", REFUSED)
def test_what_cannot_be_read_is_refused(logger, status):
    for given, why in REFUSED[status]:
        answer = logger(lines(rows(195)), **given)
        assert answer.status_code == status, answer.content
        assert answer.json()["detail"].startswith(why)


def test_an_empty_file_changes_nothing(logger):
    told = logger("\n").json()
    assert (told["rows"], told["changed"]) == (0, 0)
