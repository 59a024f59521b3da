"""One cluster's server: make the data folder, start, watch and stop the processes."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

from grilse import home
from grilse.errors import GrilseError
from grilse.postgres import configuration
from grilse.postgres.binaries import Binaries
from grilse.postgres.place import SOCKET_NAME, Place

State = Literal["stopped", "starting", "stopping", "ready"]
PID_FILE = "postmaster.pid"
STATE_LINE = 7  # of that file, written by the server as it goes
PROCESSES = Path("/proc")
QUIET_SECONDS = 3  # a wait shorter than this is not worth a word
ORPHAN_SECONDS = 10
LOG_LIMIT = 10_000_000


def state(place: Place) -> State:
    """Say what the cluster's server is doing; a stale file of a dead one means nothing."""
    if postmaster(place) is None:
        return "stopped"
    try:
        lines = (place.data / PID_FILE).read_text().splitlines()
    except FileNotFoundError:
        return "stopped"
    said = lines[STATE_LINE].strip() if len(lines) > STATE_LINE else "starting"
    return said if said in ("ready", "stopping") else "starting"  # type: ignore[return-value]  # narrowed by `in`


def postmaster(place: Place) -> int | None:
    """Return the server's process, or None when it is not running."""
    try:
        pid = int((place.data / PID_FILE).read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if serves(pid, place) else None


def serves(pid: int, place: Place) -> bool:
    """Tell whether a process serves this cluster: its number alone may have gone to another program."""
    if not PROCESSES.is_dir():  # not Linux: the number has to do
        return is_alive(pid)
    try:
        here = (PROCESSES / str(pid) / "cwd").stat()
        program = (PROCESSES / str(pid) / "exe").readlink().name
    except OSError:  # gone, a zombie, or another user's
        return False
    return os.path.samestat(here, place.data.stat()) and program.startswith("postgres")


def is_alive(pid: int) -> bool:
    """Tell whether a process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def processes(place: Place) -> Iterator[int]:
    """Yield every process that works in the cluster, also those that outlived their postmaster."""
    for entry in PROCESSES.glob("[0-9]*"):
        if serves(int(entry.name), place):
            yield int(entry.name)


def initialise(place: Place, binaries: Binaries) -> None:
    """Make the data folder beside its place, then move it there: a broken attempt leaves none."""
    draft = place.folder / "data.new"
    if draft.exists():
        place.owner.run(["/bin/rm", "-rf", draft])
    code, said = place.owner.run([binaries.folder / "initdb", *configuration.initdb(draft, binaries.major)])
    if code:
        raise GrilseError(f"PostgreSQL's initdb failed: {last_line(said)}")
    configuration.write_access(draft, place.owner)
    place.owner.own(draft)
    draft.rename(place.data)


def start(place: Place, binaries: Binaries, log: Path | None = None) -> None:
    """Start the server and wait until it takes connections, however long its recovery needs."""
    clear_remains(place)
    configuration.write(place.data, place.socket, place.owner)
    log = log or log_file()
    begun = log.stat().st_size if log.exists() else 0
    command: list[str | Path] = [binaries.folder / "pg_ctl", "start", "-w", "-t", "1000000", "-D", place.data]
    with log.open("ab") as output, place.owner.popen(command, output) as starter:
        wait(lambda: starter.poll() is not None, "PostgreSQL is starting")
    if starter.returncode:
        raise GrilseError(f"PostgreSQL did not start: {reason(log, begun)} (all of it: {log})")


def log_file() -> Path:
    """Return the server's log, begun anew when it has grown large."""
    log = home.folder("logs") / "postgres.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    return log


def reason(log: Path, begun: int) -> str:
    """Return the line of this start's log that says why it failed."""
    with log.open(errors="replace") as file:
        file.seek(begun)
        lines = file.read().splitlines()
    fatal = [line for line in lines if "FATAL" in line or "could not" in line]
    return last_line("\n".join(fatal or lines))


def last_line(text: str) -> str:
    """Return the last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def clear_remains(place: Place) -> None:
    """End what a killed server left: its children first, then the files that claim it is alive.

    PostgreSQL would believe a stale file whose process number another program has got since.
    """
    if not PROCESSES.is_dir():
        return
    end(place, signal.SIGQUIT)
    if any(processes(place)):
        end(place, signal.SIGKILL)
    for stale in (place.data / PID_FILE, place.socket / SOCKET_NAME, place.socket / f"{SOCKET_NAME}.lock"):
        stale.unlink(missing_ok=True)


def end(place: Place, how: signal.Signals) -> None:
    """Signal what is left of a server and give it time to go."""
    for pid in processes(place):
        with suppress(ProcessLookupError):  # gone by itself since
            os.kill(pid, how)
    deadline = time.monotonic() + ORPHAN_SECONDS
    wait(lambda: not any(processes(place)) or time.monotonic() > deadline, "an earlier PostgreSQL is ending")


def stop(place: Place) -> bool:
    """Stop the server, keeping what is committed; return whether there was one."""
    pid = postmaster(place)
    if pid is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown: open transactions are rolled back
    wait(lambda: not serves(pid, place), "PostgreSQL is writing out and stopping")
    return True


def end_at_once(place: Place) -> None:
    """End a server whose data nobody needs, without writing it out."""
    pid = postmaster(place)
    if pid is None:
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGQUIT)
    wait(lambda: not any(processes(place)), "PostgreSQL is ending")


def wait(done: Callable[[], bool], what: str) -> None:
    """Wait as long as it takes, with a line on standard error now and then."""
    begun = time.monotonic()
    announce = QUIET_SECONDS
    while not done():
        time.sleep(0.02)
        waited = time.monotonic() - begun
        if waited > announce:
            sys.stderr.write(f"{what}; waiting for {waited:.0f} s\n")
            announce += max(10, announce)
