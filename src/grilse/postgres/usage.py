"""Which processes use the embedded database, and what it contains: read before it is deleted."""

import atexit
import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grilse import home
from grilse.errors import GrilseError
from grilse.postgres import cluster_location, embedded_cluster, server
from grilse.postgres.embedded_cluster import DATABASE, Cluster

FOLDER = "processes"
SESSION_END_SECONDS = 2.0
"""Sessions of a command that has just ended may last as long."""
held_locks: list[int] = []

SELECT_SESSIONS = """
SELECT format('%%s as role %%s (backend %%s)', coalesce(nullif(application_name, ''), 'a session'), usename, pid)
  FROM pg_stat_activity
 WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY pid
"""
# The planner's estimate: to count all rows may take minutes.
ESTIMATE_ROWS = """
SELECT coalesce(sum(greatest(c.reltuples::bigint, s.n_live_tup)), 0)::bigint
  FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseContents:
    """What is lost with the embedded database."""

    folder: Path
    bytes: int
    companies: list[str] | None
    """None, as the rows, where the server does not start."""
    rows: int | None

    def __str__(self) -> str:
        """Return the figures as one phrase."""
        size = f"{self.bytes / 1e6:,.0f} MB in {self.folder}"
        if self.companies is None or self.rows is None:
            return f"the database with all companies: {size} (its rows cannot be counted: it does not start)"
        names = f" ({', '.join(self.companies)})" if self.companies else ""
        noun = "company" if len(self.companies) == 1 else "companies"
        return f"the database of {len(self.companies)} {noun}{names}: about {self.rows:,} rows, {size}"


def register_process() -> None:
    """Register this process as a user of the embedded database until it ends.

    The lock on its file ends with the process, however that ends.
    """
    draft = home.make_folder(FOLDER) / f".{os.getpid()}"
    path = draft.with_name(draft.name[1:])
    list(_iter_processes())  # removes the files of killed processes
    with home.report_home_errors(draft):
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(descriptor, " ".join(["grilse", *sys.argv[1:]]).encode())
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        draft.rename(path)
    held_locks.append(descriptor)
    atexit.register(path.unlink, missing_ok=True)


def refuse_while_in_use() -> None:
    """Refuse while another process uses the embedded database, and name it."""
    users = [*_iter_processes(), *_list_sessions()]
    if users:
        raise GrilseError(f"the database is in use by {users[0]}: stop that first; nothing is deleted")


def read_contents() -> DatabaseContents | None:
    """Return what the embedded database contains, None without one; starts a stopped server to count."""
    location = cluster_location.find_location()
    if location is None:
        return None
    companies, rows = None, None
    with suppress(GrilseError):
        companies, rows = _count_contents(embedded_cluster.ensure_cluster())
    size = embedded_cluster.measure_folder(location.data_folder)
    return DatabaseContents(folder=location.folder, bytes=size, companies=companies, rows=rows)


def _count_contents(cluster: Cluster) -> tuple[list[str], int]:
    with cluster.connect_superuser(DATABASE) as connection:
        row = connection.execute(ESTIMATE_ROWS).fetchone()
        has_companies = connection.execute("SELECT to_regclass('farm_company') IS NOT NULL").fetchone() == (True,)
        query = "SELECT name FROM farm_company ORDER BY name"
        companies = [str(name) for (name,) in connection.execute(query)] if has_companies else []
        return companies, int(str(row[0])) if row else 0


def _iter_processes() -> Iterator[str]:
    """Yield the registered processes that are alive, and forget the others."""
    for path in sorted((home.find_home() / FOLDER).glob("[0-9]*")):
        with suppress(FileNotFoundError), path.open("r+") as file:
            if not embedded_cluster.try_lock(file.fileno()):
                yield f"`{file.read()}` (process {path.name})"
            else:
                path.unlink()


def _list_sessions() -> list[str]:
    """Return the sessions of a running server; those of a command that has just ended get time to end."""
    location = cluster_location.find_location()
    if location is None or server.read_state(location) != "ready":
        return []
    deadline = time.monotonic() + SESSION_END_SECONDS
    with Cluster(location=location).connect_superuser() as connection:
        while sessions := [str(name) for (name,) in connection.execute(SELECT_SESSIONS, [DATABASE])]:
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
    return sessions
