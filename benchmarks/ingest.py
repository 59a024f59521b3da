"""Readings of a site's year through HTTP, beside a bare COPY of the same rows.

Runs on copies of the history that stands in the database, so nothing of it changes; no server may be
connected to it meanwhile. Prints what ingest.md states.
"""

import argparse
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import numpy as np
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from site_year import HOURS, PENS, SENSORS, Columns, formats, year

ONE_WRONG_IN = 10_000
SITE = """
SELECT a.company_id, a.name, array_agg(DISTINCT c.name ORDER BY c.name),
       (SELECT max(at)::date FROM environment_reading)
  FROM farm_area a
  JOIN farm_container c ON c.area_id = a.id
  LEFT JOIN stock_placement p ON p.container_id = c.id
   AND coalesce(p.stop, 'infinity') > (SELECT max(at) - interval '1 year' FROM environment_reading)
 GROUP BY a.company_id, a.id HAVING count(DISTINCT c.id) >= %(pens)s
 ORDER BY count(p.id) DESC, a.id LIMIT 1
"""
STOOD = """
SELECT count(DISTINCT p.batch_id), count(*)
  FROM stock_placement p JOIN farm_container c ON c.id = p.container_id
 WHERE c.name = ANY(%(pens)s) AND p.start < %(last)s AND coalesce(p.stop, 'infinity') > %(first)s
"""


