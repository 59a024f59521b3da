"""The list of persons: pages of few rows however many there are, and every row that stays once."""

import pytest
from django.db import connections, transaction
from tests.integration.api.conftest import Program, create_key
from tests.person_crowd import LAST, write_persons

from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError
from grilse.listing.listing import MAX_PAGE_ROWS, read_page
from grilse.people.actions.persons import NewPerson, add_person
from grilse.people.lists import PERSONS
from grilse.people.models import Person
from grilse.proof.query_plan import explain_statement
from grilse.proof.statement_capture import capture_statements

MANY, OF_A_TEAM = 5_000, 25


@pytest.fixture(scope="module")
def company(database):
    """A company of 5,000."""
    from grilse.access.models import Company

    large_company = Company.objects.using("owner").create(name="Northern Salmon").pk
    write_persons(large_company, MANY)
    return large_company


@pytest.fixture(scope="module")
def program(company):
    """A program of a viewer."""
    return Program(create_key(company, "viewer"))


def explain_page(**how):
    """Return the one statement of a page, and its plan when it was run."""
    with capture_statements() as statements:
        read_page(PERSONS, **how)
    [statement] = statements
    return statement, explain_statement(statement, analyze=True)


@pytest.mark.parametrize("limit", [1, 100, MAX_PAGE_ROWS])
@pytest.mark.parametrize("how", [{}, {"sort": "-name"}, {"filters": {"team": "Team 7"}}])
def test_a_page_asks_for_one_row_more_and_is_given_no_more(company, limit, how):
    with tenant_transaction(company):
        statement, plan = explain_page(limit=limit, **how)

    assert f"LIMIT {limit + 1}" in statement.text
    assert "OFFSET" not in statement.text
    assert plan.rows_returned <= limit + 1
    # Each is found, then told with the names of its team, manager and place; a team is put in order.
    assert plan.count_rows_read(["people_person"]) <= 3 * (limit + 1) + (OF_A_TEAM if "filters" in how else 0)


def test_an_unbounded_list_would_be_given_everything(company):
    """The control: the same figures tell that a list without a limit reads all."""
    with tenant_transaction(company), capture_statements() as statements:
        list(Person.objects.order_by("name", "id").values_list("id", "name"))
        plan = explain_statement(statements[0], analyze=True)

    assert "LIMIT" not in statements[0].text
    assert plan.rows_returned == plan.rows_read >= MANY


def test_the_order_is_total(company):
    """Ties of names are broken by id, so that a cursor stands between two rows, never within a tie."""
    with tenant_transaction(company):
        twins = [add_person(NewPerson(name="Kari Lund")) for _ in range(5)]
        rows = read_page(PERSONS, {"text": "kari lund"}, ["id"], limit=MAX_PAGE_ROWS).rows
        assert [id for (id,) in rows if id in twins] == twins
        seen_ids, cursor = [], None
        while True:
            page = read_page(PERSONS, {"text": "kari lund"}, ["id"], cursor, limit=1)
            seen_ids += page.rows
            cursor = page.next
            if cursor is None:
                break
        assert seen_ids == rows
        transaction.set_rollback(True)


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_a_walk_meets_who_stays_once_while_others_come_leave_and_are_renamed(company, sort):
    """Between pages another connection commits: before the cursor, behind it, and around it."""
    with tenant_transaction(company):
        stable = set(Person.objects.exclude(title="moved").values_list("id", flat=True))
    passing: set[int] = set()
    seen_ids, cursor, pages = [], None, 0
    while True:
        with tenant_transaction(company):
            page = read_page(PERSONS, fields=["id", "name"], cursor=cursor, limit=250, sort=sort)
        seen_ids += [id for id, _ in page.rows]
        cursor = page.next
        if cursor is None:
            break
        pages += 1
        with connections["owner"].cursor() as other:
            other.execute(MEANWHILE, {"company": company, "n": pages, "around": page.rows[-1][1]})
            passing |= {id for (id,) in other.fetchall()}
    stays = stable - passing
    met = [id for id in seen_ids if id in stays]

    assert pages >= 19
    assert len(stays) >= len(stable) - 2 * pages
    assert set(met) == stays, "everybody who stays is met"
    assert len(met) == len(stays), "and once"


