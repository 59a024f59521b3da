"""`grilse serve`, `grilse worker`: serves the pages and the API, and runs jobs."""

import socket
from contextlib import nullcontext
from typing import Annotated

import typer

from grilse.cli.options import Host, Port, open_database
from grilse.cli.output import print_note
from grilse.errors import GrilseError

app = typer.Typer()

THREADS = 3
SHUTDOWN_SECONDS = 10
"""Seconds for the processes to finish their requests before they are killed."""


@app.command("serve")
def start_server(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(help="Number of server processes.", min=1)] = 1,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Run jobs in a second process.")] = True,
) -> None:
    """Serve the pages and the API until interrupted, and run jobs."""
    refuse_taken_port(host, port)
    _prepare_database()
    run_server(host, port, workers, worker=worker)


def refuse_taken_port(host: str, port: int) -> None:
    """Refuse a port that is in use, before anything starts."""
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise GrilseError(f"cannot listen on {host}:{port}: {reason}; choose another --port") from error


def run_server(host: str, port: int, workers: int, *, worker: bool = True) -> None:
    """Serve requests, with or without a worker; Django must be connected."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from grilse.jobs.worker import start_child_worker

    print_note(f"serving on http://{host}:{port}")
    server = Granian(
        "grilse.project.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        # Each thread keeps its database connection, so a few threads are enough.
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        # A process that gets a stop signal while it starts ignores it.
        workers_kill_timeout=SHUTDOWN_SECONDS,
    )
    with start_child_worker() if worker else nullcontext():
        server.serve()


@app.command("worker")
def start_worker(
    concurrency: Annotated[int, typer.Option(help="Number of jobs at the same time.", min=1, max=64)] = 1,
) -> None:
    """Run jobs until interrupted; `grilse serve` has its own worker."""
    _prepare_database()
    from grilse.jobs.worker import run_worker

    print_note("waiting for jobs")
    run_worker(concurrency)


def _prepare_database() -> None:
    open_database()
    from grilse.project.schema import repair_schema

    repair_schema()
