"""What tickets go by: who changes it, what is refused, and what becomes of tickets that wait."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from threading import Barrier

import pytest
from django.db import connections
from tests.integration.helpdesk.conftest import DB, fire_in_each_company, get_past_time, write_desk

from grilse.errors import GrilseError
from grilse.farm.actions import places
from grilse.helpdesk.business_hours import compute_due_time, count_minutes, read_calendar
from grilse.helpdesk.models import BusinessHours, Escalation, EscalationRule, ServiceLevel, Ticket
from grilse.people.actions.rules import WorkRuleValues, save_work_rules

REASON = "it is no longer so"


@pytest.fixture
def desk(database, request):
    """A desk of its own for each test."""
    return write_desk(f"Salmon of {request.node.name}")


def list_due_times(desk, number):
    """Return when the levels of a ticket come due."""
    rows = Escalation.objects.using(DB).filter(company_id=desk.company, ticket__number=number)
    return dict(rows.filter(fired_at=None).values_list("level", "due_at"))


def find_rule_id(desk, level, category=None):
    """Return the id of a rule."""
    return EscalationRule.objects.using(DB).get(company_id=desk.company, level=level, category=category).pk


def change_rule(desk, values, level=1):
    with desk.as_("Head"):
        places.change_place("escalation rule", find_rule_id(desk, level), values, reason=REASON)


def test_levels_that_are_to_come_follow_a_rule_that_changes(desk):
    waits, held, done = desk.ask(), desk.ask(), desk.ask()
    for verb in ("take", "hold"):
        desk.do(verb, held)
    desk.do("resolve", done)
    opened = desk.ticket(waits).opened_at
    assert list_due_times(desk, waits) == {1: opened + timedelta(minutes=30), 2: opened + timedelta(minutes=90)}
    change_rule(desk, {"after_minutes": 45})
    assert list_due_times(desk, waits)[1] == opened + timedelta(minutes=45)
    assert (list_due_times(desk, held), list_due_times(desk, done)) == ({1: None, 2: None}, {})
    change_rule(desk, {"active": False})
    assert list(list_due_times(desk, waits)) == [2]
    with desk.as_("Head"):
        new = places.add_place("escalation rule", {"level": 3, "after_minutes": 95, "team": desk.teams["Crew"]})
    assert list(list_due_times(desk, waits)) == [2, 3]
    with desk.as_("Head"), pytest.raises(GrilseError, match="of level 3 is in use"):
        places.remove_place("escalation rule", new, reason=REASON)
    change_rule(desk, {"active": False}, level=3)
    with desk.as_("Head"):
        places.remove_place("escalation rule", new, reason=REASON)
    assert list(list_due_times(desk, waits)) == [2]


def test_hours_and_holidays_move_levels_and_not_what_was_promised(desk):
    number = desk.ask()
    before = desk.ticket(number)
    with desk.as_("Head"):
        save_work_rules(WorkRuleValues(time_zone="Atlantic/Faroe"))
    weekday = (before.opened_at.weekday() + 2) % 7
    with desk.as_("Head"):
        day = places.add_place("business hours", {"weekday": weekday, "opens": time(8), "closes": time(16)})
        hours = read_calendar()
        first = compute_due_time(before.opened_at, 30, hours)
        assert first.astimezone(hours.zone).time() == time(8, 30)
    assert list_due_times(desk, number)[1] == first
    with desk.as_("Head"):
        places.add_place("holiday", {"date": first.date(), "name": "Ólavsøka"})
    assert list_due_times(desk, number)[1] == first + timedelta(days=7)
    assert desk.ticket(number).resolve_due == before.resolve_due
    with desk.as_("Head"):
        save_work_rules(WorkRuleValues(time_zone="Asia/Tokyo"))
    assert list_due_times(desk, number)[1] < first + timedelta(days=7) - timedelta(hours=5), "days begin earlier there"
    with desk.as_("Head"):
        places.remove_place("business hours", day, reason=REASON)
    assert list_due_times(desk, number)[1] == before.opened_at + timedelta(minutes=30)


def test_what_cannot_be_is_refused_in_one_sentence(desk):
    crew, nets = desk.teams["Crew"], desk.categories["Nets"]
    level = {"priority": "urgent", "answer_minutes": 5, "resolve_minutes": 10}
    called = {"level": 3, "after_minutes": 100, "team": crew}
    for kind, values, why in (
        ("escalation rule", called | {"after_minutes": 60}, "level 3 has to come after level 2"),
        ("escalation rule", called | {"team": None}, "name a person or a team whom it calls"),
        ("escalation rule", called | {"level": 10}, "a level is from 1 to 9"),
        ("escalation rule", called | {"level": 2}, "of level 2 is there already"),
        ("escalation rule", called | {"after_minutes": 600_000}, "waits for it a year at most"),
        ("escalation rule", called | {"category": 10**12}, "there is no category"),
        ("escalation rule", called | {"person": 10**12}, "there is no person"),
        ("service level", level | {"answer_minutes": 20}, "resolved no sooner"),
        ("service level", level | {"priority": "mad"}, "a priority is low, normal, high or urgent"),
        ("business hours", {"weekday": 7, "opens": time(8), "closes": time(9)}, "a day of the week"),
        ("business hours", {"weekday": 1, "opens": time(9), "closes": time(9)}, "work ends at another time"),
        ("category", {"name": "Nets"}, "category Nets is there already"),
    ):
        with desk.as_("Head"), pytest.raises(GrilseError, match=why):
            places.add_place(kind, values)
    desk.ask(category=nets)
    with desk.as_("Head"), pytest.raises(GrilseError, match="category Nets is in use"):
        places.remove_place("category", nets, reason=REASON)


def test_rules_are_changed_by_those_who_hold_their_role_in_all_the_company(desk):
    level = ServiceLevel.objects.using(DB).filter(company_id=desk.company)[0].pk
    with desk.as_("Head", ("Scotland",)):
        with pytest.raises(GrilseError, match="outside the geographies of your role"):
            places.add_place("category", {"name": "Boats"})
        with pytest.raises(GrilseError, match="there is no service level"):
            places.change_place("service level", level, {"answer_minutes": 1}, reason=REASON)
        with pytest.raises(GrilseError, match="there is no category"):
            places.remove_place("category", desk.categories["Pumps"], reason=REASON)
        assert BusinessHours.objects.count() == 0


def test_rules_change_while_tickets_are_opened_and_none_is_left_behind(desk):
    start = Barrier(4)

    def open_tickets(_):
        try:
            start.wait(10)
            return [desk.ask() for _ in range(10)]
        finally:
            connections.close_all()

    def change_rules():
        try:
            start.wait(10)
            for minutes in (31, 32, 33):
                change_rule(desk, {"after_minutes": minutes})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as executor:
        changed = executor.submit(change_rules)
        list(executor.map(open_tickets, range(3)))
        changed.result()
    waits = Escalation.objects.using(DB).filter(company_id=desk.company, level=1)
    waits_found = {due - opened for due, opened in waits.values_list("due_at", "ticket__opened_at")}
    assert waits.count() == 30
    assert waits_found == {timedelta(minutes=33)}


def test_many_tickets_follow_a_rule_in_a_moment(desk):
    now = datetime.now(UTC)
    Ticket.objects.using(DB).bulk_create(
        Ticket(
            company_id=desk.company, number=number, title="Seeded", opened_at=now,
            reporter_id=desk.persons["Asker"],
        )
        for number in range(1, 2001)
    )  # fmt: skip
    change_rule(desk, {"after_minutes": 20})
    assert Escalation.objects.using(DB).filter(company_id=desk.company).count() == 4000
    Escalation.objects.using(DB).filter(company_id=desk.company).update(due_at=get_past_time(minutes=1))
    assert fire_in_each_company(datetime.now(UTC)) == 4000


def add_hours(desk, weekday, opens, closes):
    with desk.as_("Head"):
        return places.add_place("business hours", {"weekday": weekday, "opens": opens, "closes": closes})


def test_a_day_has_a_lunch_break_a_week_has_nights(desk):
    add_hours(desk, 0, time(9), time(13))
    add_hours(desk, 0, time(14), time(18))
    add_hours(desk, 1, time(22), time(6))
    add_hours(desk, 2, time(0), time(0))
    with desk.as_("Head"):
        calendar = read_calendar()
    monday = datetime(2026, 5, 4, 12, tzinfo=UTC)
    zone = calendar.zone.utcoffset(monday.replace(tzinfo=None))
    assert compute_due_time(monday - zone, 5 * 60 + 3, calendar) == datetime(2026, 5, 5, 22, 3, tzinfo=UTC) - zone
    # The night and the whole day after it share six hours.
    tuesday, thursday = (datetime(2026, 5, day, hour, tzinfo=UTC) - zone for day, hour in ((5, 22), (7, 0)))
    assert count_minutes(tuesday, thursday, calendar) == 26 * 60


@pytest.mark.parametrize(
    ("hours", "why"),
    [
        ((0, time(12), time(15)), "Monday has 09:00–13:00 already: 12:00–15:00 overlaps it, choose other times"),
        ((0, time(9), time(10)), "Monday has 09:00–13:00 already: 09:00–10:00 overlaps it, choose other times"),
        ((6, time(23), time(0)), "Sunday has 22:00–06:00 already: 23:00–24:00 overlaps it, choose other times"),
    ],
    ids=["within", "same start", "same night"],
)
def test_hours_that_overlap_are_refused_in_the_words_of_people(desk, hours, why):
    add_hours(desk, 0, time(9), time(13))
    add_hours(desk, 6, time(22), time(6))
    with pytest.raises(GrilseError, match=why):
        add_hours(desk, *hours)
    with desk.as_("Head"):
        assert BusinessHours.objects.count() == 2
