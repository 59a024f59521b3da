"""Every list walks each of its rows once, in one statement a page, and shows no other company's."""

from datetime import date, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from grilse.access.tenancy import tenant_transaction
from grilse.api.lists import LISTS
from grilse.environment.lists import READINGS
from grilse.errors import GrilseError
from grilse.farm.lists import CONTAINERS, SENSORS
from grilse.health.lists import MORTALITY_CAUSES
from grilse.listing.listing import iter_chunks, read_page
from grilse.people.models import Person
from grilse.stock.lists import MOVEMENTS, STAGES, WEIGHT_SAMPLES

EVERY = [listing for _, listings in LISTS for listing in listings]
OF_ONE_COMPANY = [listing for listing in EVERY if listing not in (STAGES, MORTALITY_CAUSES)]


@pytest.fixture(scope="module")
def farms(database):
    """Two farms of two companies, with rows in every list."""
    from tests.listed_farm import write_listed

    from grilse.access.models import Company
    from grilse.health.models import MortalityCause

    if not MortalityCause.objects.using("owner").exists():
        MortalityCause.objects.using("owner").create(code="LICE", name="Lice")
    companies = [Company.objects.using("owner").create(name=f"Salmon {i}") for i in range(2)]
    return [write_listed(company.pk) for company in companies]


@pytest.fixture
def farm(farms):
    """The first of the farms, acted for."""
    with tenant_transaction(farms[0].company):
        yield farms[0]


def get_required_filters(listing, farm):
    if "person_id" in listing.required_filters:
        somebody = Person.objects.using("owner").get(company=farm.company, user=farm.user)
        return {"person_id": somebody.pk}
    return {"container_id": farm.containers["P1"]} if listing.required_filters else {}


def walk_list(listing, limit, filters=None, **how):
    rows, cursor = [], None
    while True:
        page = read_page(listing, filters, cursor=cursor, limit=limit, **how)
        assert len(page.rows) <= limit
        rows += page.rows
        cursor = page.next
        if cursor is None:
            return rows


@pytest.mark.parametrize("listing", EVERY, ids=lambda listing: listing.name)
def test_pages_hold_every_row_once(farm, listing):
    given = get_required_filters(listing, farm)
    result_rows = read_page(listing, given, limit=1000).rows
    assert result_rows
    for limit in (1, 7) if len(result_rows) < 100 else (97,):
        assert walk_list(listing, limit, given) == result_rows
    for sort in listing.sort_names[1:]:
        rows = read_page(listing, given, limit=1000, sort=sort).rows
        assert sorted(map(repr, rows)) == sorted(map(repr, result_rows)), "an order leaves no row out"
        assert walk_list(listing, 101, given, sort=sort) == rows
    assert [row for piece in iter_chunks(listing, given) for row in piece] == result_rows


@pytest.mark.parametrize("listing", EVERY, ids=lambda listing: listing.name)
def test_a_page_is_one_statement_however_long(farm, listing):
    given = get_required_filters(listing, farm)
    for limit in (1, 1000):
        with CaptureQueriesContext(connection) as statements:
            read_page(listing, given, limit=limit)
        assert len(statements) == 1
        assert "OFFSET" not in statements[0]["sql"]


@pytest.mark.parametrize("listing", OF_ONE_COMPANY, ids=lambda listing: listing.name)
def test_rows_of_another_company_are_not_there(farms, listing):
    rows = []
    for farm in farms:
        with tenant_transaction(farm.company):
            ids = set(listing.model._default_manager.values_list("pk", flat=True))
            rows.append(ids)
            assert read_page(listing, get_required_filters(listing, farm)).rows
            if listing.required_filters:
                other = farms[1 - farms.index(farm)]
                assert read_page(listing, get_required_filters(listing, other)).rows == []
    assert not rows[0] & rows[1]


@pytest.mark.parametrize("listing", OF_ONE_COMPANY, ids=lambda listing: listing.name)
def test_with_no_company_there_is_nothing(farms, listing):
    with transaction.atomic():
        assert read_page(listing, get_required_filters(listing, farms[0])).rows == []
        assert list(iter_chunks(listing, get_required_filters(listing, farms[0]))) == []


@pytest.mark.parametrize("listing", EVERY, ids=lambda listing: listing.name)
def test_each_filter_leaves_rows_of_the_list_only(farm, listing):
    from tests.edited_farm import at, on

    given = get_required_filters(listing, farm)
    result_rows = set(map(repr, read_page(listing, given, limit=1000).rows))
    tried = {bool: (True, False), int: (1,), str: ("A",), date: (on(38),), datetime: (at(38),)}
    for name, filter in listing.filters.items():
        near = listing.filters.get(filter.required_with[0]) if filter.required_with else None
        also = {} if near is None else {filter.required_with[0]: (near.choices or tried[near.value_type])[0]}
        beside = {**given, **also}
        for value in filter.choices or tried[filter.value_type]:
            rows = set(map(repr, read_page(listing, {**beside, name: value}, limit=1000).rows))
            assert rows <= result_rows or listing.required_filters, name


