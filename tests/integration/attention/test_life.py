"""The life of a finding: it begins, changes, is acknowledged and assigned, comes back when it gets worse, and ends."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.edited_farm import LAST, on
from tests.integration.attention.conftest import NOW

from grilse.access.tenancy import tenant_transaction
from grilse.attention import queries
from grilse.attention.actions import findings
from grilse.attention.models import Finding
from grilse.attention.refresh import refresh_findings, store_findings
from grilse.environment.models import DailyEnvironment
from grilse.errors import GrilseError
from grilse.helpdesk.models import Ticket
from grilse.people.models import Person
from grilse.stock.models import Placement


@pytest.fixture
def person(farm, acting):
    return Person.objects.create(company_id=farm.company, user_id=farm.user, name="Kari").pk


def set_oxygen(farm, percent):
    DailyEnvironment.objects.filter(container=farm.containers["P3"], date=on(LAST)).update(oxygen_min=percent)


@pytest.fixture
def low(farm, look, person):
    """A finding of low oxygen, and the person who looks at it."""
    set_oxygen(farm, 50.0)
    [finding] = look("oxygen")
    return finding.id


def list_shown():
    return [finding.id for finding in queries.list_open_findings() if finding.kind == "oxygen"]


def test_an_acknowledged_finding_stays_out_of_sight_until_its_days_are_over(farm, look, low):
    findings.acknowledge_finding(low, note=" aeration is on ", days=2)

    [finding] = look("oxygen")
    assert (finding.acknowledged, finding.note, finding.acknowledged_by) == (True, "aeration is on", "Kari")
    assert finding.acknowledged_until == on(LAST + 2)
    assert list_shown() == []

    for days, shown in ((2, []), (3, [low])):
        Finding.objects.filter(pk=low).update(day=on(LAST + days))
        assert list_shown() == shown


def test_an_acknowledged_finding_comes_back_when_it_gets_worse(farm, look, low):
    findings.acknowledge_finding(low, note="", days=30)
    set_oxygen(farm, 49.0)
    assert look("oxygen")[0].acknowledged

    set_oxygen(farm, 44.0)  # severe
    assert not look("oxygen")[0].acknowledged
    assert list_shown() == [low]

    # Acknowledged as severe, it comes back at a score a quarter higher.
    findings.acknowledge_finding(low, note="", days=30)
    for percent, hidden in ((36.0, True), (35.0, False)):
        set_oxygen(farm, percent)
        assert look("oxygen")[0].acknowledged == hidden


def test_an_acknowledgement_is_withdrawn(low):
    findings.acknowledge_finding(low, note="", days=3)
    findings.withdraw_acknowledgement(low)

    assert list_shown() == [low]


@pytest.mark.parametrize("days", [0, 91])
def test_days_of_an_acknowledgement_are_limited(low, days):
    with pytest.raises(GrilseError, match="name 1 to 90 days"):
        findings.acknowledge_finding(low, note="", days=days)


def test_a_finding_is_assigned_to_a_person_who_works_here(farm, low, person):
    findings.assign_finding(low, person=person)
    assert queries.find_finding(low).assignee == "Kari"
    assert [finding.id for finding in queries.list_open_findings(assignee=person)] == [low]

    findings.assign_finding(low, person=None)
    assert queries.find_finding(low).assignee is None
    Person.objects.filter(pk=person).update(active=False)
    with pytest.raises(GrilseError, match="who works here"):
        findings.assign_finding(low, person=person)


def test_a_ticket_is_opened_from_a_finding_once(farm, low):
    number = findings.open_finding_ticket(low)

    ticket = Ticket.objects.get(number=number)
    assert (ticket.title, ticket.priority) == ("Oxygen low: Loch A", "normal")
    assert ticket.container_id == farm.containers["P3"]
    assert ticket.body == "50 % saturation, threshold 60; P3; since 14 Feb 2024"
    assert queries.find_finding(low).ticket == number
    with pytest.raises(GrilseError, match=f"has ticket #{number} already"):
        findings.open_finding_ticket(low)


def test_an_ended_finding_is_left_alone_and_a_new_one_begins(farm, look, low):
    set_oxygen(farm, 80.0)
    assert look("oxygen") == []
    with pytest.raises(GrilseError, match="has ended on 2024-02-14"):
        findings.acknowledge_finding(low, note="", days=3)

    set_oxygen(farm, 50.0)
    [again] = look("oxygen")
    assert again.id > low
    assert queries.find_finding(low).ended_on == on(LAST)


def test_the_history_of_a_finding_says_how_it_changed_and_who_changed_it(farm, look, low, person):
    set_oxygen(farm, 40.0)
    look("oxygen")
    findings.assign_finding(low, person=person)

    changes = queries.list_finding_changes(low)
    assert [change.what for change in changes] == ["added", "changed", "changed"]
    assert [round(change.figure) for change in changes] == [50, 50, 40]
    assert changes[-1].person == "Kari"


def test_a_refresh_without_changes_writes_nothing(farm, look, low):
    before = len(queries.list_finding_changes(low))
    refresh_findings(NOW + timedelta(hours=1))

    assert len(queries.list_finding_changes(low)) == before
    assert Finding.objects.get(pk=low).checked_at == NOW


def test_a_finding_that_nothing_raises_ends(farm, look, low):
    store_findings([], on(LAST), NOW)

    assert not Finding.objects.filter(ended_at=None).exists()


def test_statements_do_not_depend_on_the_number_of_sites(farm, estimated, person):
    refresh_findings(NOW)
    with CaptureQueriesContext(connection) as few:
        refresh_findings(NOW)
    DailyEnvironment.objects.filter(date=on(LAST)).update(oxygen_min=50.0, temperature_n=0)
    with CaptureQueriesContext(connection) as many:
        refresh_findings(NOW)

    # What begins is written in one statement, and webhooks are looked for.
    assert len(many) <= len(few) + 2
    assert len(few) <= 25


def test_findings_are_ranked_by_severity_then_by_what_is_reached_then_by_score(farm, look, set_rule):
    set_oxygen(farm, 40.0)
    set_rule("weight sample", threshold=17)
    set_rule("death round", threshold=4)
    look("oxygen")

    ranked = queries.list_open_findings()
    keys = [(not finding.severe, finding.expected_on is not None, -finding.score) for finding in ranked]
    assert keys == sorted(keys)
    assert {finding.kind for finding in ranked} >= {"oxygen", "death round", "weight sample"}
    assert queries.list_open_findings(area=0) == []
    assert len(queries.list_open_findings(geography=ranked[0].geography_id)) == len(ranked)


def test_a_company_without_active_pens_has_no_findings(farm, acting):
    # Nothing is estimated here: what is overdue is found all the same.
    assert refresh_findings(NOW) > 0
    Placement.objects.filter(stop=None).update(stop=on(30))
    assert refresh_findings(NOW) == 0
    assert not Finding.objects.filter(ended_at=None).exists()


def test_a_company_without_records_has_no_findings(company):
    with tenant_transaction(company):
        assert refresh_findings(NOW) == 0
