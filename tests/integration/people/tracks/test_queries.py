"""What is asked of positions, journeys and visits: what it tells, to whom, and by which index."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import connection, connections, transaction

from grilse.access.tenancy import lift_geography_limit, tenant_transaction
from grilse.farm.models import Area, Geography
from grilse.people import budgets, queries
from grilse.people.conveyance import build_conveyance_report
from grilse.people.models import Fence, Journey, Person, TrackPoint, TransportRate, Visit, WorkRules
from grilse.proof.query_plan import explain_statement
from grilse.proof.statement_capture import capture_statements

DB = "owner"
LAST = date(2026, 5, 31)


@pytest.fixture(scope="module")
def tracked_people(staff):
    """Sixty people of two regions, one with half of 24,000 positions; with visits and journeys."""
    of = {"company_id": staff.company}
    home = Geography.objects.using(DB).get(**of, name="Home")
    away = Geography.objects.using(DB).get(**of, name="Away")
    people = Person.objects.using(DB).bulk_create(
        Person(**of, name=f"Walker {i:02}", geography=away if i % 3 == 0 else home) for i in range(60)
    )
    area = Area.objects.using(DB).create(**of, geography=home, name="Quay")
    fence = Fence.objects.using(DB).create(**of, area=area, latitude=57, longitude=-6, radius_m=500)
    with connections[DB].cursor() as cursor:
        cursor.execute(WRITE, {**of, "first": people[0].pk, "fence": fence.pk, "last": LAST})
        cursor.execute("ANALYZE people_trackpoint, people_journey, people_visit, people_person")
    return {"home": home.pk, "people": [person.pk for person in people], "fence": fence.pk}


WRITE = """
INSERT INTO people_trackpoint
       (company_id, person_id, at, latitude, longitude, kind, reference, device, client_id)
SELECT %(company_id)s, %(first)s + p,
       %(last)s::date + time '23:00' - i * interval '9 minutes', 57 + i * 1e-5, -6,
       (ARRAY['tracking', 'conveyance', 'conveyance', 'site visit'])[1 + i / 7 %% 4],
       CASE WHEN i / 7 %% 4 > 0 THEN format('tour %%s of %%s', i / 4000, p) END, '', gen_random_uuid()
  FROM generate_series(1, 24000) AS i,
       LATERAL (SELECT CASE i %% 2 WHEN 0 THEN 1 ELSE i / 2 %% 60 END) AS s (p);
INSERT INTO people_journey (company_id, person_id, reference, kind, mode, started_at, ended_at, distance_m)
SELECT %(company_id)s, %(first)s + i %% 60, format('tour %%s of %%s', i / 60, i %% 60),
       (ARRAY['conveyance', 'internal tour', 'conveyance'])[1 + i %% 3],
       (ARRAY['car', 'boat', ''])[1 + i / 5 %% 3],
       %(last)s::date + time '22:30' - i * interval '3 hours',
       %(last)s::date + time '22:40' - i * interval '3 hours', 1234.5 * (i %% 9)
  FROM generate_series(1, 3000) AS i;
INSERT INTO people_visit (company_id, person_id, fence_id, arrived_at, left_at, points)
SELECT %(company_id)s, %(first)s + i %% 60, %(fence)s,
       %(last)s::date + time '20:00' - i * interval '2 hours',
       %(last)s::date + time '21:00' - i * interval '2 hours', 3
  FROM generate_series(1, 6000) AS i;
