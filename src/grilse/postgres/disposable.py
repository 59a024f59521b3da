"""A server of its own for one proof: made in a second, and gone with the block."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grilse.errors import GrilseError
from grilse.postgres import account, binaries, server
from grilse.postgres.account import Account
from grilse.postgres.configuration import SUPERUSER
from grilse.postgres.launcher import Cluster
from grilse.postgres.place import SOCKETS, Place

# Wins over what is written at each start. Nothing of it has to survive, and nobody but the proof
# may analyse a table or read a file that was only made long.
SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "max_connections": "20",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Disposable:
    """A running server that nobody else knows."""

    url: str
    """Address of its superuser, without a password."""
    data: Path
    programs: Path
    """The folder of pg_dump and psql of its version, which this user can run."""


@contextmanager
def disposable() -> Iterator[Disposable]:
    """Start a server with nothing in it, and delete it with the block."""
    place = _place(account.unprivileged())
    programs = binaries.find()
    try:
        place.make()
        runnable = binaries.within_reach(programs, place.owner, place.folder)
        server.initialise(place, runnable)
        # A page that the proof writes has no checksum; versions before 18 have none anyway.
        place.owner.run([runnable.folder / "pg_checksums", "--disable", "-D", place.data])
        with (place.data / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
        server.start(place, runnable, place.folder / "log")
        url = Cluster(place=place).url(user=SUPERUSER, database="postgres")
        yield Disposable(url=url, data=place.data, programs=programs.folder)
    finally:
        server.end_at_once(place)
        shutil.rmtree(place.folder, ignore_errors=True)


def _place(owner: Account) -> Place:
    """Make a folder in the temporary one, or in /tmp if the way there is barred to the server or too long."""
    for parent in (Path(tempfile.gettempdir()), SOCKETS):
        folder = Path(tempfile.mkdtemp(prefix="grilse-proof-", dir=parent))
        owner.own(folder)
        place = Place(folder=folder, owner=owner)
        if place.socket.parent == folder and owner.can_enter(folder):
            return place
        folder.rmdir()
    raise GrilseError(f"user {owner.name} cannot enter {SOCKETS}: set TMPDIR to a folder that it can")
