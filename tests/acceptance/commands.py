"""Running the `grilse` command as its user would."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.forked_command import run_forked_command

LONGEST = 600  # seconds
MEBIBYTE = 1 << 20
COMMAND = [sys.executable, "-c", "from grilse.cli import main; main()"]


def run_command(environment: Mapping[str, str], *words: object, expect: int = 0) -> str:
    """Run a command and return its standard output; another exit code fails the test with what it said."""
    done = run_forked_command(environment, *words)
    assert done.returncode == expect, f"exit {done.returncode}: {done.stderr[-2000:]}"
    return done.stdout


def run_report_command(environment: Mapping[str, str], *words: object, expect: int = 0) -> dict[str, Any]:
    """Run a reporting command with --json and return its one object."""
    return json.loads(run_command(environment, *words, "--json", expect=expect))


def run_refused_command(environment: Mapping[str, str], *words: object) -> str:
    """Run a command that must be refused, and return the one thing that it says."""
    done = run_forked_command(environment, *words)
    assert done.returncode not in (0, 1), done.stdout
    assert "Traceback" not in done.stderr, done.stderr
    assert done.stdout == ""
    return done.stderr.strip()


@dataclass(frozen=True)
class Server:
    """A server that a test runs."""

    address: str
    process_id: int

    def find_process(self) -> int:
        """Return the id of the only process that answers requests."""
        (process,) = Path(f"/proc/{self.process_id}/task/{self.process_id}/children").read_text().split()
        return int(process)


@dataclass(frozen=True)
class Resources:
    """Bytes of memory of a process, and the number of its open files."""

    addresses: int
    resident: int
    peak: int
    """The most resident bytes since `reset_peak`."""
    files: int


def read_resources(process: int) -> Resources:
    """Return what a process takes now."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    memory = (int(fields[name].split()[0]) * 1024 for name in ("VmSize", "VmRSS", "VmHWM"))
    return Resources(*memory, len([*Path(f"/proc/{process}/fd").iterdir()]))


def reset_peak(process: int) -> None:
    """Let the peak of the memory of a process begin anew."""
    Path(f"/proc/{process}/clear_refs").write_text("5")


@contextmanager
def serve_database(
    folder: Path, *options: str, environment: dict[str, str] | None = None, memory_mb: int | None = None
) -> Iterator[Server]:
    """Serve the database of the environment, and yield the address; the log is in a folder.

    `memory_mb` limits the addresses of memory of each process.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    limit = ["prlimit", f"--as={memory_mb * MEBIBYTE}"] if memory_mb else []
    command = [*limit, *COMMAND, "serve", "--port", str(port), "--no-worker", *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_for_server(f"http://127.0.0.1:{port}/health/live", process)
            yield Server(f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def _wait_for_server(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer")
