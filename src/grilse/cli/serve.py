"""`grilse serve`: the pages and the JSON door."""

import socket
from contextlib import nullcontext
from typing import Annotated

import typer

from grilse.cli.output import print_note
from grilse.errors import GrilseError

app = typer.Typer()

THREADS = 3
SHUTDOWN_SECONDS = 10
"""Seconds that the processes have to answer what they are at before they are ended."""


@app.command("serve")
def start_server(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that answer.", min=1)] = 1,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Run jobs beside it.")] = True,
) -> None:
    """Serve the pages and the API until interrupted, and run jobs beside it."""
    refuse_taken_port(host, port)
    from grilse.project.schema import open_database, repair_schema

    open_database()
    repair_schema()
    run_server(host, port, workers, worker=worker)


def refuse_taken_port(host: str, port: int) -> None:
    """Say in one line that a port cannot be had, before anything is started."""
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise GrilseError(f"cannot listen on {host}:{port}: {reason}; choose another --port") from error


def run_server(host: str, port: int, workers: int, *, worker: bool = True) -> None:
    """Answer requests, with a worker beside it or without; Django must be connected."""
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
        # A database connection stays with its thread, so a few threads that last are enough.
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        # A process that is told to end while it starts does not hear.
        workers_kill_timeout=SHUTDOWN_SECONDS,
    )
    with start_child_worker() if worker else nullcontext():
        server.serve()
