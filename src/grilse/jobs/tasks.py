"""Tasks of the queue: run a job, put back stalled jobs, and periodic tasks of other apps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import cast

from asgiref.sync import sync_to_async
from django.db import connection
from procrastinate import BaseRetryStrategy, RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status

from grilse.access.tenancy import call_in_each_company, tenant_transaction
from grilse.attention import delivery, refresh
from grilse.attention.scheduling import REFRESH_TASK
from grilse.helpdesk import escalation
from grilse.jobs.models import RUN_TASK
from grilse.jobs.progress import JobInterrupted
from grilse.people import wellbeing
from grilse.people.actions.rules import delete_expired_rows

MAX_ATTEMPTS = 3
"""Times that a job may stall before it fails."""


@app.task(name=RUN_TASK, pass_context=True, retry=RetryStrategy(retry_exceptions={JobAborted}))
def run_job(context: JobContext, *, company: int, job: int) -> None:
    """Run a job of a company; an interrupted job goes back into the queue."""
    # Imported late, as in `_fail_stalled_job`: every process declares the tasks, and only a worker runs them.
    from grilse.jobs import execution

    try:
        execution.execute_job(company, job, context.should_abort)
    except JobInterrupted as error:
        raise JobAborted from error
    finally:
        # The thread may end with the worker.
        connection.close()


@app.periodic(cron="* * * * *")
@app.task(name="jobs.find_again", queueing_lock="jobs.find_again", pass_context=True)
async def requeue_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Put back jobs whose worker sent no heartbeat for half a minute, and fail those put back too often."""
    queue = context.app.job_manager
    for stalled in await queue.get_stalled_jobs(task_name=RUN_TASK):
        if stalled.attempts + 1 < MAX_ATTEMPTS:
            await queue.retry_job(stalled)
        else:
            await sync_to_async(_fail_stalled_job)(stalled)
            await queue.finish_job(stalled, Status.FAILED, delete_job=True)


def _fail_stalled_job(stalled: Job) -> None:
    from grilse.jobs import execution

    ids = cast(dict[str, int], stalled.task_kwargs)
    execution.fail_job(ids["company"], ids["job"], execution.STALLED_MESSAGE)
    connection.close()


def periodic_task(cron: str, name: str) -> Callable[[Callable[[int], None]], Callable[[int], None]]:
    """Declare a function of the due time as a periodic task that runs once at a time."""

    def declare(function: Callable[[int], None]) -> Callable[[int], None]:
        @app.periodic(cron=cron)
        @app.task(name=name, queueing_lock=name)
        @wraps(function)
        def run_task(timestamp: int) -> None:
            try:
                function(timestamp)
            finally:
                connection.close()

        return cast("Callable[[int], None]", run_task)

    return declare


@periodic_task("* * * * *", "helpdesk.escalate")
def fire_escalations(timestamp: int) -> None:
    """Fire the escalation levels that are due, of all companies."""
    now = datetime.now(UTC)
    call_in_each_company(lambda: escalation.fire_escalations(now))


@periodic_task("0 3 * * 1", "people.wellbeing")
def report_wellbeing(timestamp: int) -> None:
    """Write the wellbeing reports of all companies for the 30 days before the Monday of the due time."""
    due = datetime.fromtimestamp(timestamp, UTC).date()
    monday = due - timedelta(days=due.weekday())
    call_in_each_company(lambda: wellbeing.write_reports(monday))


@periodic_task("0 1 * * *", "generator.advance")
def advance_histories(timestamp: int) -> None:
    """Append the day that is over to the generated histories that follow the calendar, as that of the demo."""
    # Imported late: every process registers this task, and only the worker needs the generator.
    from grilse.generator.advance.run import advance_living_histories

    advance_living_histories()


@periodic_task("30 2 * * *", "people.retain")
def delete_expired_records(timestamp: int) -> None:
    """Delete records whose retention period, by the rules of their company, has ended."""
    call_in_each_company(delete_expired_rows)


@app.task(name=REFRESH_TASK)
def refresh_findings(*, company: int) -> None:
    """Refresh the findings of a company whose records changed."""
    try:
        with tenant_transaction(company):
            refresh.refresh_findings()
    finally:
        connection.close()


@periodic_task("5 * * * *", "attention.refresh_all")
def refresh_all_findings(timestamp: int) -> None:
    """Refresh the findings of all companies."""
    call_in_each_company(refresh.refresh_findings)


@periodic_task("20 3 * * *", "attention.bands")
def renew_mortality_bands(timestamp: int) -> None:
    """Compute the bands of mortality of all companies anew."""
    call_in_each_company(refresh.renew_bands)


class DeliveryRetries(BaseRetryStrategy):
    """Sends a message again after the time that its failure names."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to send again; None where the failure is not that of a delivery."""
        if isinstance(exception, delivery.DeliveryError):
            return RetryDecision(retry_in={"seconds": exception.seconds})
        return None


@app.task(name=delivery.SEND_TASK, retry=DeliveryRetries())
def send_alert_message(*, company: int, message: int) -> None:
    """Send a message about findings."""
    try:
        delivery.send_message(company, message)
    finally:
        connection.close()


@periodic_task("*/10 * * * *", "attention.digests")
def queue_digests(timestamp: int) -> None:
    """Queue the digests that are due, of all companies."""
    now = datetime.now(UTC)
    call_in_each_company(lambda: delivery.queue_digests(now))
