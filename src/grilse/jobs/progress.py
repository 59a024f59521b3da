"""Progress of a job, written outside its transaction, and its cancellation."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection

from grilse.access.tenancy import tenant_transaction
from grilse.jobs.models import Job

REPORT_INTERVAL = 1.0
"""Seconds between two progress reports of a job."""


class JobCancelled(Exception):
    """A user cancelled the job."""


class JobInterrupted(Exception):
    """The worker has to stop before the job is done."""


class ProgressReporter:
    """Writes the progress of one job over a separate connection, so that users see it before the job ends."""

    def __init__(self, company: int, job: int, should_abort: Callable[[], bool]) -> None:
        self.company = company
        self.job = job
        self.should_abort = should_abort
        self.next_report = 0.0
        # Django has one connection per thread.
        self.executor = ThreadPoolExecutor(1)

    def close(self) -> None:
        """Close the connection, which belongs to the thread."""
        self.executor.submit(lambda: connection.close()).result()
        self.executor.shutdown()

    @contextmanager
    def track_step(self, step: str, total: float, unit: str = "") -> Iterator[Callable[[float], None]]:
        """Report the progress of a step while the block runs; yield the function that advances it."""
        done = 0.0
        self.report_progress(step, 0.0, force=True)

        def advance(amount: float = 1) -> None:
            nonlocal done
            done += amount
            self.report_progress(step, min(1.0, done / total) if total else 1.0)

        yield advance

    def report_progress(self, step: str, progress: float, *, force: bool = False) -> None:
        """Write the progress at intervals; stop the job where it was cancelled or its worker has to stop."""
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
            return update_running_job(self.job, step=step, progress=progress)


def update_running_job(job: int, **columns: Any) -> bool:
    """Update a job if it is running; return whether it is."""
    return bool(Job.objects.filter(pk=job, state=Job.State.RUNNING).update(**columns))
