"""How far a job has come, told beside its transaction; and whether it is to go on."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection

from grilse.farm.tenancy import acting_for
from grilse.jobs.models import Job

SECONDS = 1.0
"""Between two words of a job."""


class Cancelled(Exception):
    """The company took the job back."""


class Stopped(Exception):
    """The worker is to end before the job is done."""


class Teller:
    """Tells of one job over a connection of its own, so that others see it before the job is done."""

    def __init__(self, company: int, job: int, stopping: Callable[[], bool]) -> None:
        self.company = company
        self.job = job
        self.stopping = stopping
        self.next = 0.0
        # Connections of Django belong to a thread.
        self.beside = ThreadPoolExecutor(1)

    def close(self) -> None:
        """Give the connection back."""
        # Named in the thread: each has its own.
        self.beside.submit(lambda: connection.close()).result()
        self.beside.shutdown()

    @contextmanager
    def watch(self, what: str, total: float, unit: str = "") -> Iterator[Callable[[float], None]]:
        """Tell of a step while the block runs; it yields the function that moves it on."""
        done = 0.0
        self.tell(what, 0.0, at_once=True)

        def advance(amount: float = 1) -> None:
            nonlocal done
            done += amount
            self.tell(what, min(1.0, done / total) if total else 1.0)

        yield advance

    def tell(self, step: str, share: float, *, at_once: bool = False) -> None:
        """Write how far the job is, now and then; end the job where it is not to go on."""
        if self.stopping():
            raise Stopped
        now = time.monotonic()
        if now < self.next and not at_once:
            return
        self.next = now + SECONDS
        if not self.beside.submit(self._write, step, share).result():
            raise Cancelled

    def _write(self, step: str, share: float) -> bool:
        with acting_for(self.company):
            running = Job.objects.filter(pk=self.job, state=Job.State.RUNNING)
            return bool(running.update(step=step, progress=share))
