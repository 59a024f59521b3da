"""The worker: takes jobs from the queue and runs them, until it is told to end."""

import asyncio
import contextlib
import multiprocessing
from collections.abc import Iterator

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

GRACE = 10.0
"""Seconds that a running job has to end by itself before it is put back into the queue."""


def work(concurrency: int = 1, *, wait: bool = True) -> None:
    """Run jobs until interrupted, or only those that wait now."""
    asyncio.run(_work(concurrency, wait=wait))


def work_beside() -> None:
    """Run jobs until interrupted, or until the process that started this one is gone."""
    from grilse.connect import connect

    connect()
    asyncio.run(_work_with_parent())


@contextlib.contextmanager
def working_beside() -> Iterator[None]:
    """Have a worker in a process of its own while the block runs."""
    process = multiprocessing.get_context("spawn").Process(target=work_beside, name="worker")
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join(2 * GRACE)
        # A job that does not hear goes on when its worker is found to be gone.
        process.kill()
        process.join()


async def _work_with_parent() -> None:
    parent = multiprocessing.parent_process()
    working = asyncio.create_task(_work(1))
    if parent is not None:
        asyncio.get_running_loop().add_reader(parent.sentinel, working.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await working


async def _work(concurrency: int, *, wait: bool = True) -> None:
    connector = app.connector
    assert isinstance(connector, DjangoConnector)  # what grilse.settings asks for
    with app.replace_connector(connector.get_worker_connector()):
        async with app.open_async():
            await app.run_worker_async(
                concurrency=concurrency,
                wait=wait,
                # What came of a job is kept where its company sees it.
                delete_jobs="always",
                shutdown_graceful_timeout=GRACE,
                listen_notify=wait,
                install_signal_handlers=wait,
            )
