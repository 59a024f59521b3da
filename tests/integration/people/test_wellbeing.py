"""The wellbeing report: as a loop over companies tells it, of cohorts only, and giving nobody away."""

import random
import uuid
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from tests.integration.people.wellbeing_reference import LEVELS, compute_naive_reports, get_report_figures

from grilse.access.models import Company
from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError
from grilse.farm.models import Geography
from grilse.people.models import Consent, JournalEntry, Person, WellbeingReport, WorkRules
from grilse.people.wellbeing import list_reports, write_reports

DB = "owner"
UNTIL = date(2026, 3, 2)
SINCE = UNTIL - timedelta(days=30)
NOON = datetime(2026, 2, 20, 12, tzinfo=UTC)
KINDS = ("note", "mood", "work", "safety", "health", "idea")


def add_company(name, places, zone=None):
    """Write a company with so many persons who agreed and wrote in each of its places; None is nowhere."""
    company = Company.objects.using(DB).create(name=f"{name} {uuid.uuid4().hex[:6]}").pk
    if zone:
        WorkRules.objects.using(DB).create(company_id=company, time_zone=zone)
    cohort = {}
    for place, writing in places:
        where = place and Geography.objects.using(DB).create(company_id=company, name=place)
        cohort[place] = add_persons(company, where, writing)
    return company, cohort


def add_persons(company, where, count):
    persons = Person.objects.using(DB).bulk_create(
        Person(company_id=company, name=f"P{i}", geography=where or None) for i in range(count)
    )
    Consent.objects.using(DB).bulk_create(
        Consent(company_id=company, person=person, purpose="wellbeing", given_at=NOON) for person in persons
    )
    add_entries([build_entry(person) for person in persons])
    return persons


def build_entry(person, **said):
    given = {"kind": "note", "at": NOON, "privacy": "aggregate", "mood": 6, "client_id": uuid.uuid4(), **said}
    return JournalEntry(company_id=person.company_id, person_id=person.pk, **given)


def add_entries(entries):
    JournalEntry.objects.using(DB).bulk_create(entries)


def read_reports(company):
    """Return a company's reports by the name of their geography."""
    with tenant_transaction(company):
        return {report.geography_name: report for report in list_reports()}


@pytest.fixture
def rollback_after_test(database):
    with transaction.atomic(using=DB):
        yield
        transaction.set_rollback(True, using=DB)


def write_owner_reports(until=UNTIL):
    """Write the reports on the connection of the owner, whose transaction the test rolls back."""
    with connections[DB].cursor() as cursor:
        cursor.execute("SELECT people_write_company_wellbeing(id, %s) FROM farm_company", [until])


def read_report_rows(company, until=UNTIL):
    reports = WellbeingReport.objects.using(DB).filter(company_id=company, until=until)
    return {report.geography and report.geography.name: report for report in reports.select_related("geography")}


def test_a_cohort_of_five_is_reported_and_one_of_four_is_withheld(rollback_after_test):
    five, _ = add_company("five", [("Skye", 5)])
    four, _ = add_company("four", [("Skye", 4)])
    write_owner_reports()
    company_report = read_report_rows(five)[None]
    assert (company_report.users, company_report.consented, company_report.active, company_report.engagement) == (
        5,
        5,
        5,
        1.0,
    )
    assert (company_report.entries, company_report.kinds, company_report.mood, company_report.stress) == (
        5,
        {"note": 5},
        6.0,
        None,
    )
    assert (company_report.since, company_report.until, company_report.withheld) == (SINCE, UNTIL, False)
    for report in read_report_rows(four).values():
        assert (report.users, report.withheld) == (4, True)
        assert [report.consented, report.active, report.entries, report.kinds, report.mood] == [None] * 5


@pytest.mark.parametrize(
    "said",
    [
        {"privacy": "private"},
        {"draft": True},
        {"deleted_at": NOON},
        {"at": datetime(2026, 3, 2, tzinfo=UTC)},
        {"at": datetime(2026, 1, 30, 23, 59, tzinfo=UTC)},
    ],
)
def test_what_does_not_count_makes_no_cohort(rollback_after_test, said):
    company, _ = add_company("uncounted", [("Skye", 4)])
    silent = add_persons(company, None, 1)
    JournalEntry.objects.using(DB).filter(person=silent[0]).delete()
    add_entries([build_entry(silent[0], **said)])
    write_owner_reports()
    assert read_report_rows(company)[None].withheld
    JournalEntry.objects.using(DB).filter(person=silent[0]).delete()
    add_entries([build_entry(silent[0])])
    write_owner_reports()
    assert not read_report_rows(company)[None].withheld


