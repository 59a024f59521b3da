"""What the queue knows: to run a job by its ids, to find those whose worker is gone, and what recurs."""

from datetime import UTC, datetime, timedelta
from typing import cast

from asgiref.sync import sync_to_async
from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status

from grilse.helpdesk import escalation
from grilse.jobs import execution
from grilse.jobs.progress import JobInterrupted
from grilse.people import wellbeing
from grilse.people.actions.rules import delete_expired_rows

RUN_TASK = "jobs.run"
MAX_ATTEMPTS = 3
"""Workers that may end in the middle of a job before it is given up."""


@app.task(name=RUN_TASK, pass_context=True, retry=RetryStrategy(retry_exceptions={JobAborted}))
def run_job(context: JobContext, *, company: int, job: int) -> None:
    """Run a job of a company; one that the worker had to leave goes back into the queue."""
    try:
        execution.execute_job(company, job, context.should_abort)
    except JobInterrupted as error:
        raise JobAborted from error
    finally:
        # Its thread may end with the worker.
        connection.close()


@app.periodic(cron="* * * * *")
@app.task(name="jobs.find_again", queueing_lock="jobs.find_again", pass_context=True)
async def requeue_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Put back jobs whose worker has been silent for half a minute, and fail those put back too often."""
    queue = context.app.job_manager
    for stalled in await queue.get_stalled_jobs(task_name=RUN_TASK):
        if stalled.attempts + 1 < MAX_ATTEMPTS:
            await queue.retry_job(stalled)
        else:
            await sync_to_async(_fail_stalled_job)(stalled)
            await queue.finish_job(stalled, Status.FAILED, delete_job=True)


def _fail_stalled_job(stalled: Job) -> None:
    ids = cast(dict[str, int], stalled.task_kwargs)
    execution.fail_job(ids["company"], ids["job"], execution.STALLED_MESSAGE)
    connection.close()


@app.periodic(cron="* * * * *")
@app.task(name="helpdesk.escalate", queueing_lock="helpdesk.escalate")
def fire_escalations(timestamp: int) -> None:
    """Fire the levels of escalation that are due, of all companies."""
    try:
        escalation.fire_escalations(datetime.now(UTC))
    finally:
        connection.close()


@app.periodic(cron="0 3 * * 1")
@app.task(name="people.wellbeing", queueing_lock="people.wellbeing")
def report_wellbeing(timestamp: int) -> None:
    """Write the wellbeing reports of all companies for the 30 days before the Monday that it is due for."""
    due = datetime.fromtimestamp(timestamp, UTC).date()
    try:
        wellbeing.write_reports(due - timedelta(days=due.weekday()))
    finally:
        connection.close()


@app.periodic(cron="30 2 * * *")
@app.task(name="people.retain", queueing_lock="people.retain")
def delete_expired_records(timestamp: int) -> None:
    """Delete what the companies' rules of work keep no longer than until the night that it is due for."""
    try:
        delete_expired_rows(datetime.fromtimestamp(timestamp, UTC))
    finally:
        connection.close()
