"""The server of a cluster: create the data folder, start, watch and stop the processes."""

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
from grilse.postgres.cluster_location import SOCKET_NAME, ClusterLocation

ServerState = Literal["stopped", "starting", "stopping", "ready"]
PID_FILE = "postmaster.pid"
STATE_LINE = 7  # of that file, written by the server as it goes
PROCESSES = Path("/proc")
QUIET_SECONDS = 3  # a wait shorter than this is not worth a word
ORPHAN_SECONDS = 10
LOG_LIMIT = 10_000_000


def read_state(location: ClusterLocation) -> ServerState:
    """Return what the cluster's server is doing; the stale file of a dead server is ignored."""
    if find_postmaster(location) is None:
        return "stopped"
    try:
        lines = (location.data_folder / PID_FILE).read_text().splitlines()
    except FileNotFoundError:
        return "stopped"
    status = lines[STATE_LINE].strip() if len(lines) > STATE_LINE else "starting"
    return status if status in ("ready", "stopping") else "starting"  # type: ignore[return-value]  # narrowed by `in`


def find_postmaster(location: ClusterLocation) -> int | None:
    """Return the server's process, or None when it is not running."""
    try:
        pid = int((location.data_folder / PID_FILE).read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if is_server_process(pid, location) else None


def is_server_process(pid: int, location: ClusterLocation) -> bool:
    """Return whether a process serves this cluster: its number may have been reused by another program."""
    if not PROCESSES.is_dir():  # not Linux: the number has to do
        return is_alive(pid)
    try:
        here = (PROCESSES / str(pid) / "cwd").stat()
        program = (PROCESSES / str(pid) / "exe").readlink().name
    except OSError:  # gone, a zombie, or another user's
        return False
    return os.path.samestat(here, location.data_folder.stat()) and program.startswith("postgres")


def is_alive(pid: int) -> bool:
    """Return whether a process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def iter_processes(location: ClusterLocation) -> Iterator[int]:
    """Yield every process that works in the cluster, also those that outlived their postmaster."""
    for entry in PROCESSES.glob("[0-9]*"):
        if is_server_process(int(entry.name), location):
            yield int(entry.name)


def initialise_data(location: ClusterLocation, binaries: Binaries) -> None:
    """Create the data folder under another name, then rename it: a failed attempt leaves none."""
    draft = location.folder / "data.new"
    if draft.exists():
        location.owner.run_command(["/bin/rm", "-rf", draft])
    code, output = location.owner.run_command(
        [binaries.folder / "initdb", *configuration.build_initdb_options(draft, binaries.major_version)]
    )
    if code:
        raise GrilseError(f"PostgreSQL's initdb failed: {last_line(output)}")
    configuration.write_access(draft, location.owner)
    location.owner.take_ownership(draft)
    draft.rename(location.data_folder)


def start_server(location: ClusterLocation, binaries: Binaries, log: Path | None = None) -> None:
    """Start the server and wait until it accepts connections, however long its recovery takes."""
    clear_remains(location)
    configuration.write_settings(location.data_folder, location.socket_folder, location.owner)
    log = log or log_file()
    begun = log.stat().st_size if log.exists() else 0
    command: list[str | Path] = [binaries.folder / "pg_ctl", "start", "-w", "-t", "1000000", "-D", location.data_folder]
    with log.open("ab") as output, location.owner.start_command(command, output) as starter:
        wait_until(lambda: starter.poll() is not None, "PostgreSQL is starting")
    if starter.returncode:
        raise GrilseError(f"PostgreSQL did not start: {find_failure_line(log, begun)} (all of it: {log})")


def log_file() -> Path:
    """Return the server's log, after rotating a large one."""
    log = home.make_folder("logs") / "postgres.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    return log


def find_failure_line(log: Path, begun: int) -> str:
    """Return the line of this start's log that says why it failed."""
    with log.open(errors="replace") as file:
        file.seek(begun)
        lines = file.read().splitlines()
    fatal = [line for line in lines if "FATAL" in line or "could not" in line]
    return last_line("\n".join(fatal or lines))


def last_line(text: str) -> str:
    """Return the last non-empty line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def clear_remains(location: ClusterLocation) -> None:
    """End the remaining processes of a killed server, then delete the files that claim it is alive.

    PostgreSQL would trust a stale file whose process number another program has since.
    """
    if not PROCESSES.is_dir():
        return
    signal_processes(location, signal.SIGQUIT)
    if any(iter_processes(location)):
        signal_processes(location, signal.SIGKILL)
    for stale in (
        location.data_folder / PID_FILE,
        location.socket_folder / SOCKET_NAME,
        location.socket_folder / f"{SOCKET_NAME}.lock",
    ):
        stale.unlink(missing_ok=True)


def signal_processes(location: ClusterLocation, how: signal.Signals) -> None:
    """Signal the remaining processes of a server and give them time to end."""
    for pid in iter_processes(location):
        with suppress(ProcessLookupError):  # ended meanwhile
            os.kill(pid, how)
    deadline = time.monotonic() + ORPHAN_SECONDS
    wait_until(
        lambda: not any(iter_processes(location)) or time.monotonic() > deadline, "an earlier PostgreSQL is ending"
    )


def stop_server(location: ClusterLocation) -> bool:
    """Stop the server, keeping committed data; return whether it ran."""
    # SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back.
    pid = signal_postmaster(location, signal.SIGINT)
    if pid is not None:
        wait_until(lambda: not is_server_process(pid, location), "PostgreSQL is writing out and stopping")
    return pid is not None


def kill_server(location: ClusterLocation) -> None:
    """End a server whose data is not needed, without writing it out."""
    if signal_postmaster(location, signal.SIGQUIT) is not None:
        wait_until(lambda: not any(iter_processes(location)), "PostgreSQL is ending")


def signal_postmaster(location: ClusterLocation, how: signal.Signals) -> int | None:
    """Signal the running server and return its process, None when it is not running."""
    pid = find_postmaster(location)
    if pid is not None:
        with suppress(ProcessLookupError):  # ended meanwhile
            os.kill(pid, how)
    return pid


def wait_until(done: Callable[[], bool], what: str) -> None:
    """Wait as long as needed, with a line on standard error now and then."""
    begun = time.monotonic()
    announce = QUIET_SECONDS
    while not done():
        time.sleep(0.02)
        waited = time.monotonic() - begun
        if waited > announce:
            sys.stderr.write(f"{what}; waiting for {waited:.0f} s\n")
            announce += max(10, announce)