def test_who_did_not_agree_or_has_left_is_not_counted(rollback_after_test):
    company, places = add_company("agreeing", [("Skye", 6)])
    Consent.objects.using(DB).filter(person=places["Skye"][0]).update(withdrawn_at=NOON)
    write_owner_reports()
    assert (
        read_report_rows(company)[None].users,
        read_report_rows(company)[None].consented,
        read_report_rows(company)[None].active,
    ) == (6, 5, 5)
    Person.objects.using(DB).filter(pk=places["Skye"][1].pk).update(active=False)
    write_owner_reports()
    assert read_report_rows(company)[None].withheld
    assert read_report_rows(company)[None].users == 5


def test_a_day_is_the_companys(rollback_after_test):
    company, places = add_company("far", [("Atoll", 5)], zone="Pacific/Kiritimati")
    # Eleven in the morning of the last day in UTC is the next day there.
    JournalEntry.objects.using(DB).filter(person=places["Atoll"][0]).update(at=datetime(2026, 3, 1, 11, tzinfo=UTC))
    write_owner_reports()
    assert read_report_rows(company)[None].withheld


def test_the_one_place_that_is_withheld_is_not_what_the_whole_leaves(rollback_after_test):
    company, _ = add_company("differing", [("Skye", 8), ("Mull", 6), ("Uist", 3)])
    write_owner_reports()
    reports = read_report_rows(company)
    assert not reports[None].withheld
    assert {name for name, report in reports.items() if report.withheld} == {"Uist", "Mull"}
    # With Mull told, Uist's were found by taking Skye's and Mull's from the whole.
    assert reports[None].active - reports["Skye"].active == 9


@pytest.mark.parametrize(
    ("places", "withheld"),
    [
        ([("Skye", 8), (None, 3)], {"Skye"}),
        ([("Skye", 8), (None, 5)], set()),
        ([("Skye", 8), ("Mull", 2), ("Uist", 2)], {"Skye", "Mull", "Uist"}),
        ([("Skye", 8), ("Mull", 3), ("Uist", 3)], {"Mull", "Uist"}),
        ([("Skye", 8), ("Mull", 7)], set()),
        ([("Skye", 8), ("Mull", 0)], {"Mull"}),
    ],
)
def test_what_is_left_of_the_whole_is_a_cohort_or_nobody(rollback_after_test, places, withheld):
    company, _ = add_company("left", places)
    write_owner_reports()
    reports = read_report_rows(company)
    assert {name for name, report in reports.items() if report.withheld} == withheld


def test_a_small_kind_is_neither_reported_nor_derivable(rollback_after_test):
    company, places = add_company("kinds", [("Skye", 8)])
    add_entries([build_entry(person, kind="health", stress=3) for person in places["Skye"][:4]])
    write_owner_reports()
    company_report = read_report_rows(company)[None]
    # With all entries told, those of health were what the notes leave.
    assert (company_report.kinds, company_report.entries) == ({"note": 8}, None)
    assert (company_report.mood, company_report.stress) == (6.0, None)
    add_entries([build_entry(places["Skye"][4], kind="health", stress=5)])
    write_owner_reports()
    company_report = read_report_rows(company)[None]
    assert (company_report.kinds, company_report.entries, company_report.stress) == ({"note": 8, "health": 5}, 13, 3.4)


def test_a_figure_of_few_in_one_place_is_not_what_the_whole_leaves(rollback_after_test):
    company, places = add_company("figures", [("Skye", 9), ("Mull", 8)])
    add_entries([build_entry(person, kind="idea", energy=8) for person in places["Skye"][:6]])
    add_entries([build_entry(person, kind="idea", energy=4) for person in places["Mull"][:2]])
    write_owner_reports()
    reports = read_report_rows(company)
    assert (reports[None].kinds, reports[None].energy) == ({"note": 17, "idea": 8}, 7.0)
    assert (reports["Mull"].kinds, reports["Mull"].energy) == ({"note": 8}, None)
    assert (reports["Skye"].kinds, reports["Skye"].energy, reports["Skye"].entries) == ({"note": 9}, None, None)


def write_random_companies(companies, chance):
    """Write companies of any size and mixture at once."""
    companies_made = Company.objects.using(DB).bulk_create(
        Company(name=f"any {uuid.uuid4().hex[:8]}") for _ in range(companies)
    )
    places = Geography.objects.using(DB).bulk_create(
        Geography(company=company, name=f"G{i}") for company in companies_made for i in range(chance.randint(0, 4))
    )
    near = defaultdict(list)
    for place in places:
        near[place.company_id].append(place)
    persons = Person.objects.using(DB).bulk_create(
        Person(company=company, name=f"P{i}", active=chance.random() < 0.95,
               geography=chance.choice([*near[company.pk], *near[company.pk], None]))
        for company in companies_made for i in range(chance.choice([0, 4, 12, 30]))
    )  # fmt: skip
    Consent.objects.using(DB).bulk_create(
        Consent(company_id=person.company_id, person=person, purpose="wellbeing", given_at=NOON,
                withdrawn_at=None if chance.random() < 0.9 else NOON)
        for person in persons if chance.random() < 0.85
    )  # fmt: skip
    add_entries(
        build_entry(
            person, kind=chance.choice(KINDS[: 1 + person.company_id % 6]), draft=chance.random() < 0.1,
            privacy=chance.choice(["private", "aggregate", "manager", "team", "shared"]),
            at=NOON + timedelta(days=chance.randint(-25, 25)),
            deleted_at=NOON if chance.random() < 0.1 else None,
            **{name: chance.choice([None, chance.randint(1, 5)]) for name in LEVELS},
        )
        for person in persons for _ in range(chance.randint(0, 6))
    )  # fmt: skip
    return [company.pk for company in companies_made]


