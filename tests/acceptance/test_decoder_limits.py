"""Small requests that decode to much, sent to a server with little memory: each is refused, and others are answered."""

import gzip
import io
import json
import resource
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pyarrow as pa
import pytest
from tests.acceptance.commands import MEBIBYTE, read_resources, serve_database
from tests.edited_farm import write_farm
from tests.integration.api.conftest import create_key
from tests.official_files import LICE

from grilse.api.problems import MEMORY_MESSAGE

MEMORY_MB = 1600
"""Addresses of memory of a process, of which the libraries and the stacks of the threads take half."""
READINGS, ARROW = "/api/v1/readings", "application/vnd.apache.arrow.stream"
ROWS = 65_536
TIMES = pa.array(np.zeros(ROWS, "int64")).cast(pa.timestamp("us", tz="UTC"))
HEADER = "container,at,temperature_c\n"


def build_arrow_file(containers, batches=1, **columns):
    """Return an Arrow stream that repeats its rows."""
    table = pa.table({"container": containers, "at": TIMES, "temperature_c": np.zeros(ROWS), **columns})
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        for _ in range(batches):
            writer.write_table(table)
    return sink.getvalue()


def build_dictionary(size, kind="int8"):
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(ROWS, kind)), pa.array(["x" * size]))


def build_arrow_dictionaries(letters):
    """Return an Arrow stream of one row and one large dictionary for each letter."""
    sink, writer = io.BytesIO(), None
    for letter in letters:
        names = pa.DictionaryArray.from_arrays(pa.array([0], "int32"), pa.array([letter * 1000] * 60_000))
        rows = pa.table({"container": names, "at": TIMES[:1], "temperature_c": np.zeros(1)})
        writer = writer or pa.ipc.new_stream(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression="zstd"))
        writer.write_table(rows)
    writer.close()
    return sink.getvalue()


