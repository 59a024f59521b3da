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
from grilse.environment.parameters import PARAMETERS
from grilse.farm.models import Container, Geography

LINES = "application/x-ndjson"
PENS = ("P1", "P2", "P3", "P4")


@pytest.fixture(scope="module")
def logger(estimated_farm, program):
    """Sends files with the key of an operator."""
    return ReadingSender(program(estimated_farm.company, "operator", scopes=["environment.ingest"]))


class ReadingSender:
    def __init__(self, program):
        self.client = program.client

    def __call__(self, file, kind=LINES, mode=None, **headers):
        address = "/api/v1/readings" + (f"?mode={mode}" if mode else "")
        also = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(address, file, content_type=kind, headers=also)


def count_rows(payload):
    """What an answer says of the rows: came, taken, unchanged, refused; they add up."""
    counts = tuple(payload[name] for name in ("came", "taken", "unchanged", "refused"))
    assert counts[0] == sum(counts[1:])
    return counts


def build_rows(day, hours=24, pens=PENS):
    """Readings of an hour each, of some pens."""
    return [
        {"container": pen, "at": at(day, hour).isoformat(), "temperature_c": 8 + hour / 10, "oxygen_pct": 90}
        for hour in range(hours)
        for pen in pens
    ]


def format_lines(rows):
    return "\n".join(json.dumps(row) for row in rows)


def build_arrow_file(rows, writer):
    columns = pa.Table.from_pylist(rows)
    times = pa.array([datetime.fromisoformat(row["at"]) for row in rows], pa.timestamp("us", tz="UTC"))
    columns = columns.set_column(columns.schema.get_field_index("at"), "at", times)
    sink = io.BytesIO()
    with writer(sink, columns.schema) as to:
        to.write_table(columns)
    return sink.getvalue()


def format_csv(rows):
    return "\n".join([",".join(rows[0]), *(",".join(str(value) for value in row.values()) for row in rows)])


