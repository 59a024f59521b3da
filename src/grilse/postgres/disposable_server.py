"""A server for one proof that is created in a second and deleted with the block."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grilse.errors import GrilseError
from grilse.postgres import account, binaries, server
from grilse.postgres.account import Account
from grilse.postgres.cluster_location import SOCKETS, ClusterLocation
from grilse.postgres.embedded_cluster import Cluster
from grilse.postgres.server import SUPERUSER

# Overrides the settings written at each start. No data has to survive, and only the proof may analyse tables or
# lengthen files.
SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "max_connections": "20",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class DisposableServer:
    """A running server that no other process uses."""

    url: str
    """Address of its superuser, without a password."""
    data: Path
    programs: Path
    """The folder of pg_dump and psql of its version, which this user can run."""


@contextmanager
def run_disposable_server() -> Iterator[DisposableServer]:
    """Start an empty server, and delete it with the block."""
    location = _make_location(account.choose_account())
    programs = binaries.find_binaries()
    try:
        location.make_folders()
        runnable = binaries.ensure_runnable(programs, location.owner, location.folder)
        server.initialise_data(location, runnable, "--no-sync")
        # Pages that the proof writes have no checksum; versions before 18 have none by default.
        location.owner.run_command([runnable.folder / "pg_checksums", "--disable", "-D", location.data_folder])
        with (location.data_folder / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
        server.start_server(location, runnable, location.folder / "log")
        url = Cluster(location=location).build_url(user=SUPERUSER, database="postgres")
        yield DisposableServer(url=url, data=location.data_folder, programs=programs.folder)
    finally:
        server.kill_server(location)
        shutil.rmtree(location.folder, ignore_errors=True)


def _make_location(owner: Account) -> ClusterLocation:
    """Create a folder in the temporary one, or in /tmp if the server cannot reach that or its path is too long."""
    for parent in (Path(tempfile.gettempdir()), SOCKETS):
        folder = Path(tempfile.mkdtemp(prefix="grilse-proof-", dir=parent))
        owner.take_ownership(folder)
        location = ClusterLocation(folder=folder, owner=owner)
        if location.socket_folder.parent == folder and owner.can_enter(folder):
            return location
        folder.rmdir()
    raise GrilseError(f"user {owner.name} cannot enter {SOCKETS}: set TMPDIR to a folder that it can")
