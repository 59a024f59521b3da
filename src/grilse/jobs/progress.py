"""How far a job has come, told beside its transaction; and whether it is to go on."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection

from grilse.access.tenancy import tenant_transaction
from grilse.jobs.models import Job

REPORT_INTERVAL = 1.0
"""Between two words of a job."""


class JobCancelled(Exception):
    """The company took the job back."""


class JobInterrupted(Exception):
    """The worker is to end before the job is done."""


class ProgressReporter:
    """Tells of one job over a connection of its own, so that others see it before the job is done."""

    def __init__(self, company: int, job: int, should_abort: Callable[[], bool]) -> None:
        self.company = company
        self.job = job
        self.should_abort = should_abort
        self.next_report = 0.0
        # Connections of Django belong to a thread.
        self.executor = ThreadPoolExecutor(1)

    def close(self) -> None:
        """Give the connection back."""
        # Named in the thread: each has its own.
        self.executor.submit(lambda: connection.close()).result()
        self.executor.shutdown()

    @contextmanager
    def track_step(self, step: str, total: float, unit: str = "") -> Iterator[Callable[[float], None]]:
        """Tell of a step while the block runs; it yields the function that moves it on."""
        done = 0.0
        self.report_progress(step, 0.0, force=True)

        def advance(amount: float = 1) -> None:
            nonlocal done
            done += amount
            self.report_progress(step, min(1.0, done / total) if total else 1.0)

        yield advance

    def report_progress(self, step: str, progress: float, *, force: bool = False) -> None:
        """Write how far the job is, now and then; end the job where it is not to go on."""
        if self.should_abort():
            raise JobInterrupted
        now = time.monotonic()
        if now < self.next_report and not force:
            return
        self.next_report = now + REPORT_INTERVAL
        if not self.executor.submit(self._save_progress, step, progress).result():
            raise JobCancelled

    def _save_progress(self, step: str, progress: float) -> bool:
        with tenant_transaction(self.company):
            running = Job.objects.filter(pk=self.job, state=Job.State.RUNNING)
            return bool(running.update(step=step, progress=progress))