def main() -> None:
    """Measure each format some times, each time on a copy of its own."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--repeats", type=int, default=3)
    repeats = asked.parse_args().repeats
    owner, app = _urls()
    with psycopg.connect(owner) as connection:
        company, site, pens, last = _site(connection)
        columns = year(pens, last)
        stood = connection.execute(STOOD, {"pens": pens, "first": last - timedelta(365), "last": last}).fetchone()
        bare = [_bare_copy(connection, columns) for _ in range(repeats)]
    values = PENS * HOURS * len(SENSORS)
    print(f"{site}: {PENS} pens, a year to {last}, {PENS * HOURS:,} readings, {values:,} values; n = {repeats}")
    print(f"{stood[0]} batches in {stood[1]} placements stood there")
    print(f"bare COPY {median(bare):.2f} s, {values / median(bare):,.0f} values/s")
    print(
        "| format | MB | values/s | whole s | reading s | writing s | estimating s | again: changed, s"
        " | server MB before, peak |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name, (kind, file) in formats(columns).items():
        runs = []
        for _ in range(repeats):
            with _served(owner, app, company) as (client, server):
                runs.append(_measured(client, kind, file, server))
        _print(name, len(file), values, runs)
    with _served(owner, app, company) as (client, _):
        _print_wrong(client, columns)


def _measured(client: httpx.Client, kind: str, file: bytes, server: int) -> dict[str, Any]:
    before = _peak(server)
    told, whole = _sent(client, kind, file)
    again, seconds = _sent(client, kind, file)
    return {**told["seconds"], "whole": whole, "changed": told["changed"], "again": again["changed"],
            "again_s": seconds, "before": before, "peak": _peak(server)}  # fmt: skip


def _sent(client: httpx.Client, kind: str, file: bytes, mode: str = "all") -> tuple[dict[str, Any], float]:
    begun = time.perf_counter()
    answer = client.post(f"/api/v1/readings?mode={mode}", content=file, headers={"Content-Type": kind})
    seconds = time.perf_counter() - begun
    if answer.is_error:
        raise SystemExit(answer.text[:1000])
    return answer.json(), seconds


def _print(name: str, size: int, values: int, runs: list[dict[str, Any]]) -> None:
    of = {key: median(run[key] for run in runs) for key in runs[0]}
    rate = median(values / (run["whole"] - run["estimating"]) for run in runs)
    print(
        f"| {name} | {size / 1e6:.1f} | {rate:,.0f} | {of['whole']:.2f} | {of['reading']:.2f}"
        f" | {of['writing']:.2f} | {of['estimating']:.2f} | {of['again']:.0f}, {of['again_s']:.2f}"
        f" | {of['before']:.0f}, {of['peak']:.0f} |"
    )


def _print_wrong(client: httpx.Client, columns: Columns) -> None:
    """Say what becomes of a file with one wrong row in ten thousand."""
    spoilt = columns["temperature_c"].copy()
    spoilt[ONE_WRONG_IN - 1 :: ONE_WRONG_IN] = 99
    kind, file = formats(columns | {"temperature_c": spoilt})["JSON lines"]
    begun = time.perf_counter()
    refused = client.post("/api/v1/readings", content=file, headers={"Content-Type": kind})
    seconds, errors = time.perf_counter() - begun, refused.json()["errors"]
    rows = [error["row"] for error in errors]
    print(f"one wrong row in {ONE_WRONG_IN:,}: {refused.status_code} after {seconds:.2f} s, rows {rows}")
    print(f"  the first: {errors[0]}")
    told, seconds = _sent(client, kind, file, "good")
    print(f"  mode=good: {told['taken']:,} taken, {told['refused']} refused, {seconds:.2f} s")


def _site(connection: psycopg.Connection[Any]) -> tuple[int, str, list[str], Any]:
    found = connection.execute(SITE, {"pens": PENS}).fetchone()
    if found is None:
        raise SystemExit(f"no site has {PENS} pens: `grilse demo` makes the reference history")
    company, site, names, last = found
    return company, site, names[:PENS], last


def _bare_copy(connection: psycopg.Connection[Any], columns: Columns) -> float:
    """Seconds of a COPY of the same rows, encoded beforehand, into a table without anything on it."""
    from grilse.bulk.binary import encode_columns
    from grilse.bulk.table import Table
    from grilse.environment.models import Reading

    at = columns["at"].astype("datetime64[us]").astype(np.int64)
    ones = np.ones(len(at), np.int64)
    table = Table.from_model(Reading).select_columns(["company_id", "container_id", "at", *SENSORS])
    stream = b"".join(encode_columns(table, {"company_id": ones, "container_id": ones, "at": at, **_single(columns)}))
    connection.execute("DROP TABLE IF EXISTS bare; CREATE TABLE bare (LIKE environment_reading)")
    connection.commit()
    listed = ", ".join(column.name for column in table.columns)
    begun = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(f"COPY bare ({listed}) FROM STDIN (FORMAT binary)".encode()) as to:
        to.write(stream)
    connection.commit()
    seconds = time.perf_counter() - begun
    connection.execute("DROP TABLE bare")
    connection.commit()
    return seconds


def _single(columns: Columns) -> dict[str, Any]:
    return {name: columns[name].astype(np.float32) for name in SENSORS}


def _urls() -> tuple[str, str]:
    from django.db import connections

    from grilse.postgres import database
    from grilse.project.schema import open_database

    open_database()
    # Nobody may be connected to a database that is copied.
    connections.close_all()
    return database.resolve_urls()


@contextmanager
def _served(owner: str, app: str, company: int) -> Iterator[tuple[httpx.Client, int]]:
    """Serve a copy of the database on a free port, and drop it afterwards."""
    name = f"grilse_ingest_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(_at(owner, "postgres"), autocommit=True) as connection:
        source = conninfo_to_dict(owner)["dbname"]
        connection.execute(f'CREATE DATABASE {name} TEMPLATE "{source}" STRATEGY FILE_COPY'.encode())
    urls = {"DATABASE_URL": _at(owner, name), "GRILSE_APP_URL": _at(app, name)}
    key = subprocess.run(
        [sys.executable, __file__, "key", str(company)], env={**os.environ, **urls}, check=True, capture_output=True
    )
    port = _free_port()
    command = [Path(sys.executable).with_name("grilse"), "serve", "--port", str(port), "--no-worker"]
    server = subprocess.Popen(command, env={**os.environ, **urls}, stderr=subprocess.DEVNULL)
    try:
        headers = {"Authorization": f"Bearer {key.stdout.decode().strip()}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=600) as client:
            _wait(client)
            yield client, server.pid
    finally:
        server.terminate()
        server.wait()
        with psycopg.connect(_at(owner, "postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def make_key(company: int) -> str:
    """Make a login that may send readings, and return its key."""
    from grilse.django_setup import connect_django

    connect_django()
    from grilse.access import api_keys, memberships
    from grilse.access.tenancy import tenant_transaction

    with tenant_transaction(company):
        user = memberships.add_login("ingest-benchmark")
        memberships.grant_role(user, "operator", None)
        end = datetime.now(UTC) + timedelta(days=1)
        return api_keys.issue_key(user=user, name="benchmark", scopes=["environment.ingest"], expires_at=end).key


def _wait(client: httpx.Client) -> None:
    for _ in range(300):
        try:
            client.get("/api/v1/openapi.json")
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _peak(server: int) -> float:
    """Most memory, in MB, of the largest process of the server so far."""
    family = [server, *map(int, Path(f"/proc/{server}/task/{server}/children").read_text().split())]
    lines = [line for pid in family for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return max(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _at(url: str, name: str) -> str:
    return make_conninfo(**{**conninfo_to_dict(url), "dbname": name})


if __name__ == "__main__":
    if sys.argv[1:2] == ["key"]:
        print(make_key(int(sys.argv[2])))
    else:
        main()