"""


@pytest.fixture(params=["everywhere", "home"])
def reader(request, staff, tracked_people):
    """Within the transaction of the holder of a role, in the whole company or in one region."""
    reach = None if request.param == "everywhere" else [tracked_people["home"]]
    with tenant_transaction(staff.company, staff.logins["manager"], reach):
        yield {**tracked_people, "where": request.param}
        transaction.set_rollback(True)


REQUESTED = {
    "list_day_positions": (lambda t: {"person": t["people"][1], "day": LAST}, {"people_trackpoint_history"}),
    "list_journey_positions": (lambda t: {"reference": "tour 0 of 1", "person": None}, {"people_trackpoint_crumbs"}),
    "list_latest_positions": (lambda t: {}, {"people_trackpoint_history"}),
    "list_reported_visits": (lambda t: {"day": LAST}, {"people_trackpoint_visits"}),
    "list_visits_of_day": (lambda t: {"day": LAST}, {"people_visit_listed"}),
    "list_visits_of_site": (
        lambda t: {"fence": t["fence"], "since": LAST, "until": LAST},
        {"people_visit_of_site", "people_visit_listed"},
    ),
}


@pytest.mark.parametrize("name", REQUESTED)
def test_a_query_reads_its_index_in_its_order_and_no_row_in_vain(reader, name):
    given, indexes = REQUESTED[name]
    result, plan = explain_query(getattr(queries, name), given(reader))
    assert result
    assert indexes & set(plan.index_names), plan.shape
    assert not plan.sort_nodes, plan.shape
    assert not plan.list_scanned_tables(("people_trackpoint", "people_visit")), plan.shape
    # What people elsewhere reported is read to be left out: a day of it.
    most = 2 if name == "list_reported_visits" else 1.01
    assert plan.count_rows_read(("people_trackpoint", "people_visit")) <= len(result) * most, plan.shape


def test_without_its_index_a_query_is_found_out(reader):
    """The control: what the test above would say had the index never been made."""
    with connections[DB].cursor() as cursor, transaction.atomic(using=DB):
        cursor.execute("DROP INDEX people_trackpoint_crumbs")
        cursor.execute("SELECT set_config('app.company', '', true)")
        cursor.execute(f"EXPLAIN {CRUMBS_OF_ALL}")
        shape = "\n".join(line for (line,) in cursor.fetchall())
        transaction.set_rollback(True, using=DB)
    assert "Sort" in shape or "Seq Scan" in shape


CRUMBS_OF_ALL = """
SELECT * FROM people_trackpoint WHERE company_id = 1 AND reference = 'tour 0 of 1' ORDER BY at DESC, id DESC
 LIMIT 9