def test_fields_come_in_the_order_that_was_asked_for(farm):
    page = read_page(CONTAINERS, {"text": "p1"}, fields=["kind", "name"])
    assert page.fields == ("kind", "name")
    assert page.rows == [("pen", "P1")]


def test_filters_narrow_by_the_names_that_people_use(farm):
    names = lambda **given: {row[0] for row in read_page(MOVEMENTS, given, fields=["count"]).rows}  # noqa: E731

    assert names(placement="C/P4", kind="TRANSFER") == {1000, 1500}
    assert names(batch="C") == {1000, 1500, 12}
    assert names(container="P1", kind="MORTALITY") == {25, 24}
    assert names(container="P1", kind="MORTALITY", effective=True) == {24}
    assert names(effective=False) == {25}
    assert names(site="Burn", kind="STOCKING") == {10_000, 8_000}
    assert len(read_page(WEIGHT_SAMPLES, {"batch": "A"}).rows) == 4


def test_what_a_list_does_not_have_is_refused_by_name(farm):
    for how, message in (
        ({"filters": {"speed": 1}}, "speed is no filter of containers: there are site, geography, kind"),
        ({"fields": ["wet"]}, "wet is no field of containers: there are id, name, kind"),
        ({"sort": "kind"}, "kind is no order of containers: there are name, -name"),
        ({"limit": 1001}, "limit 1001 is not from 1 to 1000"),
        ({"filters": {"kind": "pond"}}, "kind of containers: 'pond' is none of tray, tank, pen"),
        ({"filters": {"text": "a\0"}}, "text of containers: 'a\\x00' is no text"),
    ):
        with pytest.raises(GrilseError) as refused:
            read_page(CONTAINERS, **how)
        assert str(refused.value).startswith(message)


def test_what_would_read_the_whole_company_is_refused(farm):
    with pytest.raises(GrilseError, match="readings are too many to be listed whole: name a container"):
        read_page(READINGS)
    with pytest.raises(GrilseError, match="cause of movements by itself reads too much: name a batch or"):
        read_page(MOVEMENTS, {"cause": "LICE"})


def test_a_cursor_is_of_one_list_and_one_order_and_its_filters(farm):
    cursor = read_page(SENSORS, limit=2).next
    assert read_page(SENSORS, cursor=cursor, fields=["id"]).rows
    for listing, how in (
        (CONTAINERS, {}),
        (SENSORS, {"sort": "-container"}),
        (SENSORS, {"filters": {"parameter": "oxygen"}}),
    ):
        with pytest.raises(GrilseError, match="cursor is of another list, order or filter") as refused:
            read_page(listing, cursor=cursor, **how)
        assert refused.value.field == "cursor"
    for wrong in ("", "x", "é", cursor[:-2], cursor + "A", cursor.swapcase()):
        with pytest.raises(GrilseError, match="cursor is of another list"):
            read_page(SENSORS, cursor=wrong)


def test_rows_that_stay_are_walked_once_while_others_come(farms):
    from tests.edited_farm import on

    from grilse.stock.models import WeightSample

    farm = farms[1]
    seen_ids, cursor, day = [], None, 20
    with tenant_transaction(farm.company):
        stable = {row[0] for row in read_page(WEIGHT_SAMPLES, fields=["id"]).rows}
    while True:
        with tenant_transaction(farm.company):
            page = read_page(WEIGHT_SAMPLES, fields=["id"], cursor=cursor, limit=2)
        seen_ids += [row[0] for row in page.rows]
        cursor = page.next
        if cursor is None:
            break
        day += 1
        WeightSample.objects.using("owner").create(
            company_id=farm.company,
            placement_id=farm.placements["B/P3"],
            date=on(day),
            fish_weighed=10,
            mean_weight_g=100,
            method="CAMERA",
        )
    assert len(seen_ids) == len(set(seen_ids))
    assert stable <= set(seen_ids)


def test_each_order_is_served_by_an_index(database):
    import psycopg

    with psycopg.connect(database) as owner:
        rows = owner.execute(
            "SELECT c.relname, array_agg(a.attname::text ORDER BY k.place) FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indrelid"
            " CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number"
            " WHERE i.indpred IS NULL GROUP BY c.relname, i.indexrelid"
        ).fetchall()
    for listing in EVERY:
        meta = listing.model._meta
        indexes = [
            columns[1:] if columns[0] == "company_id" else columns for table, columns in rows if table == meta.db_table
        ]
        # Within one of what has to be named, its index keeps the order.
        indexes += [index[1:] for index in indexes if index[0] in listing.required_filters]
        for name, order in listing.orders.items():
            columns = [meta.get_field(column).column for column in order]
            first = columns[:1] if columns[-1] == "id" else columns
            assert any(index[: len(first)] == first for index in indexes), (listing.name, name)
