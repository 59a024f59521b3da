"""The staff's days in the database are what the product itself would have made of them."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import transaction

from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError
from grilse.generator.database_load import write_company_and_places
from grilse.generator.load.database_sink import DatabaseTarget
from grilse.generator.load.shards import ShardTask
from grilse.generator.schedule.run import GeneratorRun
from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
from grilse.generator.staff import staff_shard
from grilse.generator.staff.directory import get_staff
from grilse.generator.world.world import load_world
from grilse.helpdesk import escalation
from grilse.helpdesk.business_hours import read_calendar
from grilse.helpdesk.models import Escalation, Ticket
from grilse.helpdesk.workflow import ACTIVE_STATUSES
from grilse.people.models import Journey, Person, TrackPoint, Visit
from grilse.people.tracks.journeys import update_journeys
from grilse.people.tracks.visits import update_visits


@pytest.fixture(scope="module")
def run():
    world = load_world()
    return GeneratorRun(world=world, plan=schedule_batches(world, ScheduleRequest(ages=(560, 890))).plan, seed=3)


@pytest.fixture(scope="module")
def staffed_company(database, run):
    """The id of a company with its staff's days, without any fish."""
    company = write_company_and_places(run)
    staff_shard.write_staff(company, run)
    for shard in reversed(get_staff(run).shard_names):
        staff_shard.load_staff(ShardTask(run, DatabaseTarget(company), shard, kind=staff_shard.KIND))
    return company


@pytest.fixture
def acting(staffed_company):
    with tenant_transaction(staffed_company):
        yield
        transaction.set_rollback(True)


def list_rows(model):
    return sorted(model.objects.values_list())


def test_the_product_derives_the_same_journeys_and_visits_of_the_same_positions(acting):
    journeys, visits = list_rows(Journey), list_rows(Visit)
    assert journeys
    assert visits
    for person in Person.objects.filter(title__in=["Veterinarian", "Operator", "Site manager"])[:12]:
        points = TrackPoint.objects.filter(person_id=person.pk)
        update_journeys(person.pk, set(points.exclude(reference=None).values_list("reference", flat=True)))
        update_visits(person.pk, set(points.values_list("at", flat=True)))

    assert list_rows(Journey) == journeys
    assert list_rows(Visit) == visits


def test_journeys_and_visits_are_written_anew_where_positions_are_gone(acting):
    """The control of the test before: what the product derives does follow the positions."""
    journeys, visits = list_rows(Journey), list_rows(Visit)
    person = Person.objects.filter(title="Veterinarian").first()
    points = TrackPoint.objects.filter(person_id=person.pk)
    moments = set(points.values_list("at", flat=True))
    references = set(points.exclude(reference=None).values_list("reference", flat=True))
    points.filter(kind="site visit").delete()
    update_journeys(person.pk, references)
    update_visits(person.pk, moments)

    assert list_rows(Journey) != journeys
    assert list_rows(Visit) != visits


def test_escalations_due_before_the_end_of_history_have_fired(acting, run):
    end = datetime.combine(run.plan.until, time(23), UTC)
    waiting = Escalation.objects.filter(fired_at=None).exclude(due_at=None).count()

    assert waiting
    assert escalation.fire_escalations(end) == 0
    assert escalation.fire_escalations(end + timedelta(days=200)) == waiting


def test_future_escalation_levels_match_the_product(acting):
    undone = list(Ticket.objects.filter(status__in=ACTIVE_STATUSES))
    assert undone
    names = ("ticket_id", "round", "level", "rule_id", "fired_at")
    before = {row[:-1]: row[-1] for row in Escalation.objects.values_list(*names, "due_at")}
    escalation.schedule_escalations(undone, read_calendar())
    after = {row[:-1]: row[-1] for row in Escalation.objects.values_list(*names, "due_at")}

    assert after.keys() == before.keys()
    apart = [abs((after[key] - before[key]).total_seconds()) for key in after if after[key] is not None]
    assert max(apart) < 1
    assert all(before[key] is None for key in after if after[key] is None)


def test_a_company_that_has_rules_of_its_own_is_refused_its_staff(staffed_company, run):
    with pytest.raises(GrilseError, match="collides with what North Atlantic Salmon has already"):
        staff_shard.write_staff(staffed_company, run)
