"""The embedded cluster of this home: create, start, inspect, stop and delete it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from grilse import home
from grilse.errors import GrilseError
from grilse.postgres import address, binaries, cluster_location, roles, server
from grilse.postgres.cluster_location import SOCKET_NAME, ClusterLocation

DATABASE = "grilse"
OWNER = "grilse"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster:
    """An embedded cluster, by its location."""

    location: ClusterLocation

    @property
    def owner_url(self) -> str:
        """Address of the role that owns the tables, for migrations and bulk loads."""
        return self.build_url(user=OWNER, password=home.read_secret("owner_password"))

    @property
    def app_url(self) -> str:
        """Address of the application role, which owns nothing."""
        return self.build_url(user=roles.APP, password=home.read_secret("app_password"))

    def build_url(self, *, user: str, password: str | None = None, database: str = DATABASE) -> str:
        """Return an address of this cluster."""
        host = str(self.location.socket_folder)
        return address.build_url({"host": host, "dbname": database, "user": user, "password": password})

    def connect_superuser(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """Connect as the superuser, whom the operating system authenticates without a password."""
        return psycopg.connect(self.build_url(user=server.SUPERUSER, database=database), autocommit=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterStatus:
    """State of the home's cluster, read without changing it."""

    state: server.ServerState
    folder: Path | None
    version: str | None  # of the data folder
    pid: int | None
    bytes: int


def ensure_cluster() -> Cluster:
    """Return the home's running cluster; create or start it first if needed."""
    location = cluster_location.find_location()
    if location is not None and is_answering(location):
        return Cluster(location=location)
    with hold_launch_lock():
        cluster = Cluster(location=cluster_location.find_location() or cluster_location.choose_location())
        if not is_answering(cluster.location):
            start_cluster(cluster)
        return cluster


def is_answering(location: ClusterLocation) -> bool:
    """Return whether the server is ready and accepts the logins of the owner and of the application role."""
    if server.read_state(location) != "ready" or not (location.socket_folder / SOCKET_NAME).exists():
        return False
    cluster = Cluster(location=location)
    try:
        psycopg.connect(cluster.owner_url).close()
        psycopg.connect(cluster.app_url).close()
    except psycopg.OperationalError:
        return False
    return True


def start_cluster(cluster: Cluster) -> None:
    """Bring the cluster from any state to running, with its roles created."""
    location = cluster.location
    location.make_folders()
    if not location.owner.can_enter(location.folder):
        raise GrilseError(f"the database's user {location.owner.name} can no longer enter {location.folder}")
    await_transition(location)
    if server.read_state(location) == "stopped":
        programs = binaries.ensure_runnable(binaries.find_binaries(), location.owner, location.folder)
        if not location.data_folder.exists():
            server.initialise_data(location, programs)
        check_version(location, programs)
        server.start_server(location, programs)
    make_database(cluster)


def await_transition(location: ClusterLocation) -> None:
    """Wait for a start or stop by another command; stop a server whose socket was deleted."""
    server.wait_until(lambda: server.read_state(location) in ("ready", "stopped"), "PostgreSQL is recovering")
    if server.read_state(location) == "ready" and not (location.socket_folder / SOCKET_NAME).exists():
        server.stop_server(location)


def check_version(location: ClusterLocation, programs: binaries.Binaries) -> None:
    """Refuse to open the data of another major version."""
    made_by = read_data_version(location)
    if made_by != str(programs.major_version):
        raise GrilseError(
            f"the database in {location.folder} was made by PostgreSQL {made_by}, but {programs.folder} is"
            f" {programs.version}: set GRILSE_PG_BIN to the bin folder of a PostgreSQL {made_by},"
            " or export with that one, `grilse db reset` and import"
        )


def read_data_version(location: ClusterLocation) -> str:
    """Return the major version of the data folder."""
    return (location.data_folder / "PG_VERSION").read_text().strip()


def make_database(cluster: Cluster) -> None:
    """Create the owner, the database and the application role, or correct existing ones."""
    with cluster.connect_superuser() as connection:
        password = home.read_secret("owner_password")
        roles.create_or_alter_role(connection, OWNER, password, "LOGIN CREATEDB CREATEROLE")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            statement = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
    roles.prepare_app_role(cluster.owner_url, cluster.app_url)


def stop_cluster() -> bool:
    """Stop the home's server; return whether it ran."""
    with hold_launch_lock():
        location = cluster_location.find_location()
        return location is not None and server.stop_server(location)


def delete_cluster() -> bool:
    """Stop and delete the home's cluster; the next command that needs one creates it."""
    with hold_launch_lock():
        location = cluster_location.find_location()
        if location is None:
            return False
        server.kill_server(location)
        server.clear_remains(location)
        location.delete_folders()
        return True


def read_status() -> ClusterStatus:
    """Read the state of the home's cluster without starting or creating anything."""
    location = cluster_location.find_location()
    if location is None:
        return ClusterStatus(state="stopped", folder=None, version=None, pid=None, bytes=0)
    return ClusterStatus(
        state=server.read_state(location),
        folder=location.folder,
        version=read_data_version(location),
        pid=server.find_postmaster(location),
        bytes=measure_folder(location.data_folder),
    )


def measure_folder(folder: Path) -> int:
    """Return the bytes on disk; files come and go while the server runs."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_blocks * 512
        except FileNotFoundError:
            continue
    return total


@contextmanager
def hold_launch_lock() -> Iterator[None]:
    """Let one command at a time start or stop the home's server; the lock ends with the command."""
    path = home.make_home() / "postgres.lock"
    with home.report_home_errors(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        server.wait_until(lambda: try_lock(descriptor), "another grilse command is starting or stopping PostgreSQL")
        yield
    finally:
        os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Try to take the lock."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