FORMATS = {
    LINES: format_lines,
    "application/jsonl": format_lines,
    "text/csv; charset=utf-8": format_csv,
    "application/vnd.apache.arrow.stream": lambda rows: build_arrow_file(rows, pa.ipc.new_stream),
    "application/vnd.apache.arrow.file": lambda rows: build_arrow_file(rows, pa.ipc.new_file),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_is_ingested_once_in_any_format(estimated_farm, logger, kind):
    file = FORMATS[kind](build_rows(50 + list(FORMATS).index(kind)))

    first = logger(file, kind).json()
    assert count_rows(first) == (96, 96, 0, 0), first
    assert first["changed"] == 96
    assert set(first["seconds"]) == {"reading", "writing", "estimating"}
    again = logger(file, kind).json()
    assert count_rows(again) == (96, 0, 96, 0)
    assert again["changed"] == 0


def test_one_wrong_row_of_ten_thousand_is_named_and_nothing_is_taken(estimated_farm, logger):
    many = [row for day in range(60, 165) for row in build_rows(day)][:10_000]
    many[6_999] |= {"temperature_c": 99}

    answer = logger(format_lines(many))
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    payload = answer.json()
    detail = "temperature_c of 99: it has to be from -3 to 40"
    assert payload["errors"] == [{"row": 7_000, "field": "temperature_c", "value": "99", "detail": detail}]
    assert payload["detail"].startswith(
        f"1 of 10,000 rows is wrong, so nothing was taken: row 7,000, {detail}; mend what is listed"
    )
    with tenant_transaction(estimated_farm.company):
        assert not Reading.objects.filter(at__gte=at(60), at__lt=at(165)).exists()


def test_good_rows_are_stored_in_good_mode(estimated_farm, logger):
    some = build_rows(170)
    some[3] |= {"container": "elsewhere"}
    some[4] |= {"ph": "sour", "oxygen_pct": -1}

    payload = logger(format_lines(some), mode="good").json()
    assert count_rows(payload) == (96, 94, 0, 2)
    assert (payload["changed"], payload["wrong"]) == (94, 3)
    assert [(fault["row"], fault["field"]) for fault in payload["errors"]] == [
        (4, "container"),
        (5, "oxygen_pct"),
        (5, "ph"),
    ]
    assert payload["errors"][0]["detail"] == "there is no container elsewhere"


def test_a_later_value_replaces_and_what_it_was_is_kept_with_who_sent_it(estimated_farm, logger):
    logger(format_lines(build_rows(180, hours=2, pens=["P1"])))
    payload = logger(format_lines([row | {"temperature_c": 9} for row in build_rows(180, hours=2, pens=["P1"])])).json()

    assert payload["changed"] == 2
    with tenant_transaction(estimated_farm.company):
        changes = ReadingChange.objects.filter(at__gte=at(180, 0)).order_by("at")
        assert [round(row.temperature_c, 2) for row in changes] == [8, 8.1]
        assert {row.withdrawn for row in changes} == {False}
        assert None not in {row.user_id for row in changes}
        day = DailyEnvironment.objects.get(container=estimated_farm.containers["P1"], date=at(180).date())
        assert (day.temperature_mean, day.temperature_n) == (9, 2)


def test_readings_that_were_never_made_are_withdrawn_with_a_reason(estimated_farm, logger, program):
    logger(format_lines(build_rows(185, hours=2, pens=["P1"])))
    withdrawal = {"container": "P1", "at": [at(185, hour).isoformat() for hour in range(3)], "reason": "dry probe"}
    manager, operator = (program(estimated_farm.company, role) for role in ("manager", "operator"))

    assert operator.post("/readings/withdrawals", withdrawal).status_code == 403
    refused = manager.post("/readings/withdrawals", withdrawal | {"reason": " "})
    assert (refused.status_code, refused.json()["detail"][:7]) == (422, "say why")
    other = manager.post("/readings/withdrawals", withdrawal | {"container": 10**12})
    assert other.json()["detail"] == f"there is no container {10**12}"
    assert manager.post("/readings/withdrawals", withdrawal).json() == {"withdrawn": 2}
    with tenant_transaction(estimated_farm.company):
        changes = ReadingChange.objects.filter(at__gte=at(185, 0))
        assert {(row.withdrawn, row.reason) for row in changes} == {(True, "dry probe")}


def test_a_container_of_another_company_is_unknown(estimated_farm, program):
    other = Company.objects.using("owner").create(name="Other Salmon")
    stranger = ReadingSender(program(other.pk, "admin"))

    for name in ("P1", estimated_farm.containers["P1"]):
        payload = stranger(format_lines([build_rows(190)[0] | {"container": name}])).json()
        assert payload["errors"][0]["detail"] == f"there is no container {name}"


def test_a_container_of_another_geography_is_unknown(estimated_farm, program):
    with tenant_transaction(estimated_farm.company):
        faroe = Geography.objects.create(company_id=estimated_farm.company, name="Faroe").pk
    payload = ReadingSender(program(estimated_farm.company, ("operator", faroe)))(
        format_lines(build_rows(190, 1))
    ).json()

    assert {fault["detail"] for fault in payload["errors"]} == {f"there is no container {pen}" for pen in PENS}


def test_a_viewer_cannot_send_readings(estimated_farm, program):
    assert ReadingSender(program(estimated_farm.company, "viewer"))(format_lines(build_rows(191))).status_code == 403


REFUSED = {
    415: [
        ({"kind": "application/json"}, "readings are accepted as text/csv, application/vnd.apache.arrow.stream"),
        ({"kind": "application/jsonl; charset=latin-1"}, "the text is in latin-1: send it in UTF-8"),
        ({"Content_Encoding": "gzip"}, "the file is compressed: send it uncompressed"),
    ],
    413: [
        ({"Content_Length": str(2**40)}, "a file of more than 64 MB: send it in parts"),
        ({"Idempotency_Key": "k", "Content_Length": str(2**24)}, "a request of more than 2.5 MB: send it in parts"),
    ],
    411: [({"Content_Length": "much"}, "the length of the file is missing: set Content-Length")],
    422: [
        ({"kind": "text/csv"}, "the file is JSON, not CSV: export it as CSV UTF-8"),
        ({"kind": "text/csv; charset=cp037"}, "the file cannot be read in the encoding cp037: state utf-8, utf-16"),
        ({"kind": "application/vnd.apache.arrow.stream"}, "this is no Arrow IPC stream or file"),
        ({"mode": "some"}, "query.mode"),
    ],
}


@pytest.mark.parametrize("status", REFUSED)
def test_what_cannot_be_read_is_refused(logger, status):
    for given, why in REFUSED[status]:
        answer = logger(format_lines(build_rows(195)), **given)
        assert answer.status_code == status, answer.content
        assert answer.json()["detail"].startswith(why)


def test_an_empty_file_changes_nothing(logger):
    payload = logger("\n").json()
    assert count_rows(payload) == (0, 0, 0, 0)


def send_bytes(logger, address, content, kind):
    """Send bytes as they are, whatever the charset."""
    return logger.client.generic("POST", address, content, content_type=kind)


def send_csv(logger, lines, delimiter=",", encoding="utf-8", decimal=None):
    """Send a table as a spreadsheet saves it."""
    text = "\r\n".join(delimiter.join(line) for line in lines) + "\r\n"
    kind = f"text/csv; charset={encoding}"
    address = "/api/v1/readings" + (f"?decimal={decimal}" if decimal else "")
    return send_bytes(logger, address, text.encode(encoding), kind)


def write_table(day, value):
    """Two readings of two pens."""
    times = [at(day, hour).isoformat() for hour in (6, 7)]
    return [("container", "at", "temperature_c"), ("P1", times[0], value), ("P2", times[1], "9")]


@pytest.mark.parametrize(
    ("delimiter", "value", "encoding"),
    [(";", "8,25", "utf-8"), ("\t", "8,25", "utf-16"), (";", "8,25", "windows-1252"), (",", "8.25", "utf-8-sig")],
)
def test_a_table_saved_by_a_spreadsheet_is_ingested(estimated_farm, logger, delimiter, value, encoding):
    lines = [("Readings of the week", "", ""), *write_table(200, value), ("", "", ""), ("", " ", "")]

    assert count_rows(send_csv(logger, lines, delimiter, encoding).json())[0] == 2
    with tenant_transaction(estimated_farm.company):
        reading = Reading.objects.get(container=estimated_farm.containers["P1"], at=at(200, 6))
        assert reading.temperature_c == 8.25


def test_a_number_of_two_readings_is_asked_about(logger):
    refused = send_csv(logger, write_table(202, "8,125"), ";")
    assert refused.status_code == 422
    assert refused.json()["detail"] == (
        "the file line 2: temperature_c '8,125': may be 8125 or 8.125, and no other number of the file decides it:"
        " state the decimal mark"
    )
    assert count_rows(send_csv(logger, write_table(202, "8,125"), ";", decimal="%2C").json()) == (2, 2, 0, 0)


def test_text_of_another_encoding_is_refused_in_one_line(logger):
    lines = [*write_table(203, "8"), ("Måløy", at(203, 6).isoformat(), "7")]
    table = "\n".join(",".join(line) for line in lines).encode("cp1252")

    answer = logger(table, "text/csv")
    assert answer.status_code == 422
    assert answer.json()["detail"] == (
        "the file is not UTF-8: save it as CSV UTF-8, or state its encoding, such as windows-1252"
    )
    assert logger(b'{"container": "M\xe5"}').json()["detail"] == "the file is not UTF-8: send it in UTF-8"
    stated = send_bytes(logger, "/api/v1/readings", table, "text/csv; charset=windows-1252").json()
    assert stated["errors"][0]["detail"] == "there is no container Måløy"


def test_one_reading_with_two_values_is_named_with_both_rows(estimated_farm, logger):
    first, other = build_rows(204, hours=2, pens=["P1"])
    rows = [first, other, first | {"temperature_c": 9.5}, first, other]

    refused = logger(format_lines(rows)).json()
    [fault] = refused["errors"]
    assert (fault["row"], fault["field"]) == (3, "temperature_c")
    assert fault["detail"] == (
        "temperature_c of 9.5 contradicts row 1, which has 8 for the same container and time: take one of them out"
    )
    assert refused["detail"].startswith("3 of 5 rows are wrong")
    # Which of the values is right is not guessed.
    assert count_rows(logger(format_lines(rows), mode="good").json()) == (5, 2, 0, 3)
    with tenant_transaction(estimated_farm.company):
        assert not Reading.objects.filter(container=estimated_farm.containers["P1"], at=first["at"]).exists()


def test_rows_that_name_their_parameter_are_counted_one_by_one(logger):
    first, other = build_rows(206, hours=2, pens=["P1"])
    place = {"container": "P1"}
    rows = [
        {**place, "at": row["at"], "parameter": name, "value": row[name]}
        for row in (first, other)
        for name in ("temperature_c", "oxygen_pct")
    ]
    rows.append(rows[0])
    assert count_rows(logger(format_lines(rows)).json()) == (5, 5, 0, 0)
    rows[3] |= {"value": 91}
    assert count_rows(logger(format_lines(rows)).json()) == (5, 2, 3, 0)


@pytest.mark.parametrize("query", [
    {"delimiter": ";", "decimal": ","},
    {"delimiter": "tab", "decimal": ",", "encoding": "utf-16"},
    {"delimiter": ";", "decimal": ",", "encoding": "windows-1252"},
])  # fmt: skip
def test_an_export_of_readings_goes_in_again_and_changes_nothing(estimated_farm, logger, program, query):
    manager, names = program(estimated_farm.company, "manager"), ("P1", *AWKWARD_NAMES)
    if "1252" not in query.get("encoding", ""):
        names += ("Łeba 北",)
    with tenant_transaction(estimated_farm.company):
        area = Container.objects.get(name="P1").area
        for name in names[1:]:
            Container.objects.get_or_create(
                company_id=estimated_farm.company, name=name, area=area, kind="pen", defaults={"volume_m3": 1000}
            )
    every = dict.fromkeys(PARAMETERS, 1.125) | {"temperature_c": 7.25, "oxygen_pct": 101.25}
    rows = [
        {"container": name, "at": at(208, hour).isoformat(), **every, "ph": None if hour else 7.5}
        for name in names
        for hour in range(24)
    ]
    answer = logger(format_lines(rows))
    assert answer.status_code == 200, answer.content
    for name in names:
        answer = manager.get("/readings/export", {"container": name, **query})
        assert answer.status_code == 200, answer.content
        content = b"".join(answer.streaming_content)

        again = send_bytes(logger, "/api/v1/readings?decimal=%2C", content, answer["Content-Type"]).json()
        assert again.get("came", again) == again.get("unchanged"), name
        assert again["came"] >= 24
        assert (again["taken"], again["refused"], again["changed"]) == (0, 0, 0)


AWKWARD_NAMES = ("-2", "=A1", "@b", "+Måløy; 'ytre', \"indre\"", "1.234", "2024-05-31", "1e5", "#1")


def test_the_id_of_an_export_has_to_be_that_of_the_container(estimated_farm, logger):
    [row] = build_rows(209, hours=1, pens=["P1"])
    assert logger(format_lines([row | {"container_id": estimated_farm.containers["P1"]}])).status_code == 200
    other = estimated_farm.containers["P2"]
    [fault] = logger(format_lines([row | {"container_id": other}])).json()["errors"]
    assert (fault["field"], fault["value"]) == ("container_id", str(other))
    assert f"container P1 has the id {estimated_farm.containers['P1']}" in fault["detail"]