"""


def explain_query(ask, given):
    """Return what a query tells, and the plan that it ran by."""
    with capture_statements() as statements:
        result = ask(**given)
    [statement] = statements
    return result, explain_statement(statement, analyze=True)


def test_the_history_of_a_day_is_the_companys_day_newest_first(staff, reader):
    person = reader["people"][1]
    with lift_geography_limit():
        WorkRules.objects.create(company_id=staff.company, time_zone="America/Santiago")
    begin = datetime.combine(LAST, time(4), UTC)
    mine = TrackPoint.objects.filter(person_id=person, at__gte=begin, at__lt=begin + timedelta(days=1))
    positions = queries.list_day_positions(person, LAST)
    assert [position.id for position in positions] == list(mine.order_by("-at", "-id").values_list("id", flat=True))
    assert len(positions) > 50


def test_a_breadcrumb_is_walked_from_its_end(reader):
    ids = [position.id for position in queries.list_journey_positions("tour 0 of 1", limit=9999)]
    walked, before = [], None
    while page := queries.list_journey_positions("tour 0 of 1", before=before, limit=97):
        walked += [position.id for position in page]
        before = page[-1].at, page[-1].id
    assert walked == ids
    assert {position.reference for position in queries.list_journey_positions("tour 0 of 1", reader["people"][1])} == {
        "tour 0 of 1"
    }


def test_the_latest_position_of_each_in_reach_is_their_latest(reader):
    positions = {position.person: position for position in queries.list_latest_positions()}
    for person in reader["people"]:
        last = TrackPoint.objects.filter(person_id=person).order_by("-at", "-id").first()
        assert (positions[person].id if person in positions else None) == (last.pk if last else None)
    assert len(positions) == (60 if reader["where"] == "everywhere" else 40)


def test_visits_are_summed_up_by_site(reader):
    since = LAST - timedelta(days=9)
    [site] = queries.summarize_visits_by_site(since, LAST)
    each = [v for i in range(10) for v in queries.list_visits_of_day(since + timedelta(days=i))]
    assert (site.site, site.visits, site.persons) == ("Quay", len(each), len({v.person for v in each}))
    assert site.minutes == sum((v.left_at - v.arrived_at).total_seconds() / 60 for v in each)
    assert site.last_at == max(v.left_at for v in each)
    passages = queries.list_visits_of_site(reader["fence"], since, LAST)
    assert {passage.id for passage in passages} == {passage.id for passage in each}
    assert {(passage.name[:6], passage.site) for passage in passages} == {("Walker", "Quay")}
    assert queries.list_visits_of_site(reader["fence"] + 1, since, LAST) == []
    assert queries.list_visits_of_day(LAST, reader["fence"] + 1) == []


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Santiago"])
def test_conveyance_is_what_a_loop_over_journeys_adds_up(staff, reader, zone):
    from zoneinfo import ZoneInfo

    company = {"company_id": staff.company}
    # A rate holds from its day until the next one; there is none for boats before the 20th.
    rates = [("car", date(2020, 1, 1), 350), ("car", date(2026, 5, 15), 437), ("boat", date(2026, 5, 20), 999)]
    with lift_geography_limit():
        WorkRules.objects.create(**company, time_zone=zone, currency="NOK")
        for mode, day, minor in rates:
            TransportRate.objects.create(**company, mode=mode, valid_from=day, per_km_minor=minor)
    since = LAST - timedelta(days=30)
    report = build_conveyance_report(since, LAST)

    lines = {}
    for j in Journey.objects.filter(kind="conveyance"):
        day = j.started_at.astimezone(ZoneInfo(zone)).date()
        if not since <= day <= LAST:
            continue
        valid = [minor for mode, first, minor in rates if mode == j.mode and first <= day]
        rate = valid[-1] if valid else None
        key = (j.person_id, day, j.mode, rate)
        count, km, amount = lines.get(key, (0, 0.0, None if rate is None else 0))
        if rate is not None:
            owed = Decimal(repr(j.distance_m * rate / 1000))
            amount += int(owed.quantize(Decimal(1), ROUND_HALF_UP))
        lines[key] = (count + 1, km + j.distance_m / 1000, amount)
    assert {
        (line.person, line.day, line.mode, line.per_km_minor): (line.journeys, round(line.km, 6), line.amount_minor)
        for line in report.lines
    } == {key: (n, round(km, 6), amount) for key, (n, km, amount) in lines.items()}
    assert len(report.lines) == len(lines) > 60
    assert report.total.amount_minor == sum(amount or 0 for _, _, amount in lines.values())
    assert report.total.unrated_km == pytest.approx(
        sum(km for (_, _, _, rate), (_, km, _) in lines.items() if rate is None)
    )
    assert (report.currency, report.time_zone) == ("NOK", zone)
    mine = build_conveyance_report(since, LAST, reader["people"][1])
    assert mine.persons == {person: total for person, total in report.persons.items() if person == reader["people"][1]}


def test_a_day_without_a_rate_is_told_as_such_and_never_as_nothing(reader):
    report = build_conveyance_report(LAST - timedelta(days=30), LAST)
    assert {line.per_km_minor for line in report.lines} == {line.amount_minor for line in report.lines} == {None}
    assert report.total.unrated_km == pytest.approx(report.total.km)
    assert report.total.km > 100


def test_every_declared_query_has_an_example(reader):
    assert [budget.name for budget in budgets.BUDGETS if ".queries." in budget.name and budget.example() is None] == []


def test_a_person_out_of_reach_was_nowhere(staff, tracked_people):
    stranger = tracked_people["people"][0]
    assert Person.objects.using(DB).get(pk=stranger).geography.name == "Away"
    with tenant_transaction(staff.company, staff.logins["manager"], [tracked_people["home"]]):
        assert queries.list_day_positions(stranger, LAST) == []
        journeys = Journey.objects.using(DB).filter(person_id=stranger)
        assert queries.find_journey(journeys[0].pk) is None
        assert not Visit.objects.exclude(fence_id=tracked_people["fence"]).exists()
    with tenant_transaction(staff.other, staff.logins["stranger"]):
        assert queries.list_latest_positions() == queries.list_visits_of_day(LAST) == []
        assert build_conveyance_report(LAST - timedelta(days=30), LAST).lines == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_trackpoint")
        assert cursor.fetchone() == (0,)
