"""Escalation: every level that is due fires once, whoever runs the scheduler, however often and at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import import_module
from threading import Barrier

import pytest
from django.db import connection, connections, transaction
from tests.integration.helpdesk.conftest import ago, write_desk

from grilse.access.change_history import read_row_changes
from grilse.helpdesk import escalation
from grilse.helpdesk.models import Comment, Escalation, EscalationRule, Ticket

DB = "owner"
TICKETS, SCHEDULERS = 10_000, 10
ESCALATE = import_module("grilse.helpdesk.migrations.0002_rules").ESCALATE

# Of five tickets three wait, one is on hold and one done; of a third, the first level has fired.
SEED = """
WITH ticket AS (
  INSERT INTO helpdesk_ticket (company_id, number, title, status, priority, reporter_id, opened_at,
                               held_since, closed_at)
  SELECT %(company)s, 1000000 + n, 'Seeded', s.status, 'normal', %(reporter)s, now() - interval '1 day',
         CASE s.status WHEN 'on hold' THEN now() END, CASE s.status WHEN 'closed' THEN now() END
    FROM generate_series(1, %(tickets)s) n
    JOIN (VALUES (0, 'new'), (1, 'open'), (2, 'in progress'), (3, 'on hold'), (4, 'closed')) s (k, status)
         ON s.k = n %% 5
  RETURNING id, number
)
INSERT INTO helpdesk_escalation (company_id, ticket_id, round, level, rule_id, due_at, fired_at)
SELECT %(company)s, t.id, 1, r.level, r.id, now() + (r.level - 4) * interval '1 hour' + interval '30 minutes',
       CASE WHEN t.number %% 3 = 0 AND r.level = 1 THEN now() END
  FROM ticket t CROSS JOIN helpdesk_escalationrule r
 WHERE r.company_id = %(company)s AND r.category_id IS NULL
