"""GRILSE_HOME: the folder of this installation's state, and the secrets in it."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grilse.errors import GrilseError


def find_home() -> Path:
    """Return the home, absolute: $GRILSE_HOME, else `.grilse` in the current folder."""
    return Path(os.environ.get("GRILSE_HOME") or ".grilse").absolute()


def make_home() -> Path:
    """Make the home if it is not there; others may pass through it but not list it."""
    home = find_home()
    with report_home_errors(home):
        # The database's account passes through here when root starts it; an existing folder stays as it is.
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
    return home


def make_folder(name: str) -> Path:
    """Make and return a folder of the home that only its owner can enter."""
    path = make_home() / name
    with report_home_errors(path):
        path.mkdir(mode=0o700, exist_ok=True)
    return path


def read_secret(name: str) -> str:
    """Return a random secret from its file; create it on first use."""
    path = find_home() / "secrets" / name
    with report_home_errors(path):
        if not path.exists():
            write_once(make_folder("secrets") / name, secrets.token_urlsafe(32))
        secret = path.read_text().strip()
    if not secret:
        raise GrilseError(
            f"{path} is empty: restore it from a backup, or delete it, and the next command makes another"
        )
    return secret


def write_once(path: Path, text: str) -> None:
    """Write a file of mode 0600 atomically; an existing file stays, also if another process just created it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


@contextmanager
def report_home_errors(path: Path) -> Iterator[None]:
    """Turn an OSError into a one-line error that names the file and says what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise GrilseError(
            f"GRILSE_HOME cannot be used: {path}: {reason}; set GRILSE_HOME to a folder of yours"
        ) from error