def pack(name, size):
    """Return a ZIP archive of zeros."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, bytes(size))
    return sink.getvalue()


def build_plan(containers):
    """Return a plan of 300 batches whose stages have the containers."""
    stage = {"order": 1, "hall": "A", "containers": containers, "from": "2020-01-01", "to": "2020-04-01"}
    batch = {"number": "A", "geography": "B", "start": "2020-01-01", "eggs": 5000, "stages": [stage] * 6}
    world = {"name": "north-atlantic", "sha256": "0"}
    return json.dumps({"version": 1, "world": world, "until": "2025-12-31", "batches": [batch] * 300}).encode()


# Address, content type, body, status, and words of the refusal.
BOMBS = {
    "an Arrow dictionary of a text of 10 kB": (
        READINGS, ARROW, lambda: build_arrow_file(build_dictionary(10_000)), 413, "write a name or a time"),
    "an Arrow dictionary of a text of 1 MB": (
        READINGS, ARROW, lambda: build_arrow_file(build_dictionary(10**6, "int32")), 413, "write a name or a time"),
    "Arrow texts of 1,030 bytes in every row": (
        READINGS, ARROW, lambda: build_arrow_file(pa.array(["x" * 1030] * ROWS)), 413, "more than 64 MB"),
    "Arrow dictionaries that no row needs": (
        READINGS, ARROW, lambda: build_arrow_dictionaries("abcdef"), 413, "more than 256 MB"),
    "Arrow rows of two millions": (
        READINGS, ARROW, lambda: build_arrow_file(build_dictionary(1), 40), 422, "fields of the first"),
    "one line of CSV": (READINGS, "text/csv", lambda: HEADER.encode() + b"x" * 2**25, 422, "a line of more than 64 kB"),
    "a quotation mark of CSV that does not end": (
        READINGS, "text/csv", lambda: f'{HEADER}"'.encode() + b"x\n" * 2**24, 422, "is a quotation mark missing?"),
    "a row of CSV over all lines": (
        READINGS, "text/csv", lambda: HEADER.encode() + b'"a\n",' * 2**23, 422, "is a quotation mark missing?"),
    "rows of CSV that end within each block": (
        READINGS, "text/csv", lambda: HEADER.encode() + b'a,"b\nc",d\n' * 2**22, 422, "fields of the first"),
    "gzip as CSV": (READINGS, "text/csv", lambda: gzip.compress(bytes(2**28)), 422, "is a gzip archive, not CSV"),
    "a workbook as CSV": (READINGS, "text/csv", lambda: pack("xl/workbook.xml", 2**28), 422, "not CSV"),
    "one line of JSON": (
        READINGS, "application/x-ndjson", lambda: b'{"container":"' + b"x" * 2**25, 413, "a line of more than 64 kB"),
    "objects of JSON in a line": (
        READINGS, "application/x-ndjson", lambda: b"[" * 60_000 + b"\n", 422, "this is no JSON object"),
    "an official file of one cell": (
        "/api/v1/official-files", "text/csv", lambda: "Uke;År;Lokalitetsnummer;".encode() + b"x" * 2**25, 422,
        "a line of more than 64 kB"),
    "an official file of a million rows": (
        "/api/v1/official-files", "text/csv",
        lambda: f"{LICE}\n".encode() + (b"1,2020,10000" + b"," * (LICE.count(",") - 2) + b"\n") * (10**6 + 1), 422,
        "import a file of fewer years"),
    "JSON of a million lists": (
        "/api/v1/losses", "application/json", lambda: b"[" + b"[]," * 2**19 + b"[]]", 413, "300,000 values"),
    "JSON of deep lists": ("/api/v1/losses", "application/json", lambda: b"[" * 2**20, 413, "300,000 values"),
    "JSON of lists too deep for its parser": (
        "/api/v1/losses", "application/json", lambda: b"[" * 200_000, 422, "write it flat"),
    "gzip as JSON": (
        "/api/v1/losses", "application/json", lambda: gzip.compress(b'{"losses": [' + b" " * 2**28), 400, "is no JSON"),
    "JSON of more bytes than a request may have": (
        "/api/v1/losses", "application/json", lambda: b" " * 2**22, 413, "send it in parts"),
    "anchors of YAML in the text of a plan": (
        "/api/v1/plans/check", "application/json",
        lambda: json.dumps({"version": 1, "batches": [{"number": "&a [*a, *a]"}]}).encode(), 422, "body"),
    "a plan whose ranges name many containers": (
        "/api/v1/plans/check", "application/json", lambda: build_plan(["1..1000"]), 422,
        "the plan has more than 100,000 containers"),
    "a plan whose stages name many containers": (
        "/api/v1/plans/check", "application/json", lambda: build_plan(["1..1000"] * 100), 422,
        "stage 1 of A has more than 1,000 containers"),
}  # fmt: skip


@pytest.fixture(scope="module")
def limited_server(database, tmp_path_factory):
    """A server of one process with little memory."""
    with serve_database(tmp_path_factory.mktemp("server"), memory_mb=MEMORY_MB) as server:
        yield server


@pytest.fixture(scope="module")
def served(limited_server):
    """A client of the server with the key of an admin."""
    from grilse.access.models import Company

    farm = write_farm(Company.objects.using("owner").create(name="Northern Salmon").pk)
    headers = {"Authorization": f"Bearer {create_key(farm.company, 'admin')}"}
    with httpx.Client(base_url=limited_server.address, headers=headers, timeout=120) as client:
        yield client


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_and_others_are_answered_meanwhile(served, bomb):
    address, kind, build, status, words = bomb
    body = build()
    calm = max(time_request(served) for _ in range(5))
    with ThreadPoolExecutor() as pool:
        sending = pool.submit(served.post, address, content=body, headers={"Content-Type": kind})
        waited = [time_request(served)]
        while not sending.done():
            waited.append(time_request(served))
    answer = sending.result()
    assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.text[:300]
    # On a machine that is busy with something else, a request alone may take longer, too.
    assert max(waited) <= max(1, 5 * calm)


def time_request(client):
    """Return the seconds of a request that works with the database."""
    began = time.monotonic()
    with httpx.Client(base_url=client.base_url, headers=client.headers, timeout=60) as other:
        assert other.get("/api/v1/batches").status_code == 200
    return time.monotonic() - began


LEFT_MB = 24
"""Addresses that a server may still take; each of these files makes more, within all limits."""
MANY = 1_000_000
MINUTES = np.datetime64("2000-01-01T00:00") + np.arange(MANY)
WRITTEN = [f"{minute}Z" for minute in np.datetime_as_string(MINUTES).tolist()]


def build_arrow_readings():
    columns = {"container": pa.array(["P1"] * MANY).dictionary_encode(), "temperature_c": np.full(MANY, 9.5)}
    table = pa.table({**columns, "at": pa.array(MINUTES.astype("datetime64[us]")).cast(pa.timestamp("us", tz="UTC"))})
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


LARGE = {
    "JSON lines": (
        READINGS, "application/x-ndjson",
        lambda: "".join(f'{{"container":"P1","at":"{at}","temperature_c":9.5}}\n' for at in WRITTEN).encode()),
    "CSV": (READINGS, "text/csv", lambda: (HEADER + "".join(f"P1,{at},9.5\n" for at in WRITTEN)).encode()),
    "Arrow": (READINGS, ARROW, build_arrow_readings),
    "an official file": (
        "/api/v1/official-files", "text/csv",
        lambda: f"{LICE}\n".encode() + (b"1,2020,10000" + b"," * (LICE.count(",") - 2) + b"\n") * 900_000),
}  # fmt: skip


@pytest.mark.parametrize("large", LARGE.values(), ids=LARGE)
def test_a_file_that_needs_more_memory_than_there_is_is_refused_and_the_server_goes_on(served, limited_server, large):
    address, kind, build = large
    body, process = build(), limited_server.find_process()
    for _ in range(4):  # each thread has its stack, its connection and the libraries
        time_request(served)
        served.post(address, content=body[:1000], headers={"Content-Type": kind})
    _, most = resource.prlimit(process, resource.RLIMIT_AS)
    left = read_resources(process).addresses + LEFT_MB * MEBIBYTE
    resource.prlimit(process, resource.RLIMIT_AS, (left, most))
    try:
        answer = served.post(address, content=body, headers={"Content-Type": kind})
        after = served.get("/api/v1/batches")
    finally:
        resource.prlimit(process, resource.RLIMIT_AS, (most, most))
    assert (answer.status_code, answer.json()["detail"]) == (413, MEMORY_MESSAGE), answer.text[:300]
    assert after.status_code == 200
    assert limited_server.find_process() == process
