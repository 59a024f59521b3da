"""Consent is one's own; what is too old goes, of all companies at once; rules hold in the whole company."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, DataError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.integration.people.staff import DB, sync_entries, write_entry

from grilse.access.models import BulkLoad, Company
from grilse.access.tenancy import call_in_each_company, get_current_actor, tenant_transaction
from grilse.errors import GrilseError
from grilse.farm.models import Geography
from grilse.jobs import tasks
from grilse.people.actions import consent, rules
from grilse.people.actions import journal as actions
from grilse.people.actions.rules import WorkRuleValues, delete_expired_rows
from grilse.people.journal import list_consents
from grilse.people.journal_entries import SentEntry
from grilse.people.models import (
    Consent,
    JournalEntry,
    Journey,
    KeptVersion,
    Person,
    TrackPoint,
    WellbeingReport,
    WorkRules,
)

NOW = datetime.now(UTC)


def test_a_consent_is_given_once_withdrawn_and_given_again(as_author):
    first = consent.give_consent("wellbeing")
    assert consent.give_consent("wellbeing") == first
    consent.withdraw_consent("wellbeing")
    consent.withdraw_consent("wellbeing")
    assert consent.give_consent("wellbeing") != first
    assert [(consent_row.purpose, consent_row.withdrawn_at is None) for consent_row in list_consents()] == [
        ("wellbeing", True), ("wellbeing", False),
    ]  # fmt: skip
    with pytest.raises(GrilseError, match="a consent is for one of wellbeing, tracking"):
        consent.give_consent("everything")


def test_a_consent_is_seen_by_nobody_else(staff):
    with tenant_transaction(staff.company, staff.logins["author"]):
        consent.give_consent("tracking")
    for who in ("manager", "holder of admin", "nobody"):
        with tenant_transaction(staff.company, staff.logins[who]):
            assert list_consents() == []
            assert not Consent.objects.exists()
            assert Consent.objects.update(withdrawn_at=NOW) == 0
    Consent.objects.using(DB).all().delete()


@pytest.fixture
def two_companies(database):
    """Companies with positions and entries of every age, the second with rules of its own."""
    entries = []
    for name, settled in (("usual", {}), ("short", {"track_days": 10, "journal_days": 20, "deleted_days": 2})):
        company = Company.objects.using(DB).create(name=f"{name} {uuid.uuid4().hex[:6]}").pk
        if settled:
            WorkRules.objects.using(DB).create(company_id=company, **settled)
        person = Person.objects.using(DB).create(company_id=company, name="Somebody").pk
        of = {"company_id": company, "person_id": person}
        TrackPoint.objects.using(DB).bulk_create(
            TrackPoint(**of, at=NOW - timedelta(days=age), latitude=57, longitude=-6, kind="tracking",
                       client_id=uuid.uuid4())
            for age in (1, 9, 11, 364, 366)
        )  # fmt: skip
        Journey.objects.using(DB).create(
            **of, reference="tour", kind="conveyance", started_at=NOW - timedelta(days=400),
            ended_at=NOW - timedelta(days=399), points=9, distance_m=1000,
        )  # fmt: skip
        for age in (1, 19, 21, 1824, 1826):
            write_entry(company, person, at=NOW - timedelta(days=age), title=f"{age}")
        for age in (1, 3, 31):
            deleted_entry = write_entry(company, person, title=f"deleted {age}", deleted_at=NOW - timedelta(days=age))
            client = JournalEntry.objects.using(DB).get(pk=deleted_entry).client_id
            KeptVersion.objects.using(DB).create(
                **of, of="entry", client_id=str(client), version=1, digest="x", why="conflict",
                content={"title": f"deleted {age}"},
            )  # fmt: skip
        entries.append(company)
    return entries


def list_remaining_rows(company):
    """Return what is left of a company: days of positions, titles of entries, titles of kept versions."""
    points = TrackPoint.objects.using(DB).filter(company_id=company)
    return (
        sorted((NOW - point.at).days for point in points),
        set(JournalEntry.objects.using(DB).filter(company_id=company).values_list("title", flat=True)),
        {version.content["title"] for version in KeptVersion.objects.using(DB).filter(company_id=company)},
    )


def test_what_is_too_old_goes_as_each_companys_rules_say_and_what_was_derived_stays(two_companies):
    usual, short = two_companies
    with tenant_transaction(usual), CaptureQueriesContext(connection) as captured:
        delete_expired_rows()
    assert len(captured) == 1
    assert list_remaining_rows(short)[0] == [1, 9, 11, 364, 366], "a call is for one company"
    with tenant_transaction(short):
        delete_expired_rows()
    assert list_remaining_rows(usual) == (
        [1, 9, 11, 364],
        {"1", "19", "21", "1824", "deleted 1", "deleted 3"},
        {"deleted 1", "deleted 3"},
    )
    assert list_remaining_rows(short) == ([1, 9], {"1", "19", "deleted 1"}, {"deleted 1"})
    assert Journey.objects.using(DB).filter(company_id__in=two_companies, points=9).count() == 2
    assert call_in_each_company(delete_expired_rows) == 0


def test_the_audit_keeps_whose_entry_went_and_when(two_companies):
    _, short = two_companies
    with tenant_transaction(short):
        delete_expired_rows()
    events = apps.get_model("people", "JournalEntryEvent").objects.using(DB)
    removed = events.filter(company_id=short, pgh_label="removed")
    assert removed.count() == 5
    person = Person.objects.using(DB).get(company_id=short).pk
    assert {event.person_id for event in removed} == {person}
    assert {event.pgh_context["reason"] for event in removed} == {"kept for as long as the rules of work say"}
    [loads] = BulkLoad.objects.using(DB).filter(company_id=short)
    assert (loads.kind, loads.rows) == ("retention", {"people_trackpoint": 3})


def test_the_week_of_a_report_is_the_one_that_it_is_due_for(staff):
    wednesday = datetime(2026, 5, 6, 9, tzinfo=UTC)
    for late in (0, 3600):
        tasks.report_wellbeing(timestamp=int(wednesday.timestamp()) + late)
    reports = WellbeingReport.objects.using(DB).filter(company_id=staff.company, geography=None)
    assert [report.until.isoformat() for report in reports] == ["2026-05-04"]


def test_the_worker_deletes_in_each_company_as_of_now_whatever_time_the_task_is_due(two_companies):
    usual, short = two_companies
    tasks.delete_expired_records(timestamp=int((NOW + timedelta(days=9000)).timestamp()))
    assert [list_remaining_rows(company)[0] for company in (usual, short)] == [[1, 9, 11, 364], [1, 9]]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT people_retain('2100-01-01')",
        "SELECT people_delete_expired({other}, '2100-01-01')",
        "SELECT people_write_company_wellbeing({other}, '2026-05-04')",
    ],
)
def test_nobody_names_the_moment_or_the_company_of_a_function_of_the_owner(two_companies, statement):
    usual, short = two_companies
    with tenant_transaction(usual), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match=r"does not exist|permission denied"), transaction.atomic():
            cursor.execute(statement.format(other=short))
        cursor.execute("SELECT people_retain()")
    assert list_remaining_rows(short)[0] == [1, 9, 11, 364, 366]


@pytest.mark.parametrize("call", ["people_retain()", "people_write_wellbeing('2026-05-04')"])
def test_without_a_company_a_function_of_the_owner_does_nothing(database, call):
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="no company is set"):
        cursor.execute(f"SELECT {call}")


def test_an_error_in_one_company_leaves_the_others_their_turn(two_companies):
    usual, short = two_companies
    turns = []

    def fail_in_first():
        turns.append(get_current_actor().company)
        if turns[-1] == usual:
            raise GrilseError("planted")
        return 1

    with pytest.raises(ExceptionGroup, match="in some companies"):
        call_in_each_company(fail_in_first)
    assert {usual, short} <= set(turns)


def test_rules_are_settled_and_hold(staff):
    with tenant_transaction(staff.company, staff.logins["holder of admin"]):
        assert rules.read_work_rules() == WorkRuleValues()
        rules.save_work_rules(WorkRuleValues(time_zone="Europe/Oslo", currency="NOK", track_days=90))
        assert rules.read_work_rules() == WorkRuleValues(time_zone="Europe/Oslo", currency="NOK", track_days=90)
        rules.save_work_rules(WorkRuleValues(time_zone="Atlantic/Faroe", currency="DKK"))
        assert WorkRules.objects.count() == 1
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("said", "field", "told"),
    [
        ({"time_zone": "Norway"}, "time_zone", "Norway is no time zone: use a name such as Europe/Oslo"),
        ({"currency": "kr"}, "currency", "a currency has three capital letters, such as NOK"),
        ({"track_days": 0}, "track_days", "track_days 0: it is from 1 to 32,767"),
        ({"journal_days": 40_000}, "journal_days", "journal_days 40000: it is from 1 to 32,767"),
        ({"deleted_days": -1}, "deleted_days", "deleted_days -1: it is from 0 to 32,767"),
    ],
)
def test_what_no_rule_can_be_is_refused(staff, said, field, told):
    with pytest.raises(GrilseError, match=told) as refused, tenant_transaction(staff.company):
        rules.save_work_rules(WorkRuleValues(**said))
    assert refused.value.field == field


def test_a_role_of_one_geography_settles_no_rules(staff):
    with tenant_transaction(staff.company):
        away_id = Geography.objects.get(name="Away").pk
    with tenant_transaction(staff.company, staff.logins["away"], [away_id]):
        with pytest.raises(GrilseError, match="hold in the whole company"):
            rules.save_work_rules(WorkRuleValues(currency="NOK"))
        assert rules.read_work_rules() == WorkRuleValues()
    reach = tenant_transaction(staff.company, staff.logins["away"], [away_id])
    with pytest.raises(ProgrammingError, match="row-level security"), reach:
        WorkRules.objects.create(company_id=staff.company)


def test_no_word_that_is_no_zone_comes_into_the_table(staff):
    with pytest.raises(DataError, match="time zone"), tenant_transaction(staff.company):
        WorkRules.objects.create(company_id=staff.company, time_zone="Nowhere")


def test_an_entry_that_was_deleted_at_sea_can_be_taken_back(as_author):
    sent = SentEntry(kind="note", at=NOW, title="x", client_id=uuid.uuid4(), deleted=True)
    sync_entries(sent)
    [entries] = JournalEntry.objects.filter(client_id=sent.client_id)
    actions.restore_entry(entries.pk)
    assert JournalEntry.objects.get(pk=entries.pk).deleted_at is None
