"""Persons are found by the beginnings of their names, out of 50,000."""

import pytest
from django.db import connection, transaction
from tests.person_crowd import EVERY, LAST, write_persons

from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError
from grilse.people import directory
from grilse.people.directory import search_persons
from grilse.people.models import Person
from grilse.proof.query_plan import explain_statement
from grilse.proof.statement_capture import capture_statements

READ = ("people_person", "people_personword")
# A beginning of few names, of a tenth of them, of all of them; two, of which the second is the rarer; none.
TYPED = ("n123", "kari", "n", "an n123", "kari lund", "zoe zw", "")


@pytest.fixture(scope="module")
def large_company(database):
    """A company of 50,000, beside another of some."""
    from grilse.access.models import Company

    companies = [Company.objects.using("owner").create(name=name).pk for name in ("Northern Salmon", "Other")]
    for company, count in zip(companies, (EVERY, 2_000), strict=True):
        write_persons(company, count)
    return companies[0]


@pytest.fixture
def acting(large_company):
    """Within a transaction of the large company; nothing of it stays."""
    with tenant_transaction(large_company):
        yield large_company
        transaction.set_rollback(True)


def search_names(text, **how):
    return [person.name for person in search_persons(text, **how).persons]


def test_each_word_typed_begins_one_of_the_name(acting):
    assert search_names("zoe zwa") == search_names("ZWART zo") == search_names("zwart") == [LAST]
    assert search_names("n4321 lars") == search_names("lars n4321")
    assert search_names("oe") == search_names("zoe lund zwart") == []
    assert all("Bjørn" in name and "Kjær" in name for name in search_names("bjorn kjaer", limit=100))


def test_the_order_is_that_of_names_whatever_was_typed(acting):
    everybody = list(Person.objects.order_by("name", "id").values_list("name", flat=True))
    for text in ("n", "kari", "n4", "s"):
        expected_names = [name for name in everybody if any(word.startswith(text) for word in name.lower().split())]
        assert search_names(text, limit=100) == expected_names[:100], text
    assert search_names("", limit=100) == everybody[:100]


def test_the_last_of_all_is_reached_by_pages(acting):
    seen_ids, after = [], None
    while True:
        page = search_persons("", after=after, limit=100)
        seen_ids += [person.id for person in page.persons]
        after = page.next
        if after is None:
            break
    assert page.persons[-1].name == LAST
    assert len(seen_ids) == len(set(seen_ids)) == EVERY


def test_a_wide_beginning_walks_as_far_as_a_narrow_one(acting, monkeypatch):
    def walk_search(text):
        found_ids, after = [], None
        while True:
            page = search_persons(text, after=after, limit=100)
            found_ids += [person.id for person in page.persons]
            after = page.next
            if after is None:
                return found_ids

    near = walk_search("n49")
    monkeypatch.setattr(directory, "LOOKUP_LIMIT", 10)
    assert walk_search("n49") == near
    assert len(near) > 1000


def test_who_has_left_is_found_only_by_who_asks_for_them(acting):
    Person.objects.filter(name=LAST).update(active=False)
    assert search_names("zwart") == []
    assert search_names("zwart", active=None) == search_names("zwart", active=False) == [LAST]


def test_a_pick_tells_team_and_site(acting):
    [person] = search_persons("zwart").persons
    assert person.team.startswith("Team ")
    assert person.site is None
    person_row = directory.read_person(person.id)
    assert person_row["team_name"] == person.team
    assert person_row["name"] == LAST


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"after": "x"}, "cursor"),
        ({"text": "x" * 121}, "text"),
        ({"text": "a\0"}, "text"),
    ],
)
def test_what_is_not_taken_is_refused_by_name(acting, how, field):
    with pytest.raises(GrilseError) as refused:
        search_persons(**{"text": "kari", **how})
    assert refused.value.field == field


def test_a_cursor_is_of_one_search(acting):
    after = search_persons("kari").next
    assert search_persons("kari", after=after).persons
    with pytest.raises(GrilseError, match="cursor is of another search"):
        search_persons("lars", after=after)


def explain_search(text):
    """Return the one statement of a search, and its plan when it was run."""
    with capture_statements() as statements:
        search_persons(text)
    [statement] = statements
    return statement, explain_statement(statement, analyze=True)


@pytest.mark.parametrize("text", TYPED)
def test_a_search_reads_ranges_of_the_key_and_no_table_whole(acting, text):
    statement, plan = explain_search(text)

    assert plan.list_scanned_tables(READ) == ()
    assert "LIMIT 21" in statement.text or 21 in statement.parameters.values()
    assert plan.rows_returned <= 21
    # The words of one beginning, those whom they name, and on the way the other words.
    assert plan.count_rows_read(READ) <= (3 * directory.LOOKUP_LIMIT if text else 3 * 21), plan.shape
    if text:
        ranges = [node for node in plan.root.iter_nodes() if node.index == "people_personword_pkey"]
        assert {node.kind for node in ranges} <= {"Index Only Scan", "Index Scan"}, plan.shape
        assert ranges


def test_without_the_key_the_words_are_read_whole(large_company, words_without_key):
    """The control: the same check is red where no index serves the search."""
    with tenant_transaction(large_company):
        _, plan = explain_search("zoe zw")

    assert plan.list_scanned_tables(READ) == ("people_personword",)


@pytest.fixture
def words_without_key(owner):
    """Words without their key, for the time of a test."""
    owner.execute("ALTER TABLE people_personword DROP CONSTRAINT people_personword_pkey")
    owner.commit()
    yield
    owner.execute("ALTER TABLE people_personword ADD PRIMARY KEY (company_id, word, person_id)")
    owner.commit()


def test_a_pattern_would_read_the_words_whole(acting):
    """Under row-level security LIKE is no range: it is asked of rows only after the policy."""
    with capture_statements() as statements, connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM people_personword WHERE word LIKE 'zwar%%'", [])
    plan = explain_statement(statements[0], analyze=True)

    assert plan.count_rows_read(READ) > EVERY


def test_another_companys_persons_are_not_found(large_company):
    with tenant_transaction(large_company + 1):
        assert search_names("n49999") == []
        assert len(search_names("zwart")) == 1
    with transaction.atomic():
        assert search_names("zwart") == []


def test_what_is_declared_of_persons_holds_at_50_000(large_company):
    from grilse.people.budgets import BUDGETS
    from grilse.proof.budget_check import HOLDS
    from grilse.proof.measurement import measure_query

    of_persons = ("people.directory.", "list.persons.", "list.teams.", "list.fences.", "list.transport-rates.")
    budgets = [budget for budget in BUDGETS if budget.name.startswith(of_persons) and ".export" not in budget.name]
    figures = {budget.name: measure_query(budget) for budget in budgets}
    assert {name: figure.said for name, figure in figures.items() if figure.state == "broken"} == {}
    proven = {name for name, figure in figures.items() if figure.state == HOLDS}
    assert {f"people.directory.search_persons.{use}" for use in ("all", "next", "letter", "word", "name")} <= proven
    assert {"list.persons.first", "list.persons.next", "list.persons.by.text", "list.persons.by.team"} <= proven
