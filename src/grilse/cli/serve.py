"""`grilse serve`, `grilse worker`: serves the pages and the API, and runs jobs."""

import os
import socket
from contextlib import nullcontext
from typing import Annotated

import typer

from grilse.cli.options import Host, Port, open_database
from grilse.cli.output import print_note
from grilse.errors import GrilseError

app = typer.Typer()
PUBLIC_URL_HELP = "Address at which people reach the server, like https://farm.example.com."
TRUSTED_PROXY_HELP = "IP address of the proxy that ends TLS. Default: 127.0.0.1, if the public address is https."


@app.command("serve")
def start_server(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(help="Number of server processes.", min=1)] = 1,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Run jobs in a second process.")] = True,
    public_url: Annotated[str, typer.Option(help=PUBLIC_URL_HELP, envvar="GRILSE_PUBLIC_URL")] = "",
    trusted_proxy: Annotated[str, typer.Option(help=TRUSTED_PROXY_HELP, envvar="GRILSE_TRUSTED_PROXY")] = "",
) -> None:
    """Serve the pages and the API until interrupted, and run jobs."""
    # The settings of the project read them, in the processes of the server and in that of the jobs.
    os.environ.update(GRILSE_PUBLIC_URL=public_url, GRILSE_TRUSTED_PROXY=trusted_proxy)
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
    from grilse.jobs.worker import start_child_worker
    from grilse.project.http_server import run_processes

    print_note(f"serving on http://{host}:{port}")
    with start_child_worker() if worker else nullcontext():
        run_processes(host, port, workers)


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
