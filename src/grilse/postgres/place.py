"""Where a cluster lives: in the home, or beside it when the server's account cannot reach the home."""

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

# Tried in this order by root. Everybody may write to the second: see `make_private`.
SYSTEM = Path("/var/lib/grilse")
SHARED = Path("/var/tmp")
SOCKETS = Path("/tmp")
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_LIMIT = 107  # bytes that the kernel takes as the path of a socket


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The folder of one cluster, and the account that owns it and runs its server."""

    folder: Path
    owner: Account

    @property
    def data(self) -> Path:
        """Return PostgreSQL's data folder; it is there only when it is whole."""
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        """Return the socket's folder: the cluster's own, unless the kernel finds that path too long."""
        near = self.folder / "socket"
        fits = len(os.fsencode(near / SOCKET_NAME)) <= SOCKET_LIMIT
        return near if fits else SOCKETS / f"grilse-{token()}"

    def make(self) -> None:
        """Make the folders that are missing."""
        for folder in (self.folder, self.socket):
            make_private(folder, self.owner)

    def remove(self) -> None:
        """Delete the cluster and all that was made for it."""
        for folder in (self.socket, self.folder):
            shutil.rmtree(folder, ignore_errors=True)


def find() -> Place | None:
    """Return where the home's cluster is, or None when it has none yet."""
    with home.writing(home.root()):
        for folder in (home.root() / "postgres", *elsewhere()):
            if folder.exists():
                owner = account.of_uid(folder.stat().st_uid)
                check_owner(folder, owner)
                if (folder / "data").exists():
                    return Place(folder=folder, owner=owner)
    return None


def check_owner(folder: Path, owner: Account) -> None:
    """Refuse a cluster that this user may not run."""
    if os.geteuid() not in (0, owner.uid):
        raise GrilseError(
            f"the database in {folder} belongs to user {owner.name}: run grilse as that user,"
            " or set GRILSE_HOME to a folder of yours"
        )


def choose() -> Place:
    """Return where a new cluster goes: into the home, if the account that runs it can get there."""
    runner = account.unprivileged()
    if runner.can_enter(home.make()):
        return Place(folder=home.root() / "postgres", owner=runner)
    return Place(folder=first_writable(SYSTEM / token(), SHARED / f"grilse-{token()}"), owner=runner)


def first_writable(in_system: Path, in_shared: Path) -> Path:
    """Return the folder in the system's place, or the one open to all where the system's is read-only."""
    try:
        if not SYSTEM.exists():
            SYSTEM.mkdir()
            SYSTEM.chmod(0o711)  # whatever the umask: the server's account passes through
    except OSError:
        return in_shared
    return in_system


def elsewhere() -> list[Path]:
    """Return the folders outside the home where its cluster may be; a home without a token has none."""
    if not (home.root() / "secrets" / "cluster_token").exists():
        return []
    return [SYSTEM / token(), SHARED / f"grilse-{token()}"]


def token() -> str:
    """Return the name that ties folders outside the home to it; no other user can guess it."""
    return re.sub(r"[^a-z0-9]", "", home.secret("cluster_token").lower())[:20]


def make_private(folder: Path, owner: Account) -> None:
    """Make a folder that only its account can enter; one that is there must be that already.

    In a folder that all may write to, somebody else's folder or link of this name is refused, not used.
    """
    with home.writing(folder):
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
        ours = found.st_uid in (owner.uid, os.geteuid()) and stat.S_ISDIR(found.st_mode)
        if not ours or stat.S_IMODE(found.st_mode) & 0o077:
            raise GrilseError(f"{folder} is not a folder that only {owner.name} can enter; remove it")
        os.chown(folder, owner.uid, owner.gid)
