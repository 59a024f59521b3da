"""Escalation: every level that is due fires once, whoever runs the scheduler, however often and at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import import_module
from threading import Barrier

import pytest
from django.db import connection, connections
from tests.integration.helpdesk.conftest import fire_in_each_company, get_past_time, write_desk

from grilse.access.change_history import read_row_changes
from grilse.access.tenancy import call_in_each_company, tenant_transaction
from grilse.helpdesk import escalation
from grilse.helpdesk.models import Comment, Escalation, EscalationRule, Ticket

DB = "owner"
TICKETS, SCHEDULERS = 10_000, 10
ESCALATE = import_module("grilse.helpdesk.migrations.0004_escalation_in_company").ESCALATE

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
    other_desk = write_desk("Northern Salmon")
    for level, team in ((3, "Divers"), (4, "Crew")):
        EscalationRule.objects.using(DB).create(
            company_id=other_desk.company, level=level, after_minutes=60 * level, team_id=other_desk.teams[team],
            priority="low" if level == 3 else "urgent",
        )  # fmt: skip
    return other_desk


@pytest.fixture
def due_tickets(request, desk):
    """Tickets of which several levels are due; the fourth is not yet."""
    with connections[DB].cursor() as cursor:
        given = {"company": desk.company, "reporter": desk.persons["Asker"], "tickets": request.param}
        cursor.execute(SEED, given)
        # As autovacuum leaves the tables: without statistics of the tickets the statement reads all for each.
        cursor.execute("ANALYZE helpdesk_ticket, helpdesk_escalation")
    yield request.param
    with connections[DB].cursor() as cursor:
        for table in ("comment", "escalation"):
            cursor.execute(f"DELETE FROM helpdesk_{table}")
        cursor.execute("DELETE FROM helpdesk_ticket WHERE number > 1000000")


def count_due_levels():
    """Return how many levels of tickets that wait are due and have not fired."""
    rows = Escalation.objects.using(DB).filter(fired_at=None, due_at__lte=datetime.now(UTC))
    return rows.filter(ticket__status__in=["new", "open", "in progress"]).count()


def is_reported_once(fired: int) -> bool:
    """Tell whether there is one comment for each level that fired, and no ticket was told of one twice."""
    comments = Comment.objects.using(DB).filter(author=None)
    messages = list(comments.values_list("ticket_id", "body"))
    return len(messages) == fired == len(set(messages))


def fire_at_once(fire):
    """Have the schedulers fire at once, each on a connection of its own; return what each says."""
    start, now = Barrier(SCHEDULERS), datetime.now(UTC)

    def run_scheduler(_):
        try:
            connection.ensure_connection()
            start.wait(30)
            return fire(now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SCHEDULERS) as threads:
        return list(threads.map(run_scheduler, range(SCHEDULERS)))


@pytest.mark.parametrize("due_tickets", [TICKETS], indirect=True)
def test_ten_schedulers_at_once_fire_every_level_once(due_tickets):
    due = count_due_levels()
    assert due > due_tickets

    counts = fire_at_once(fire_in_each_company)

    assert sum(counts) == due
    assert is_reported_once(due)
    assert count_due_levels() == 0
    fired = Escalation.objects.using(DB).filter(fired_at__isnull=False)
    # A fifth each of levels 1 to 3 of tickets that wait; a third of the first levels had fired before.
    assert fired.filter(level=4).count() == 0
    assert fired.filter(level__in=(2, 3)).count() == due_tickets * 3 // 5 * 2
    assert not fired.filter(ticket__status__in=["on hold", "closed"]).exclude(level=1).exists()
    assert fire_at_once(fire_in_each_company) == [0] * SCHEDULERS
    assert is_reported_once(due)


@pytest.mark.parametrize("due_tickets", [TICKETS // 5], indirect=True)
def test_a_statement_that_does_not_look_again_is_found_to_fire_twice(due_tickets):
    blind = ESCALATE.replace("helpdesk_escalate", "helpdesk_escalate_blindly")
    for guard in ("FOR UPDATE OF t, e SKIP LOCKED", "AND e.fired_at IS NULL\n    RETURNING"):
        assert guard in blind
        blind = blind.replace(guard, "RETURNING" if "RETURNING" in guard else "")
    with connections[DB].cursor() as cursor:
        cursor.execute(blind.replace("%", "%%"))
        cursor.execute("GRANT EXECUTE ON FUNCTION helpdesk_escalate_blindly TO grilse_app")
    due = count_due_levels()

    counts = fire_at_once(_fire_blindly)

    assert sum(counts) > due
    assert not is_reported_once(due)


def _fire_blindly(now):
    def fire():
        with connection.cursor() as cursor:
            cursor.execute("SELECT helpdesk_escalate_blindly(%s)", [now])
            return cursor.fetchone()[0]

    return call_in_each_company(fire)


def test_levels_fire_in_their_order_and_the_last_one_has_the_ticket(desk):
    number = desk.ask()
    ticket = desk.ticket(number)
    waiting = Escalation.objects.using(DB).filter(ticket_id=ticket.pk)
    assert fire_in_each_company(datetime.now(UTC)) == 0
    waiting.filter(level__lte=3).update(due_at=get_past_time(minutes=1))
    assert fire_in_each_company(datetime.now(UTC)) == 3

    row = desk.ticket(number)
    assert (row.status, row.priority) == ("new", "high"), "a level raises a priority and never lowers it"
    assert (row.team_id, row.assignee_id) == (desk.teams["Divers"], None)
    comments = list(Comment.objects.using(DB).filter(ticket_id=ticket.pk).order_by("at", "id"))
    assert [(comment.author_id, comment.body, comment.internal) for comment in comments] == [
        (None, "Level 1 of escalation: it goes to Crew.", False),
        (None, "Level 2 of escalation: it goes to Head, priority at least high.", False),
        (None, "Level 3 of escalation: it goes to Divers, priority at least low.", False),
    ]
    with desk.as_("Head"):
        [change, _] = read_row_changes(Ticket, ticket.pk)
    assert (change.user, change.reason) == ("", "escalated by the scheduler")
    assert fire_in_each_company(datetime.now(UTC)) == 0


def test_a_person_takes_it_over_unless_they_left(desk):
    from grilse.people.models import Person

    number = desk.ask()
    desk.do("take", number)
    waiting = Escalation.objects.using(DB).filter(ticket__number=number, company_id=desk.company)
    waiting.filter(level=2).update(due_at=get_past_time(minutes=1))
    Person.objects.using(DB).filter(pk=desk.persons["Head"]).update(active=False)
    assert fire_in_each_company(datetime.now(UTC)) == 1
    assert desk.ticket(number).assignee_id == desk.persons["Worker"]
    Person.objects.using(DB).filter(pk=desk.persons["Head"]).update(active=True)

    number = desk.ask()
    waiting = Escalation.objects.using(DB).filter(ticket__number=number, company_id=desk.company)
    waiting.filter(level=2).update(due_at=get_past_time(minutes=1))
    fire_in_each_company(datetime.now(UTC))
    assert desk.ticket(number).assignee_id == desk.persons["Head"]


def test_a_ticket_that_somebody_holds_waits_for_the_next_run(desk):
    number = desk.ask()
    Escalation.objects.using(DB).filter(ticket__number=number, level=1).update(due_at=get_past_time(minutes=1))
    with desk.as_("Worker"):
        Ticket.objects.select_for_update().get(number=number)
        with ThreadPoolExecutor(1) as beside:
            assert beside.submit(_fire_in_thread).result(10) == 0
    assert fire_in_each_company(datetime.now(UTC)) == 1


def _fire_in_thread():
    try:
        return fire_in_each_company(datetime.now(UTC))
    finally:
        connections.close_all()


def test_a_fired_level_does_not_fire_again_in_its_round(desk):
    from grilse.helpdesk.actions.tickets import NewTicket

    number = desk.ask()
    Escalation.objects.using(DB).filter(ticket__number=number, level=1).update(due_at=get_past_time(minutes=1))
    fire_in_each_company(datetime.now(UTC))
    desk.do("change", number, new=NewTicket(title="Torn net", category=desk.categories["Nets"]))
    assert desk.levels(number) == [(1, 1, True)], "the only level of that category has fired"
    desk.do("resolve", number)
    desk.do("reopen", number)
    assert desk.levels(number) == [(1, 1, True), (2, 1, False)]


def test_a_call_fires_the_levels_of_its_company_only(desk):
    other = write_desk("Western Salmon")
    number = other.ask()
    Escalation.objects.using(DB).filter(company_id=other.company, level=1).update(due_at=get_past_time(minutes=1))
    with tenant_transaction(desk.company):
        assert escalation.fire_escalations(datetime.now(UTC)) == 0
    assert escalation.fire_escalations(datetime.now(UTC)) == 0, "without a company there is nothing to fire"
    with tenant_transaction(other.company):
        assert escalation.fire_escalations(datetime.now(UTC)) == 1
    assert (1, 1, True) in other.levels(number)


def test_levels_of_all_companies_fire_and_each_calls_its_own(desk):
    other = write_desk("Southern Salmon")
    for desk_of_company in (desk, other):
        number = desk_of_company.ask()
        Escalation.objects.using(DB).filter(
            company_id=desk_of_company.company, ticket__number=number, level=1
        ).update(due_at=get_past_time(minutes=1))  # fmt: skip
    assert fire_in_each_company(datetime.now(UTC)) == 2
    for desk_of_company in (desk, other):
        last = Ticket.objects.using(DB).filter(company_id=desk_of_company.company).order_by("-number")[0]
        assert last.team_id == desk_of_company.teams["Crew"]
