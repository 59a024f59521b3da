"""The operating system account that runs the server, since PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from grilse.errors import GrilseError

# For root: the account made for PostgreSQL, otherwise the one that owns nothing.
UNPRIVILEGED_USERS = ("postgres", "nobody")


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """An account that owns a cluster and runs its server."""

    uid: int
    gid: int
    name: str

    @property
    def is_other_user(self) -> bool:
        """Whether commands must change to this account first."""
        return self.uid != os.geteuid()

    def start_command(self, command: Sequence[str | Path], log: IO[bytes] | int) -> subprocess.Popen[bytes]:
        """Start a command as this account, in a new session, in a folder that all can enter."""
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=server_environment(),
            start_new_session=True,
            umask=0o077,
            user=self.uid if self.is_other_user else None,
            group=self.gid if self.is_other_user else None,
            extra_groups=[] if self.is_other_user else None,
        )

    def run_command(self, command: Sequence[str | Path]) -> tuple[int, str]:
        """Run a command as this account to its end; return its exit code and its output."""
        try:
            with self.start_command(command, subprocess.PIPE) as child:
                output, _ = child.communicate()
        except OSError as error:  # the account cannot reach the program
            return 126, str(error)
        return child.returncode, output.decode(errors="replace")

    def can_enter(self, folder: Path) -> bool:
        """Return whether this account reaches a folder through all its parents."""
        return not self.is_other_user or self.run_command(["/bin/sh", "-c", 'cd "$0"', folder])[0] == 0

    def take_ownership(self, path: Path) -> None:
        """Give a new folder and its content to this account."""
        if self.is_other_user:
            for part in (path, *path.rglob("*")):
                os.chown(part, self.uid, self.gid, follow_symlinks=False)


def server_environment() -> dict[str, str]:
    """Return the server's environment, without the user's PG* variables."""
    return {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


def find_account(uid: int) -> Account:
    """Return the account of a uid; initdb needs it to have a name."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise GrilseError(
            f"user {uid} has no name on this system, and PostgreSQL needs one: add it with useradd"
        ) from None
    return Account(uid=uid, gid=entry.pw_gid, name=entry.pw_name)


def choose_account() -> Account:
    """Return the account that runs a new cluster: this user or, for root, an account without privileges."""
    if os.geteuid() != 0:
        return find_account(os.geteuid())
    for name in UNPRIVILEGED_USERS:
        try:
            return find_account(pwd.getpwnam(name).pw_uid)
        except KeyError:
            continue
    raise GrilseError("PostgreSQL refuses to run as root and there is no user postgres or nobody; add one")