def test_a_walk_by_offset_does_not(company):
    """The control: the same changes, and pages that begin at a number of rows."""
    with tenant_transaction(company):
        stable = set(Person.objects.values_list("id", flat=True))
    passing: set[int] = set()
    seen_ids = []
    for n in range(20):
        with tenant_transaction(company):
            rows = list(Person.objects.order_by("name", "id")[n * 250 : (n + 1) * 250])
        seen_ids += [row.pk for row in rows]
        with connections["owner"].cursor() as other:
            other.execute(MEANWHILE, {"company": company, "n": n, "around": rows[-1].name})
            passing |= {id for (id,) in other.fetchall()}
    met = [id for id in seen_ids if id in stable - passing]

    assert len(met) > len(set(met))


# Somebody comes at each end and next to the cursor, somebody is renamed to the other end, somebody leaves.
MEANWHILE = """
WITH come AS (
  INSERT INTO people_person (company_id, name, title)
  SELECT %(company)s, name, 'moved' FROM (VALUES ('  first'), ('Ø last'), (%(around)s)) came (name)
  RETURNING id
), chosen AS (
  SELECT id, row_number() OVER (ORDER BY id) AS place FROM people_person
   WHERE company_id = %(company)s AND title = '' AND id %% 17 = %(n)s %% 17 ORDER BY id LIMIT 2
), moved AS (
  UPDATE people_person SET name = CASE %(n)s %% 2 WHEN 0 THEN '  to the front' ELSE 'Ø to the end' END,
                           title = 'moved'
   WHERE id = (SELECT id FROM chosen WHERE place = 1) RETURNING id
), left_words AS (
  DELETE FROM people_personword WHERE person_id = (SELECT id FROM chosen WHERE place = 2)
), gone AS (
  DELETE FROM people_person WHERE id = (SELECT id FROM chosen WHERE place = 2) RETURNING id
)
SELECT id FROM come UNION ALL SELECT id FROM moved UNION ALL SELECT id FROM gone
"""


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"limit": "0"}, "query.limit"),
        ({"limit": "1001"}, "query.limit"),
        ({"limit": "many"}, "query.limit"),
        ({"limit": "1e3"}, "query.limit"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "x" * 401}, "query.cursor"),
        ({"page": "2"}, "page"),
        ({"offset": "100"}, "offset"),
        ({"sort": "title"}, "query.sort"),
        ({"active": "perhaps"}, "query.active"),
    ],
)
def test_a_page_that_cannot_be_is_refused_by_name(program, asked, field):
    response = program.get("/persons", asked)

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field


def test_a_cursor_of_another_search_is_refused(program):
    cursor = program.get("/persons", {"text": "kari", "limit": 5}).json()["next"]

    assert program.get("/persons", {"text": "kari", "limit": 5, "cursor": cursor}).status_code == 200
    assert program.get("/persons", {"text": "lars", "limit": 5, "cursor": cursor}).status_code == 422


def test_the_largest_page_is_no_larger(company):
    with tenant_transaction(company), pytest.raises(GrilseError, match="limit 1001 is not from 1 to 1000"):
        read_page(PERSONS, limit=MAX_PAGE_ROWS + 1)


def test_a_search_narrows_by_the_beginnings_of_words(program):
    response = program.get("/persons", {"text": "zwart z", "fields": "name,team,manager,site,active"}).json()
    [item] = response["items"]
    assert item["name"] == LAST
    assert item["team"].startswith("Team ")
    assert program.get("/persons", {"text": "zwart", "active": "false"}).json()["items"] == []


def test_a_picker_answers_pages_over_http(program):
    first = program.get("/persons/picker", {"text": "lund", "limit": 10}).json()
    second = program.get("/persons/picker", {"text": "lund", "limit": 10, "cursor": first["next"]}).json()
    names = [item["name"] for item in first["items"] + second["items"]]
    assert names == sorted(names)
    assert len(names) == 20
    assert program.get("/persons/picker", {"limit": 101}).status_code == 422
    person = program.get(f"/persons/{first['items'][0]['id']}").json()
    assert person["name"] == names[0]
    assert program.get("/persons/999999999").status_code == 404
