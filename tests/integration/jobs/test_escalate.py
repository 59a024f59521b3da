"""The queue escalates every minute, of all companies."""

from procrastinate.contrib.django import app
from tests.integration.helpdesk.conftest import DB, ago, write_desk

from grilse.helpdesk.models import Escalation
from grilse.jobs import worker
from grilse.jobs.tasks import fire_escalations


def test_a_worker_fires_what_is_due(database):
    desk = write_desk("Northern Salmon")
    number = desk.ask()
    Escalation.objects.using(DB).filter(level=1).update(due_at=ago(minutes=1))
    fire_escalations.defer(timestamp=0)

    worker.run_waiting_jobs()

    assert desk.levels(number) == [(1, 1, True), (1, 2, False)]


def test_it_is_asked_for_each_minute():
    found = [one for one in app.periodic_registry.periodic_tasks.values() if one.task.name == fire_escalations.name]
    assert [one.cron for one in found] == ["* * * * *"]