def test_the_reports_are_those_of_a_loop_over_the_companies(rollback_after_test):
    companies = write_random_companies(60, random.Random(5))
    write_owner_reports()
    shown = Counter()
    for company in companies:
        reports = {name: get_report_figures(row) for name, row in read_report_rows(company).items()}
        assert reports == compute_naive_reports(company, SINCE, UNTIL), company
        shown.update((name is None, report[1] is not None, report[4] is not None) for name, report in reports.items())
    # The companies are of every sort: told, withheld, and told without all their entries.
    assert {(True, True, True), (True, True, False), (True, False, False), (False, True, True)} <= set(shown)


def test_without_the_second_one_withheld_a_place_is_given_away(rollback_after_test):
    """The check of the loop is one that can fail."""
    function = "SELECT pg_get_functiondef('people_write_company_wellbeing(bigint, date)'::regprocedure)"
    with connections[DB].cursor() as cursor:
        cursor.execute(function)
        [company_row] = cursor.fetchone()
        planted = company_row.replace("p.rank = 1", "p.rank = 0")
        assert planted != company_row
        cursor.execute(planted)
    company, _ = add_company("planted", [("Skye", 8), ("Mull", 3)])
    write_owner_reports()
    reports = read_report_rows(company)
    assert reports[None].active - reports["Skye"].active == 3
    assert {name: get_report_figures(row) for name, row in reports.items()} != compute_naive_reports(
        company, SINCE, UNTIL
    )


def test_a_call_writes_the_reports_of_its_company_in_one_statement(database):
    company, _ = add_company("called", [("Skye", 5)])
    other, _ = add_company("beside", [("Skye", 5)])
    with tenant_transaction(company), CaptureQueriesContext(connection) as captured:
        assert write_reports(UNTIL) == 2
    assert len(captured) == 1
    assert set(read_report_rows(company)) == {None, "Skye"}
    assert read_report_rows(other) == {}


@pytest.mark.parametrize("day", [UNTIL + timedelta(days=1), UNTIL - timedelta(days=1), date(2100, 1, 4)])
def test_a_report_of_other_days_would_give_persons_away_and_is_refused(company, day):
    with pytest.raises(DatabaseError, match="a wellbeing report ends before a Monday"), tenant_transaction(company):
        write_reports(day)


def test_the_same_week_again_is_one_report_and_what_came_late_counts(database):
    company, places = add_company("late", [("Skye", 5)])
    with tenant_transaction(company):
        write_reports(UNTIL)
    add_entries([build_entry(places["Skye"][0])])
    with tenant_transaction(company):
        write_reports(UNTIL)
        write_reports(UNTIL - timedelta(days=7))
    with tenant_transaction(company):
        assert [(report.geography_name, report.until, report.entries) for report in list_reports()] == [
            (None, UNTIL, 6), ("Skye", UNTIL, 6),
            (None, UNTIL - timedelta(days=7), 6), ("Skye", UNTIL - timedelta(days=7), 6),
        ]  # fmt: skip
        assert {report.until for report in list_reports(weeks=1)} == {UNTIL}
        with pytest.raises(GrilseError, match="weeks 0: reports are of 1 to 104 weeks"):
            list_reports(weeks=0)


def test_a_role_in_one_geography_reads_its_reports_only(database):
    company, _ = add_company("reach", [("Skye", 5), ("Mull", 6)])
    with tenant_transaction(company):
        write_reports(UNTIL)
    with tenant_transaction(company):
        mull = Geography.objects.get(name="Mull").pk
        assert {report.geography_name for report in list_reports()} == {None, "Skye", "Mull"}
    user = get_user_model().objects.using(DB).create(username=f"of Mull {company}").pk
    with tenant_transaction(company, user, [mull]):
        assert {report.geography_name for report in list_reports()} == {"Mull"}


def test_nobody_changes_a_report(database):
    company, _ = add_company("fixed", [("Skye", 5)])
    with tenant_transaction(company):
        write_reports(UNTIL)
    with tenant_transaction(company):
        assert WellbeingReport.objects.update(active=1) == 0
        assert WellbeingReport.objects.all().delete()[0] == 0
