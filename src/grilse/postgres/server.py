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
from grilse.postgres.account import Account
from grilse.postgres.binaries import Binaries
from grilse.postgres.cluster_location import SOCKET_NAME, ClusterLocation

SUPERUSER = "postgres"
BUILTIN_LOCALE = 17  # the first version with a UTF-8 locale of its own
SHARED_MEMORY = Path("/dev/shm")
SHARED_MEMORY_NEEDED = 1 << 30

# Left at PostgreSQL's default on purpose: fsync, full_page_writes and synchronous_commit. An event that
# a person entered and saw confirmed survives a power cut; a bulk load asks for less in its own session.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "2",
    "max_parallel_maintenance_workers": "2",
    "jit": "off",  # the pages' queries are short
    "random_page_cost": "1.1",
    # No replica: a COPY into a table of the same transaction then needs no log.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "on",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "autovacuum": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}


def build_initdb_options(data: Path, major: int) -> list[str | Path]:
    """Return initdb's options: texts sort by code point, the same on every machine."""
    if major >= BUILTIN_LOCALE:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        locale = ["--locale=C.UTF-8"]
    access = ["--auth-local=peer", "--auth-host=reject"]  # until write_access
    return ["-D", data, "-U", SUPERUSER, "--encoding=UTF8", *access, *locale]


def write_access(data: Path, owner: Account) -> None:
    """Write who may connect: the account itself (or root) as the superuser, all others with a password."""
    (data / "pg_hba.conf").write_text(f"local all {SUPERUSER} peer map=grilse\nlocal all all scram-sha-256\n")
    (data / "pg_ident.conf").write_text(f'grilse "{owner.name}" {SUPERUSER}\ngrilse root {SUPERUSER}\n')
    with (data / "postgresql.conf").open("a") as file:
        file.write("\n# Written at each start; what you change with ALTER SYSTEM comes after it and wins.\n")
        file.write("include 'grilse.conf'\n")


def write_settings(data: Path, socket: Path, owner: Account) -> None:
    """Write the settings of this start."""
    settings = {
        **SETTINGS,
        "unix_socket_directories": str(socket),
        "dynamic_shared_memory_type": choose_shared_memory(),
    }
    lines = [f"{name} = {quote_value(value)}\n" for name, value in settings.items()]
    path = data / "grilse.conf"
    path.write_text("".join(lines))
    os.chown(path, owner.uid, owner.gid)


def quote_value(value: str) -> str:
    """Return a value quoted for PostgreSQL's configuration file."""
    return "'" + value.replace("'", "''") + "'"


def choose_shared_memory() -> str:
    """Return where parallel workers share memory: a container's /dev/shm of 64 MB is too small for them."""
    try:
        filesystem = os.statvfs(SHARED_MEMORY)
    except OSError:
        return "mmap"
    return "posix" if filesystem.f_bavail * filesystem.f_frsize >= SHARED_MEMORY_NEEDED else "mmap"


ServerState = Literal["stopped", "starting", "stopping", "ready"]
PID_FILE = "postmaster.pid"
STATE_LINE = 7  # line of PID_FILE in which the server writes its state
DRAFT_PREFIX = "data.new"
PROCESSES = Path("/proc")
QUIET_SECONDS = 3  # no message about a shorter wait
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


def initialise_data(location: ClusterLocation, binaries: Binaries, *options: str) -> None:
    """Create the data folder under another name, then rename it: a failed attempt leaves none.

    `options` are those of initdb beside the usual ones.
    """
    location.owner.run_command(["/bin/rm", "-rf", *location.folder.glob(f"{DRAFT_PREFIX}*")])
    # A name of its own: the initdb of a killed command may still be writing.
    draft = location.folder / f"{DRAFT_PREFIX}{os.getpid()}"
    code, output = location.owner.run_command(
        [binaries.folder / "initdb", *build_initdb_options(draft, binaries.major_version), *options]
    )
    if code:
        raise GrilseError(f"PostgreSQL's initdb failed: {last_line(output)}")
    write_access(draft, location.owner)
    location.owner.take_ownership(draft)
    draft.rename(location.data_folder)


def start_server(location: ClusterLocation, binaries: Binaries, log: Path | None = None) -> None:
    """Start the server and wait until it accepts connections, however long its recovery takes."""
    clear_remains(location)
    write_settings(location.data_folder, location.socket_folder, location.owner)
    log = log or log_file()
    begun = log.stat().st_size if log.exists() else 0
    command: list[str | Path] = [binaries.folder / "pg_ctl", "start", "-w", "-t", "1000000", "-D", location.data_folder]
    with log.open("ab") as output, location.owner.start_command(command, output) as starter:
        wait_until(lambda: starter.poll() is not None, "PostgreSQL is starting")
    if starter.returncode:
        raise GrilseError(f"PostgreSQL did not start: {find_failure_line(log, begun)} (complete log: {log})")


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
    return lines[-1] if lines else "it printed no message"


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
