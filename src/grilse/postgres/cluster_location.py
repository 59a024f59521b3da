"""Location of a cluster: in the home, or beside it when the server's account cannot reach the home."""

import os
import re
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grilse import home
from grilse.errors import GrilseError
from grilse.postgres import account
from grilse.postgres.account import Account

# Root tries them in this order. All users may write to the second: see `make_private`.
SYSTEM = Path("/var/lib/grilse")
SHARED = Path("/var/tmp")
SOCKETS = Path("/tmp")
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_LIMIT = 107  # bytes that the kernel takes as the path of a socket


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterLocation:
    """The folder of one cluster, and the account that owns it and runs its server."""

    folder: Path
    owner: Account

    @property
    def data_folder(self) -> Path:
        """PostgreSQL's data folder; it exists only when it is complete."""
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        """The socket's folder: inside the cluster's, unless the kernel finds that path too long."""
        near = self.folder / "socket"
        fits = len(os.fsencode(near / SOCKET_NAME)) <= SOCKET_LIMIT
        return near if fits else SOCKETS / f"grilse-{read_cluster_token()}"

    def make_folders(self) -> None:
        """Create the missing folders."""
        for folder in (self.folder, self.socket_folder):
            make_private(folder, self.owner)

    def delete_folders(self) -> None:
        """Delete the cluster and its socket folder."""
        for folder in (self.socket_folder, self.folder):
            shutil.rmtree(folder, ignore_errors=True)


def find_location() -> ClusterLocation | None:
    """Return the location of the home's cluster, or None without one."""
    with home.report_home_errors(home.find_home()):
        for folder in (home.find_home() / "postgres", *list_outside_folders()):
            if folder.exists():
                owner = account.find_account(folder.stat().st_uid)
                check_owner(folder, owner)
                if (folder / "data").exists():
                    return ClusterLocation(folder=folder, owner=owner)
    return None


def check_owner(folder: Path, owner: Account) -> None:
    """Refuse a cluster that this user may not run."""
    if os.geteuid() not in (0, owner.uid):
        raise GrilseError(
            f"the database in {folder} belongs to user {owner.name}: run grilse as that user,"
            " or set GRILSE_HOME to a folder of yours"
        )


def choose_location() -> ClusterLocation:
    """Return the location of a new cluster: in the home, if the account that runs it can get there."""
    runner = account.choose_account()
    if runner.can_enter(home.make_home()):
        return ClusterLocation(folder=home.find_home() / "postgres", owner=runner)
    return ClusterLocation(
        folder=choose_writable(SYSTEM / read_cluster_token(), SHARED / f"grilse-{read_cluster_token()}"), owner=runner
    )


def choose_writable(in_system: Path, in_shared: Path) -> Path:
    """Return `in_system` if its parent folder exists or can be created, else `in_shared`."""
    try:
        if not SYSTEM.exists():
            SYSTEM.mkdir()
            SYSTEM.chmod(0o711)  # whatever the umask: the server's account passes through
    except OSError:
        return in_shared
    return in_system


def list_outside_folders() -> list[Path]:
    """Return the folders outside the home where its cluster may be; a home without a token has none."""
    if not (home.find_home() / "secrets" / "cluster_token").exists():
        return []
    return [SYSTEM / read_cluster_token(), SHARED / f"grilse-{read_cluster_token()}"]


def read_cluster_token() -> str:
    """Return the secret name that links folders outside the home to it; no other user can guess it."""
    return re.sub(r"[^a-z0-9]", "", home.read_secret("cluster_token").lower())[:20]


def make_private(folder: Path, owner: Account) -> None:
    """Create a folder that only its account can enter; an existing one must be private already.

    Where all users may write, a folder or link of this name that belongs to another user is refused.
    """
    with home.report_home_errors(folder):
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        folder_stat = folder.lstat()
        ours = folder_stat.st_uid in (owner.uid, os.geteuid()) and stat.S_ISDIR(folder_stat.st_mode)
        if not ours or stat.S_IMODE(folder_stat.st_mode) & 0o077:
            raise GrilseError(f"{folder} is not a folder that only {owner.name} can enter; remove it")
        os.chown(folder, owner.uid, owner.gid)
