"""Persons are found by the beginnings of their names, out of 50,000."""

import pytest
from django.db import connection, transaction
from tests.many_persons import EVERY, LAST, write_persons

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
def crowd(database):
    """A company of 50,000, beside another of some."""
    from grilse.access.models import Company

    made = [Company.objects.using("owner").create(name=name).pk for name in ("Northern Salmon", "Other")]
    for company, count in zip(made, (EVERY, 2_000), strict=True):
        write_persons(company, count)
    return made[0]


@pytest.fixture
def acting(crowd):
    """Within a transaction of the large company; nothing of it stays."""
    with tenant_transaction(crowd):
        yield crowd
        transaction.set_rollback(True)


def names(text, **how):
    return [one.name for one in search_persons(text, **how).persons]


def test_each_word_typed_begins_one_of_the_name(acting):
    assert names("zoe zwa") == names("ZWART zo") == names("zwart") == [LAST]
    assert names("n4321 lars") == names("lars n4321")
    assert names("oe") == names("zoe lund zwart") == []
    assert all("Bjørn" in name and "Kjær" in name for name in names("bjorn kjaer", limit=100))


def test_the_order_is_that_of_names_whatever_was_typed(acting):
    everybody = list(Person.objects.order_by("name", "id").values_list("name", flat=True))
    for text in ("n", "kari", "n4", "s"):
        wanted = [name for name in everybody if any(word.startswith(text) for word in name.lower().split())]
        assert names(text, limit=100) == wanted[:100], text
    assert names("", limit=100) == everybody[:100]


def test_the_last_of_all_is_reached_by_pages(acting):
    seen, after = [], None
    while True:
        page = search_persons("", after=after, limit=100)
        seen += [one.id for one in page.persons]
        after = page.next
        if after is None:
            break
    assert page.persons[-1].name == LAST
    assert len(seen) == len(set(seen)) == EVERY


def test_a_wide_beginning_walks_as_far_as_a_narrow_one(acting, monkeypatch):
    def walked(text):
        found, after = [], None
        while True:
            page = search_persons(text, after=after, limit=100)
            found += [one.id for one in page.persons]
            after = page.next
            if after is None:
                return found

    near = walked("n49")
    monkeypatch.setattr(directory, "LOOKUP_LIMIT", 10)
    assert walked("n49") == near
    assert len(near) > 1000


def test_who_has_left_is_found_only_by_who_asks_for_them(acting):
    Person.objects.filter(name=LAST).update(active=False)
    assert names("zwart") == []
    assert names("zwart", active=None) == names("zwart", active=False) == [LAST]


def test_a_pick_tells_team_and_site(acting):
    [one] = search_persons("zwart").persons
    assert one.team.startswith("Team ")
    assert one.site is None
    told = directory.read_person(one.id)
    assert told["team_name"] == one.team
    assert told["name"] == LAST


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


def asked(text):
    """Return the one statement of a search, and its plan when it was run."""
    with capture_statements() as statements:
        search_persons(text)
    [statement] = statements
    return statement, explain_statement(statement, analyze=True)


@pytest.mark.parametrize("text", TYPED)
def test_a_search_reads_ranges_of_the_key_and_no_table_whole(acting, text):
    statement, plan = asked(text)

    assert plan.list_scanned_tables(READ) == ()
    assert "LIMIT 21" in statement.text or 21 in statement.parameters.values()
    assert plan.rows_returned <= 21
    # The words of one beginning, those whom they name, and on the way the other words.
    assert plan.count_rows_read(READ) <= (3 * directory.LOOKUP_LIMIT if text else 3 * 21), plan.shape
    if text:
        ranges = [node for node in plan.root.iter_nodes() if node.index == "people_personword_pkey"]
        assert {node.kind for node in ranges} <= {"Index Only Scan", "Index Scan"}, plan.shape
        assert ranges


def test_without_the_key_the_words_are_read_whole(crowd, keyless):
    """The control: the same check is red where no index serves the search."""
    with tenant_transaction(crowd):
        _, plan = asked("zoe zw")

    assert plan.list_scanned_tables(READ) == ("people_personword",)


@pytest.fixture
def keyless(owner):
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


def test_another_companys_persons_are_not_found(crowd):
    with tenant_transaction(crowd + 1):
        assert names("n49999") == []
        assert len(names("zwart")) == 1
    with transaction.atomic():
        assert names("zwart") == []


def test_what_is_declared_of_persons_holds_at_50_000(crowd):
    from grilse.people.budgets import BUDGETS
    from grilse.proof.budget_check import HOLDS
    from grilse.proof.measurement import measure_query

    of_persons = ("people.directory.", "list.persons.", "list.teams.", "list.fences.", "list.transport-rates.")
    asked = [one for one in BUDGETS if one.name.startswith(of_persons) and ".export" not in one.name]
    told = {one.name: measure_query(one) for one in asked}
    assert {name: one.said for name, one in told.items() if one.state == "broken"} == {}
    held = {name for name, one in told.items() if one.state == HOLDS}
    assert {f"people.directory.search_persons.{use}" for use in ("all", "next", "letter", "word", "name")} <= held
    assert {"list.persons.first", "list.persons.next", "list.persons.by.text", "list.persons.by.team"} <= held
