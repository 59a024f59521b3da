"""Files that a server sends: nobody receives one that looks complete and is not."""

import gzip
import http.client
import io
import json
import random
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest
from tests.acceptance.commands import (
    COMMAND,
    LONGEST,
    MEBIBYTE,
    Server,
    read_resources,
    reset_peak,
    run_command,
    serve_database,
)
from tests.forked_command import run_forked_command

TRIES = 12  # of each format
FORMATS = {
    "CSV": ("draws/export?format=csv", {}),
    "compressed CSV": ("meals/export?format=csv", {"Accept-Encoding": "gzip"}),
    "Parquet": ("draws/export?format=parquet", {"Accept-Encoding": "gzip"}),
    "JSON": ("draws?limit=1000", {}),
}
TERMINATE = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
 WHERE datname = current_database() AND usename = current_user AND query LIKE %s AND state <> 'idle'
   AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class Download:
    """What a client received, decompressed; None is a body that ended before its length."""

    status: int
    body: bytes | None
    rows: str | None
    seconds: float


@dataclass(frozen=True)
class Client:
    """A client of a server on the history."""

    server: Server
    key: str
    environment: dict[str, str]

    def download(self, path, headers):
        begun = time.monotonic()
        connection = http.client.HTTPConnection(self.server.address.removeprefix("http://"), timeout=LONGEST)
        connection.request("GET", f"/api/v1/{path}", headers={"Authorization": f"Bearer {self.key}", **headers})
        response = connection.getresponse()
        try:
            body = response.read()
            if response.headers["Content-Encoding"] == "gzip":
                body = gzip.decompress(body)
        except (http.client.IncompleteRead, ConnectionError):
            body = None
        connection.close()
        return Download(response.status, body, response.headers["X-Row-Count"], time.monotonic() - begun)


@pytest.fixture(scope="module")
def client(history, tmp_path_factory):
    here, _ = history
    words = ("user", "add", "reader", "--role", "admin", "--password-stdin")
    added = run_forked_command(here, *words, input="a long password")
    assert added.returncode == 0, added.stderr
    key = run_command(
        here, "key", "add", "--user", "reader", "--name", "files", "--scope", "*", "--expires", "2099-01-01"
    )
    with serve_database(tmp_path_factory.mktemp("server"), environment=here) as server:
        yield Client(server, key.strip(), here)


@contextmanager
def terminated(url, delay=0.0, query="%"):
    """End the connections of a role that are at work, until one was; yield the list with their number."""
    stop, ended = threading.Event(), []

    def terminate():
        stop.wait(delay)
        with psycopg.connect(url, autocommit=True) as connection:
            while not stop.is_set() and not sum(ended):
                ended.append(connection.execute(TERMINATE, [query]).fetchone()[0])

    killer = threading.Thread(target=terminate)
    killer.start()
    try:
        yield ended
    finally:
        stop.set()
        killer.join()


@pytest.mark.parametrize("format", FORMATS)
def test_no_response_looks_complete_that_is_not(client, format):
    path, headers = FORMATS[format]
    complete = client.download(path, headers)
    assert complete.status == 200
    refused = 0
    chance = random.Random(format)
    for _ in range(TRIES):
        with terminated(client.environment["GRILSE_APP_URL"], chance.uniform(0, complete.seconds)) as ended:
            received = client.download(path, headers)
        if received.status == 200 and received.body is not None:
            assert received.body == complete.body
        elif received.status != 200:
            refused += 1
            assert received.status == 503
            assert "send it again" in json.loads(received.body)["detail"]
            assert sum(ended)
    assert refused or format == "JSON"


def test_a_file_says_how_many_rows_it_has(client):
    answer = client.download(*FORMATS["CSV"])
    assert int(answer.rows) == answer.body.count(b"\r\n") - 1 > 1000
    pq = pytest.importorskip("pyarrow.parquet")
    file = client.download(*FORMATS["Parquet"])
    assert pq.read_metadata(io.BytesIO(file.body)).num_rows == int(file.rows) == int(answer.rows)


@pytest.mark.parametrize("format", FORMATS)
def test_memory_and_files_that_an_export_takes_are_given_back(client, format):
    process = client.server.find_process()
    for _ in range(4):  # each thread has sent one
        client.download(*FORMATS[format])
    before = read_resources(process)
    reset_peak(process)
    for _ in range(8):
        client.download(*FORMATS[format])

    after = read_resources(process)
    assert after.peak - before.resident < 32 * MEBIBYTE
    assert after.resident - before.resident < 16 * MEBIBYTE
    # Two threads may connect to the database only now, and the last response may not be closed yet.
    assert after.files <= before.files + 4


@pytest.mark.parametrize(("words", "query"), [("export package", "COPY%"), ("fingerprint", "%")])
def test_a_command_that_loses_its_database_leaves_no_file_and_says_so(history, tmp_path, words, query):
    here, _ = history
    command = [*COMMAND, *words.split()]
    with terminated(here["DATABASE_URL"], query=query):
        done = subprocess.run(command, env=here, capture_output=True, text=True, timeout=LONGEST, cwd=tmp_path)

    assert done.returncode == 2, done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: the connection to the database ended (")
    assert done.stderr.splitlines()[-1].endswith("): run the command again")
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
