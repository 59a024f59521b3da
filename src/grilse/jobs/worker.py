"""The worker: takes jobs from the queue and runs them, until it is told to end."""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
from collections.abc import Iterator

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

GRACE = 10.0
"""Seconds that a running job has to end by itself before it is put back into the queue."""
PAUSE = 2.0
"""Seconds before a worker that lost the database looks for it again."""
GLANCE = 1.0
"""Seconds between two looks at whether the process that started a worker is still there."""
logger = logging.getLogger(__name__)


def work(concurrency: int = 1) -> None:
    """Run jobs until interrupted."""
    asyncio.run(_work(concurrency))


def work_off() -> None:
    """Run the jobs that wait now."""
    asyncio.run(_take(1, wait=False))


def work_beside() -> None:
    """Run jobs until interrupted, or until the process that started this one is gone."""
    from grilse.connect import connect

    connect()
    asyncio.run(_work(1, parent=os.getppid()))


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


async def _work(concurrency: int, parent: int | None = None) -> None:
    """Take jobs until told to end; whoever lost the database begins anew."""
    ending = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, ending.set)
    told = asyncio.create_task(ending.wait())
    watching = asyncio.create_task(_end_without(parent, ending))
    while not ending.is_set():
        await _take_until(told, concurrency)
        if not ending.is_set():
            logger.error("the worker lost its database, and looks for it again")
            await asyncio.wait({told}, timeout=PAUSE)
    watching.cancel()


async def _take_until(told: "asyncio.Task[bool]", concurrency: int) -> None:
    taking = asyncio.create_task(_take(concurrency, wait=True))
    await asyncio.wait({taking, told}, return_when=asyncio.FIRST_COMPLETED)
    taking.cancel()
    try:
        await taking
    except asyncio.CancelledError:
        pass
    except Exception as error:
        logger.debug("the worker ended", exc_info=error)


async def _end_without(parent: int | None, ending: asyncio.Event) -> None:
    # A pipe to the parent would not do: the processes that answer requests hold its other end too.
    while parent is None or os.getppid() == parent:
        await asyncio.sleep(GLANCE)
    ending.set()


async def _take(concurrency: int, *, wait: bool) -> None:
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
                install_signal_handlers=False,
            )
