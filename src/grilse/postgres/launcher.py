"""The embedded cluster of this home: make it, start it, name it, stop it, forget it."""

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
from grilse.postgres import address, binaries, configuration, place, roles, server
from grilse.postgres.place import SOCKET_NAME, Place

DATABASE = "grilse"
OWNER = "grilse"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster:
    """An embedded cluster, by where it is."""

    place: Place

    @property
    def owner_url(self) -> str:
        """Return the address of the role that owns the tables: migrations and bulk loads."""
        return self.url(user=OWNER, password=home.secret("owner_password"))

    @property
    def app_url(self) -> str:
        """Return the address of the role of the doors, which owns nothing."""
        return self.url(user=roles.APP, password=home.secret("app_password"))

    def url(self, *, user: str, password: str | None = None, database: str = DATABASE) -> str:
        """Return an address of this cluster."""
        host = str(self.place.socket)
        return address.url({"host": host, "dbname": database, "user": user, "password": password})

    def superuser(self) -> psycopg.Connection[tuple[object, ...]]:
        """Connect as the superuser, which needs no password: the operating system vouches for this user."""
        maintenance = self.url(user=configuration.SUPERUSER, database="postgres")
        return psycopg.connect(maintenance, autocommit=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """What is known of the home's cluster without touching it."""

    state: server.State
    folder: Path | None
    version: str | None  # of the data folder
    pid: int | None
    bytes: int


def ensure() -> Cluster:
    """Return the home's running cluster; make or start it first if need be."""
    found = place.find()
    if found is not None and answers(found):
        return Cluster(place=found)
    with locked():
        cluster = Cluster(place=place.find() or place.choose())
        if not answers(cluster.place):
            bring_up(cluster)
        return cluster


def answers(where: Place) -> bool:
    """Tell whether the server is ready and knows our owner."""
    if server.state(where) != "ready" or not (where.socket / SOCKET_NAME).exists():
        return False
    try:
        psycopg.connect(Cluster(place=where).owner_url).close()
    except psycopg.OperationalError:
        return False
    return True


def bring_up(cluster: Cluster) -> None:
    """Take the cluster from whatever state it is in to running with its roles made."""
    where = cluster.place
    where.make()
    if not where.owner.can_enter(where.folder):
        raise GrilseError(f"the database's user {where.owner.name} can no longer enter {where.folder}")
    settle(where)
    if server.state(where) == "stopped":
        programs = binaries.within_reach(binaries.find(), where.owner, where.folder)
        if not where.data.exists():
            server.initialise(where, programs)
        check_version(where, programs)
        server.start(where, programs)
    make_database(cluster)


def settle(where: Place) -> None:
    """Wait for a start or a stop that another command began; stop a server whose socket was swept away."""
    server.wait(lambda: server.state(where) in ("ready", "stopped"), "PostgreSQL is recovering")
    if server.state(where) == "ready" and not (where.socket / SOCKET_NAME).exists():
        server.stop(where)


def check_version(where: Place, programs: binaries.Binaries) -> None:
    """Refuse to open another major version's data."""
    made_by = version(where)
    if made_by != str(programs.major):
        raise GrilseError(
            f"the database in {where.folder} was made by PostgreSQL {made_by}, but {programs.folder} is"
            f" {programs.version}: set GRILSE_PG_BIN to the bin folder of a PostgreSQL {made_by},"
            " or export with that one, `grilse db reset` and import"
        )


def version(where: Place) -> str:
    """Return the major version of the data folder."""
    return (where.data / "PG_VERSION").read_text().strip()


def make_database(cluster: Cluster) -> None:
    """Make the owner, the database and the application role, or set right what is there."""
    with cluster.superuser() as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone()
        verb = sql.SQL("ALTER ROLE" if known else "CREATE ROLE")
        password = roles.verifier(connection, OWNER, home.secret("owner_password"))
        connection.execute(
            sql.SQL("{} {} LOGIN CREATEDB CREATEROLE PASSWORD {}").format(
                verb, sql.Identifier(OWNER), password
            )
        )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            made = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(made.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
    roles.prepare(cluster.owner_url, cluster.app_url)


def stop() -> bool:
    """Stop the home's server; return whether it ran."""
    with locked():
        found = place.find()
        return found is not None and server.stop(found)


def reset() -> bool:
    """Stop and delete the home's cluster; the next command that needs one makes it."""
    with locked():
        found = place.find()
        if found is None:
            return False
        server.stop(found)
        server.clear_remains(found)
        found.remove()
        return True


def status() -> Status:
    """Look at the home's cluster without starting or making anything."""
    found = place.find()
    if found is None:
        return Status(state="stopped", folder=None, version=None, pid=None, bytes=0)
    return Status(
        state=server.state(found),
        folder=found.folder,
        version=version(found),
        pid=server.postmaster(found),
        bytes=size(found.data),
    )


def size(folder: Path) -> int:
    """Return the bytes on disk; files come and go while the server runs."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_blocks * 512
        except FileNotFoundError:
            continue
    return total


@contextmanager
def locked() -> Iterator[None]:
    """Let one command at a time start or stop the home's server; the lock dies with the command."""
    path = home.make() / "postgres.lock"
    with home.writing(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        server.wait(lambda: taken(descriptor), "another grilse command is starting or stopping PostgreSQL")
        yield
    finally:
        os.close(descriptor)


def taken(descriptor: int) -> bool:
    """Try to take the lock."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
