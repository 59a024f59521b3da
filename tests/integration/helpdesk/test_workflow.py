"""The way of a ticket: every verb from every status, who may, and what becomes of clocks and levels."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections
from tests.integration.helpdesk.conftest import get_past_time

from grilse.access.change_history import read_row_changes
from grilse.errors import GrilseError
from grilse.helpdesk.actions import tickets
from grilse.helpdesk.actions.tickets import NewTicket
from grilse.helpdesk.models import Ticket
from grilse.helpdesk.workflow import STEPS, list_verbs

WAY = {
    "new": (),
    "open": ("take",),
    "in progress": ("start",),
    "on hold": ("take", "hold"),
    "resolved": ("resolve",),
    "closed": ("resolve", "close"),
    "cancelled": ("cancel",),
}
# What each verb makes of each status, written out: the table of the code is held against it.
TABLE = {
    "new": {
        "take": "open", "assign": "open", "start": "in progress", "resolve": "resolved",
        "cancel": "cancelled", "change": "new",
    },
    "open": {
        "take": "open", "assign": "open", "start": "in progress", "hold": "on hold", "resolve": "resolved",
        "cancel": "cancelled", "change": "open",
    },
    "in progress": {
        "take": "in progress", "assign": "in progress", "hold": "on hold", "resolve": "resolved",
        "cancel": "cancelled", "change": "in progress",
    },
    "on hold": {
        "take": "on hold", "assign": "on hold", "resume": "in progress", "resolve": "resolved",
        "cancel": "cancelled", "change": "on hold",
    },
    "resolved": {"close": "closed", "reopen": "open"},
    "closed": {"reopen": "open"},
    "cancelled": {"reopen": "open"},
}  # fmt: skip


def bring_ticket(desk, status):
    """Open a ticket and bring it to a status."""
    number = desk.ask()
    for verb in WAY[status]:
        desk.do(verb, number)
    assert desk.ticket(number).status == status
    return number


@pytest.mark.parametrize("status", Ticket.Status.values)
def test_each_action_changes_status_as_the_table_states_or_names_the_allowed_actions(desk, status):
    refused = bring_ticket(desk, status)
    for verb in STEPS:
        if verb in TABLE[status]:
            number = bring_ticket(desk, status)
            desk.do(verb, number)
            assert desk.ticket(number).status == TABLE[status][verb], verb
        else:
            with pytest.raises(GrilseError, match=f"is {status}: .* one can {' or '.join(list_verbs(status))} it"):
                desk.do(verb, refused)
            assert desk.ticket(refused).status == status, verb


def test_a_ticket_has_a_number_and_is_promised_by_category_and_priority(desk):
    number = desk.ask(category=desk.categories["Nets"], container=desk.places["P1"])
    row = desk.ticket(number)
    assert (row.status, row.reporter_id, row.team_id) == ("new", desk.persons["Asker"], desk.teams["Divers"])
    assert (row.area_id, row.geography_id) == (desk.places["Loch"], desk.places["Scotland"])
    assert (row.answer_due - row.opened_at, row.resolve_due - row.opened_at) == (
        timedelta(minutes=10),
        timedelta(minutes=20),
    )
    assert desk.levels(number) == [(1, 1, False)]
    assert desk.levels(desk.ask(category=desk.categories["Pumps"])) == [(1, 1, False), (1, 2, False)]
    plain = desk.ticket(desk.ask(priority="low"))
    assert (plain.answer_due, plain.resolve_due, plain.geography_id) == (None, None, None)


def test_a_tank_belongs_to_its_station_only(desk):
    row = desk.ticket(desk.ask(container=desk.places["T1"], station=desk.places["Burn"]))
    assert (row.station_id, row.area_id, row.geography_id) == (desk.places["Burn"], None, desk.places["Scotland"])
    for mismatch, why in (
        ({"container": desk.places["P1"], "area": desk.places["Fjord"]}, "container Loch/P1 is not at that site"),
        ({"container": desk.places["P1"], "station": desk.places["Burn"]}, "is not at that site"),
        ({"area": desk.places["Loch"], "station": desk.places["Burn"]}, "name one of the two"),
        ({"container": 10**12}, f"there is no container {10**12}"),
        ({"category": 10**12}, "there is no category"),
        ({"priority": "mad"}, "priority: mad is none of low, normal, high, urgent"),
        ({"title": "  "}, "a ticket needs a title"),
    ):
        with pytest.raises(GrilseError, match=why):
            desk.ask(**mismatch)


def test_numbers_have_no_gap_and_no_double_whoever_opens_at_once(desk):
    first = desk.ask() + 1
    start = Barrier(8)

    def open_tickets(place):
        try:
            start.wait(10)
            numbers = [desk.ask(f"{place} {i}", **PLACES[i % 2](desk)) for i in range(5)]
            # What was refused has taken no number.
            with pytest.raises(GrilseError):
                desk.ask(container=10**12)
            return numbers
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as executor:
        numbers = sorted(number for numbers_opened in executor.map(open_tickets, range(8)) for number in numbers_opened)
    assert numbers == list(range(first, first + 40))


PLACES = (lambda desk: {"container": desk.places["P1"]}, lambda desk: {"container": desk.places["P2"]})


def test_two_editors_of_one_ticket_come_one_after_the_other(desk):
    number = bring_ticket(desk, "resolved")
    start = Barrier(2)

    def end_ticket(verb):
        try:
            start.wait(10)
            desk.do(verb, number)
            return ""
        except GrilseError as error:
            return str(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as editors:
        messages = list(editors.map(end_ticket, ("close", "close")))
    assert sorted(map(bool, messages)) == [False, True]
    assert f"ticket #{number} is closed: that is no status to close from, one can reopen it" in messages


def test_a_hold_moves_what_is_due_by_the_time_that_it_took(desk):
    number = bring_ticket(desk, "on hold")
    before = desk.ticket(number)
    assert not any(_list_due_times(desk, number)), "nothing comes due while it waits"
    desk.write(number, held_since=get_past_time(minutes=45))
    desk.do("resume", number)
    after = desk.ticket(number)
    assert (after.held_minutes, after.held_since) == (45, None)
    assert after.resolve_due == before.resolve_due + timedelta(minutes=45)
    assert after.answer_due == before.answer_due, "it was answered before it waited"
    opened = before.opened_at
    assert [due - opened for due in _list_due_times(desk, number)] == [timedelta(minutes=m) for m in (75, 135)]

    desk.do("hold", number)
    desk.write(number, held_since=get_past_time(minutes=15))
    desk.do("resolve", number)
    done = desk.ticket(number)
    assert (done.held_minutes, done.resolve_due - before.resolve_due) == (60, timedelta(minutes=60))
    assert _list_due_times(desk, number) == []


def _list_due_times(desk, number):
    from grilse.helpdesk.models import Escalation

    rows = Escalation.objects.using("owner").filter(company_id=desk.company, ticket__number=number, fired_at=None)
    return list(rows.order_by("level").values_list("due_at", flat=True))


def test_the_first_action_of_another_person_answers_a_ticket(desk):
    number = desk.ask()
    desk.do("change", number, "Asker", new=NewTicket(title="Torn net", priority="high"))
    assert desk.ticket(number).answered_at is None
    desk.do("take", number)
    answered = desk.ticket(number).answered_at
    assert answered is not None
    desk.do("start", number, "Head")
    assert desk.ticket(number).answered_at == answered


def test_a_ticket_that_is_reopened_has_clocks_and_levels_of_its_own(desk):
    number = bring_ticket(desk, "closed")
    desk.write(number, held_minutes=30, opened_at=get_past_time(days=2))
    desk.do("reopen", number, "Asker")
    row = desk.ticket(number)
    assert (row.status, row.round, row.held_minutes) == ("open", 2, 0)
    assert (row.answered_at, row.resolved_at, row.closed_at) == (None, None, None)
    assert row.answer_due - row.reopened_at == timedelta(minutes=60)
    assert desk.levels(number) == [(2, 1, False), (2, 2, False)]


def test_another_category_has_other_levels_and_another_team(desk):
    number = desk.ask(category=desk.categories["Pumps"])
    desk.do("change", number, new=NewTicket(title="Torn net", category=desk.categories["Nets"]))
    row = desk.ticket(number)
    assert (row.team_id, row.resolve_due - row.opened_at) == (desk.teams["Divers"], timedelta(minutes=20))
    assert desk.levels(number) == [(1, 1, False)]
    with pytest.raises(GrilseError, match="is not used any more: choose another"):
        desk.do("change", number, new=NewTicket(title="Torn net", category=_find_old_category(desk)))


def _find_old_category(desk):
    from grilse.helpdesk.models import Category

    return Category.objects.using("owner").get(company_id=desk.company, name="Old").pk


def test_a_correction_of_the_words_or_the_place_says_why_and_is_kept(desk):
    number = desk.ask()
    corrected = NewTicket(title="Torn net of pen 1", container=desk.places["P1"])
    with pytest.raises(GrilseError, match="say why: a correction"):
        desk.do("change", number, new=corrected)
    desk.do("change", number, new=corrected, reason="it is that pen")
    row = desk.ticket(number)
    assert (row.title, row.geography_id) == ("Torn net of pen 1", desk.places["Scotland"])
    with desk.as_("Head"):
        assert read_row_changes(Ticket, row.pk)[0].reason == "it is that pen"


def test_who_neither_opened_a_ticket_nor_works_on_tickets_takes_nothing_back(desk):
    number = desk.ask()
    for verb in ("change", "cancel"):
        with pytest.raises(GrilseError, match=f"only who opened ticket #{number} or works on tickets can {verb}"):
            desk.do(verb, number, "Other")
    desk.do("cancel", number, "Asker")
    for verb in ("cancel", "reopen"):
        with pytest.raises(GrilseError, match="say why"):
            desk.do(verb, number if verb == "reopen" else desk.ask(), "Asker", reason=" ")


def test_a_ticket_goes_to_people_who_work_here(desk):
    from grilse.people.models import Person

    former_person = Person.objects.using("owner").create(company_id=desk.company, name="Gone", active=False).pk
    number = desk.ask()
    for given, why in (
        ({}, "name a person or a team"),
        ({"person": former_person}, "Gone does not work here any more"),
        ({"person": 10**12}, "there is no person"),
        ({"team": 10**12}, "there is no team"),
    ):
        with desk.as_("Worker"), pytest.raises(GrilseError, match=why):
            tickets.assign_ticket(number, **given)
    desk.do("assign", number, team=desk.teams["Crew"])
    row = desk.ticket(number)
    assert (row.assignee_id, row.team_id, row.status) == (None, desk.teams["Crew"], "open")


def test_a_ticket_is_there_for_those_who_reach_its_site(desk):
    here = desk.ask(container=desk.places["P1"])
    anywhere = desk.ask()
    with desk.as_("Worker", ("Faroe",)):
        numbers = set(Ticket.objects.values_list("number", flat=True))
    assert anywhere in numbers
    assert here not in numbers
    with desk.as_("Worker", ("Faroe",)), pytest.raises(GrilseError, match=f"there is no ticket #{here}"):
        tickets.take_ticket(here)
    with desk.as_("Asker", ("Faroe",)):
        assert tickets.open_ticket(NewTicket(title="Next")) == anywhere + 1, "numbers count what is out of reach"
    desk.ask(container=desk.places["P1"])
    with desk.as_("Asker", ("Faroe",)):
        assert tickets.open_ticket(NewTicket(title="After next")) == anywhere + 3


def test_the_roles_that_the_database_lets_work_are_those_of_the_matrix(desk):
    from importlib import import_module

    from grilse.access.permissions import find_roles_with

    roles = import_module("grilse.helpdesk.migrations.0002_rules").ROLES
    assert set(roles) == find_roles_with(("helpdesk.work",))
    with desk.as_("Worker"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM helpdesk_workplaces()")
        assert cursor.fetchone() == (3,)