"""


@pytest.fixture(scope="module")
def desk(database):
    """A desk whose general rules have four levels."""
    made = write_desk("Northern Salmon")
    for level, team in ((3, "Divers"), (4, "Crew")):
        EscalationRule.objects.using(DB).create(
            company_id=made.company, level=level, after_minutes=60 * level, team_id=made.teams[team],
            priority="low" if level == 3 else "urgent",
        )  # fmt: skip
    return made


@pytest.fixture
def seeded(request, desk):
    """Tickets of which several levels are due; the fourth is not yet."""
    with connections[DB].cursor() as cursor:
        given = {"company": desk.company, "reporter": desk.persons["Asker"], "tickets": request.param}
        cursor.execute(SEED, given)
    yield request.param
    with connections[DB].cursor() as cursor:
        for table in ("comment", "escalation"):
            cursor.execute(f"DELETE FROM helpdesk_{table}")
        cursor.execute("DELETE FROM helpdesk_ticket WHERE number > 1000000")


def due_levels():
    """Return how many levels of tickets that wait are due and have not fired."""
    rows = Escalation.objects.using(DB).filter(fired_at=None, due_at__lte=datetime.now(UTC))
    return rows.filter(ticket__status__in=["new", "open", "in progress"]).count()


def told_once(fired: int) -> bool:
    """Tell whether there is one comment for each level that fired, and no ticket was told of one twice."""
    comments = Comment.objects.using(DB).filter(author=None)
    told = list(comments.values_list("ticket_id", "body"))
    return len(told) == fired == len(set(told))


def at_once(fire):
    """Have the schedulers fire at once, each on a connection of its own; return what each says."""
    start, now = Barrier(SCHEDULERS), datetime.now(UTC)

    def scheduler(_):
        try:
            connection.ensure_connection()
            start.wait(30)
            return fire(now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SCHEDULERS) as threads:
        return list(threads.map(scheduler, range(SCHEDULERS)))


@pytest.mark.parametrize("seeded", [TICKETS], indirect=True)
def test_ten_schedulers_at_once_fire_every_level_once(seeded):
    due = due_levels()
    assert due > seeded

    counts = at_once(escalation.fire_escalations)

    assert sum(counts) == due
    assert told_once(due)
    assert due_levels() == 0
    fired = Escalation.objects.using(DB).filter(fired_at__isnull=False)
    # A fifth each of levels 1 to 3 of tickets that wait; a third of the first levels had fired before.
    assert fired.filter(level=4).count() == 0
    assert fired.filter(level__in=(2, 3)).count() == seeded * 3 // 5 * 2
    assert not fired.filter(ticket__status__in=["on hold", "closed"]).exclude(level=1).exists()
    assert at_once(escalation.fire_escalations) == [0] * SCHEDULERS
    assert told_once(due)


@pytest.mark.parametrize("seeded", [TICKETS // 5], indirect=True)
def test_a_statement_that_does_not_look_again_is_found_to_fire_twice(seeded):
    blind = ESCALATE.replace("helpdesk_escalate", "helpdesk_escalate_blindly")
    for guard in ("FOR UPDATE OF t, e SKIP LOCKED", "AND e.fired_at IS NULL\n    RETURNING"):
        assert guard in blind
        blind = blind.replace(guard, "RETURNING" if "RETURNING" in guard else "")
    with connections[DB].cursor() as cursor:
        cursor.execute(blind.replace("%", "%%"))
    due = due_levels()

    counts = at_once(_blindly)

    assert sum(counts) > due
    assert not told_once(due)


def _blindly(now):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT helpdesk_escalate_blindly(%s)", [now])
        return cursor.fetchone()[0]


def test_levels_fire_in_their_order_and_the_last_one_has_the_ticket(desk):
    number = desk.ask()
    ticket = desk.ticket(number)
    waiting = Escalation.objects.using(DB).filter(ticket_id=ticket.pk)
    assert escalation.fire_escalations(datetime.now(UTC)) == 0
    waiting.filter(level__lte=3).update(due_at=ago(minutes=1))
    assert escalation.fire_escalations(datetime.now(UTC)) == 3

    row = desk.ticket(number)
    assert (row.status, row.priority) == ("new", "high"), "a level raises a priority and never lowers it"
    assert (row.team_id, row.assignee_id) == (desk.teams["Divers"], None)
    told = list(Comment.objects.using(DB).filter(ticket_id=ticket.pk).order_by("at", "id"))
    assert [(one.author_id, one.body, one.internal) for one in told] == [
        (None, "Level 1 of escalation: it goes to Crew.", False),
        (None, "Level 2 of escalation: it goes to Head, priority at least high.", False),
        (None, "Level 3 of escalation: it goes to Divers, priority at least low.", False),
    ]
    with desk.as_("Head"):
        [change, _] = read_row_changes(Ticket, ticket.pk)
    assert (change.user, change.reason) == ("", "escalated by the scheduler")
    assert escalation.fire_escalations(datetime.now(UTC)) == 0


def test_a_person_takes_it_over_unless_they_left(desk):
    from grilse.people.models import Person

    number = desk.ask()
    desk.do("take", number)
    waiting = Escalation.objects.using(DB).filter(ticket__number=number, company_id=desk.company)
    waiting.filter(level=2).update(due_at=ago(minutes=1))
    Person.objects.using(DB).filter(pk=desk.persons["Head"]).update(active=False)
    assert escalation.fire_escalations(datetime.now(UTC)) == 1
    assert desk.ticket(number).assignee_id == desk.persons["Worker"]
    Person.objects.using(DB).filter(pk=desk.persons["Head"]).update(active=True)

    number = desk.ask()
    waiting = Escalation.objects.using(DB).filter(ticket__number=number, company_id=desk.company)
    waiting.filter(level=2).update(due_at=ago(minutes=1))
    escalation.fire_escalations(datetime.now(UTC))
    assert desk.ticket(number).assignee_id == desk.persons["Head"]


def test_a_ticket_that_somebody_holds_waits_for_the_next_run(desk):
    number = desk.ask()
    Escalation.objects.using(DB).filter(ticket__number=number, level=1).update(due_at=ago(minutes=1))
    with desk.as_("Worker"):
        Ticket.objects.select_for_update().get(number=number)
        with ThreadPoolExecutor(1) as beside:
            assert beside.submit(_fired_beside).result(10) == 0
    assert escalation.fire_escalations(datetime.now(UTC)) == 1


def _fired_beside():
    try:
        return escalation.fire_escalations(datetime.now(UTC))
    finally:
        connections.close_all()


def test_what_fired_in_a_round_is_over_in_it_and_not_in_the_next(desk):
    from grilse.helpdesk.actions.tickets import NewTicket

    number = desk.ask()
    Escalation.objects.using(DB).filter(ticket__number=number, level=1).update(due_at=ago(minutes=1))
    escalation.fire_escalations(datetime.now(UTC))
    desk.do("change", number, new=NewTicket(title="Torn net", category=desk.categories["Nets"]))
    assert desk.levels(number) == [(1, 1, True)], "the only level of that category has fired"
    desk.do("resolve", number)
    desk.do("reopen", number)
    assert desk.levels(number) == [(1, 1, True), (2, 1, False)]


def test_levels_of_all_companies_fire_and_each_calls_its_own(desk):
    other = write_desk("Southern Salmon")
    for one in (desk, other):
        number = one.ask()
        Escalation.objects.using(DB).filter(
            company_id=one.company, ticket__number=number, level=1
        ).update(due_at=ago(minutes=1))  # fmt: skip
    assert escalation.fire_escalations(datetime.now(UTC)) == 2
    for one in (desk, other):
        last = Ticket.objects.using(DB).filter(company_id=one.company).order_by("-number")[0]
        assert last.team_id == one.teams["Crew"]
