"""The worker process: takes jobs from the queue and runs them until it is stopped."""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
from collections.abc import Iterator

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

SHUTDOWN_TIMEOUT = 10.0
"""Seconds that a running job may take to stop before it is put back into the queue."""
RECONNECT_DELAY = 2.0
"""Seconds before a worker that lost the database connects again."""
PARENT_CHECK_INTERVAL = 1.0
"""Seconds between two checks that the parent process is alive."""
logger = logging.getLogger(__name__)


def run_worker(concurrency: int = 1) -> None:
    """Run jobs until interrupted."""
    asyncio.run(_run_worker_loop(concurrency))


def run_waiting_jobs() -> None:
    """Run the waiting jobs, then return."""
    asyncio.run(_run_queue_worker(1, wait=False))


def run_child_worker() -> None:
    """Run jobs until interrupted, or until the parent process ends."""
    from grilse.django_setup import connect_django

    connect_django()
    asyncio.run(_run_worker_loop(1, parent=os.getppid()))


@contextlib.contextmanager
def start_child_worker() -> Iterator[None]:
    """Run a worker in a child process while the block runs."""
    process = multiprocessing.get_context("spawn").Process(target=run_child_worker, name="worker")
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join(2 * SHUTDOWN_TIMEOUT)
        # A job that did not stop is put back when its worker counts as stalled.
        process.kill()
        process.join()


async def _run_worker_loop(concurrency: int, parent: int | None = None) -> None:
    """Take jobs until stopped; connect again after losing the database."""
    stop_event = asyncio.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_number, stop_event.set)
    stop_task = asyncio.create_task(stop_event.wait())
    parent_task = asyncio.create_task(_stop_without_parent(parent, stop_event))
    while not stop_event.is_set():
        await _run_until_stopped(stop_task, concurrency)
        if not stop_event.is_set():
            logger.error("the worker lost its database, and looks for it again")
            await asyncio.wait({stop_task}, timeout=RECONNECT_DELAY)
    parent_task.cancel()


async def _run_until_stopped(stop_task: "asyncio.Task[bool]", concurrency: int) -> None:
    worker_task = asyncio.create_task(_run_queue_worker(concurrency, wait=True))
    await asyncio.wait({worker_task, stop_task}, return_when=asyncio.FIRST_COMPLETED)
    worker_task.cancel()
    try:
        await worker_task
    except asyncio.CancelledError:
        pass
    except Exception as error:
        logger.debug("the worker ended", exc_info=error)


async def _stop_without_parent(parent: int | None, stop_event: asyncio.Event) -> None:
    # A pipe to the parent would not work: the processes of the server hold its other end too.
    while parent is None or os.getppid() == parent:
        await asyncio.sleep(PARENT_CHECK_INTERVAL)
    stop_event.set()


async def _run_queue_worker(concurrency: int, *, wait: bool) -> None:
    connector = app.connector
    assert isinstance(connector, DjangoConnector)  # as grilse.project.settings configures
    with app.replace_connector(connector.get_worker_connector()):
        async with app.open_async():
            await app.run_worker_async(
                concurrency=concurrency,
                wait=wait,
                # The table of jobs has the result; the queue does not need the job any more.
                delete_jobs="always",
                shutdown_graceful_timeout=SHUTDOWN_TIMEOUT,
                listen_notify=wait,
                install_signal_handlers=False,
            )
