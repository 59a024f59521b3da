"""The queue escalates every minute, of all companies."""

from procrastinate.contrib.django import app
from tests.integration.helpdesk.conftest import DB, get_past_time, write_desk

from grilse.helpdesk.models import Escalation
from grilse.jobs import worker
from grilse.jobs.tasks import fire_escalations


def test_a_worker_fires_due_escalations(database):
    desk = write_desk("Northern Salmon")
    number = desk.ask()
    Escalation.objects.using(DB).filter(level=1).update(due_at=get_past_time(minutes=1))
    fire_escalations.defer(timestamp=0)

    worker.run_waiting_jobs()

    assert desk.levels(number) == [(1, 1, True), (1, 2, False)]


def test_the_escalation_task_is_scheduled_every_minute():
    tasks = [task for task in app.periodic_registry.periodic_tasks.values() if task.task.name == fire_escalations.name]
    assert [task.cron for task in tasks] == ["* * * * *"]
