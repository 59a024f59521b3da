"""The memory that an export takes does not depend on the number of its rows."""

import os
import subprocess

import httpx
import psycopg
import pytest
from tests.acceptance.commands import COMMAND, MEBIBYTE, read_resources, reset_peak, serve_database
from tests.edited_farm import write_farm
from tests.integration.api.conftest import create_key

from grilse.access.models import Company

# P1 has ten times the readings of P2.
ROWS = {"P1": 200_000, "P2": 20_000}
ALLOWED = 32 * MEBIBYTE
"""More than a small export takes; 180,000 rows in memory would take more than 50 MB."""
INSERT = """
INSERT INTO environment_reading (company_id, container_id, at, temperature_c, oxygen_pct)
SELECT %s, %s, '2000-01-01T00:00Z'::timestamptz + make_interval(mins => n), n %% 20, n %% 100
  FROM generate_series(1, %s) n
"""
FORMATS = {
    "CSV": ({"format": "csv"}, "identity"),
    "compressed CSV": ({"format": "csv"}, "gzip"),
    "CSV of spreadsheets": ({"format": "csv", "delimiter": ";", "decimal": ",", "encoding": "utf-16"}, "identity"),
    "Parquet": ({"format": "parquet"}, "identity"),
}


@pytest.fixture(scope="module")
def farm(database):
    """A farm with many readings of P1, and some of P2."""
    farm = write_farm(Company.objects.using("owner").create(name="Northern Salmon").pk)
    add_readings(database, farm, ROWS)
    return farm


def add_readings(database, farm, rows):
    with psycopg.connect(database) as owner:
        for container, count in rows.items():
            owner.execute(INSERT, [farm.company, farm.containers[container], count])
        owner.execute("ANALYZE environment_reading")


@pytest.fixture(scope="module")
def client(farm, tmp_path_factory):
    """A client of a server of one process, and the process."""
    headers = {"Authorization": f"Bearer {create_key(farm.company, 'admin')}"}
    with (
        serve_database(tmp_path_factory.mktemp("server")) as server,
        httpx.Client(base_url=f"{server.address}/api/v1", headers=headers, timeout=300) as client,
    ):
        yield client, server.find_process()


@pytest.mark.parametrize("written", FORMATS.values(), ids=FORMATS)
def test_a_server_needs_no_more_memory_for_ten_times_the_rows(client, written):
    download(client, "P2", written)
    few, many = (download(client, container, written) for container in ("P2", "P1"))
    assert many <= few + ALLOWED


def download(client, container, written):
    """Download the readings of a container, and return the peak of the memory that the server took for it."""
    sender, process = client
    parameters, encoding = {"container": container, **written[0]}, {"Accept-Encoding": written[1]}
    before = read_resources(process).resident
    reset_peak(process)
    with sender.stream("GET", "/readings/export", params=parameters, headers=encoding) as answer:
        size = sum(map(len, answer.iter_raw()))
    assert (answer.status_code, int(answer.headers["Content-Length"])) == (200, size)
    assert int(answer.headers["X-Row-Count"]) >= ROWS[container]
    return read_resources(process).peak - before


def test_the_command_needs_no_more_memory_for_ten_times_the_rows(database, tmp_path):
    peaks = []
    for name, rows in (("Few Salmon", ROWS["P2"]), ("Many Salmon", ROWS["P1"])):
        farm = write_farm(Company.objects.using("owner").create(name=name).pk)
        add_readings(database, farm, {"P1": rows})
        words = ["export", str(tmp_path / name), "--company", name]
        process = subprocess.Popen([*COMMAND, *words], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        assert (tmp_path / name / "environment.csv").read_bytes().count(b"\n") > rows
        peaks.append(usage.ru_maxrss * 1024)
    assert peaks[1] <= peaks[0] + ALLOWED / 4
