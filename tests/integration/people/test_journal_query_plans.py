"""Journals of 20,000 entries are read by their indexes, newest first, and nothing is sorted."""

import pytest
from django.db import connection, connections
from tests.integration.people.staff import DB

from grilse.access.tenancy import tenant_transaction
from grilse.people import journal
from grilse.people.budgets import BUDGETS
from grilse.proof.query_plan import explain_statement
from grilse.proof.statement_capture import capture_statements

ENTRIES = 20_000
AUTHOR = "people_journalentry_author"
KIND = "people_journalentry_kind"
SHARED_READS = "people_journalentry_told"
# Of three that write, one writes half of it; one entry in fifty is deleted, many are of one moment.
SEED = """
INSERT INTO people_journalentry (company_id, person_id, kind, at, title, privacy, mood, tags, deleted_at,
                                 client_id)
SELECT p.company_id, p.id,
       (ARRAY['note', 'mood', 'work', 'safety', 'health', 'idea'])[1 + n %% 6],
       timestamptz '2026-01-01' - make_interval(hours => n / 7), 'entry ' || n,
       (ARRAY['private', 'private', 'aggregate', 'manager', 'team', 'shared'])[1 + n / 6 %% 6],
       1 + n %% 10, '{sea}', CASE WHEN n %% 50 = 0 THEN now() END, gen_random_uuid()
  FROM generate_series(1, %(entries)s) n
  JOIN people_person p ON p.id = (%(writers)s::bigint[])[1 + least(n %% 4, 2)]
"""


@pytest.fixture(scope="module")
def filled_journals(staff):
    """The staff with full journals, as the planner knows them."""
    writers = [staff.persons[who] for who in ("teammate", "subordinate", "author")]
    with connections[DB].cursor() as cursor:
        cursor.execute(SEED, {"entries": ENTRIES, "writers": writers})
        cursor.execute("VACUUM ANALYZE people_journalentry")
        cursor.execute("ANALYZE people_person")
    return staff


def explain_read(staff, read, who="author"):
    """Return the plan of the statement by which somebody reads."""
    with tenant_transaction(staff.company, staff.logins[who]), capture_statements() as statements:
        read()
        [statement] = [
            captured_statement for captured_statement in statements if "people_journalentry" in captured_statement.text
        ]
        query_plan = explain_statement(statement, analyze=True)
        assert query_plan is not None
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone()[0] == "grilse_app"
        return query_plan


def list_plan_faults(query_plan, index):
    """Return what is wrong with how entries are read."""
    kinds = [node.kind for node in query_plan.sort_nodes]
    wrong = [f"{kind}" for kind in kinds] + [
        f"scans {scan}" for scan in query_plan.list_scanned_tables(["people_journalentry"])
    ]
    return wrong if index in query_plan.index_names else [*wrong, f"does not read {index}"]


READS = {
    "first page": (journal.list_own_entries, AUTHOR),
    "kind": (lambda: journal.list_own_entries(kind="work"), KIND),
    "told": (journal.list_shared_entries, SHARED_READS),
}


@pytest.mark.parametrize("name", ["first page", "kind"])
def test_a_page_is_read_by_its_index_and_nothing_is_sorted(filled_journals, name):
    read, index = READS[name]
    query_plan = explain_read(filled_journals, read)
    assert list_plan_faults(query_plan, index) == []
    assert query_plan.count_rows_read(["people_journalentry"]) <= journal.DEFAULT_LIMIT + 1
    assert sum(node.removed for node in query_plan.root.iter_nodes() if node.relation == "people_journalentry") == 0


@pytest.mark.parametrize("given", [{}, {"kind": "work"}])
def test_a_page_behind_is_read_from_where_the_last_one_ended(filled_journals, given):
    with tenant_transaction(filled_journals.company, filled_journals.logins["author"]):
        cursor = journal.list_own_entries(**given).next
    query_plan = explain_read(filled_journals, lambda: journal.list_own_entries(**given, cursor=cursor))
    assert list_plan_faults(query_plan, KIND if given else AUTHOR) == []
    assert query_plan.count_rows_read(["people_journalentry"]) <= journal.DEFAULT_LIMIT + 1


@pytest.mark.parametrize("who", ["author", "teammate", "holder of viewer"])
def test_shared_entries_read_a_few_rows_each(filled_journals, who):
    query_plan = explain_read(filled_journals, journal.list_shared_entries, who)
    assert list_plan_faults(query_plan, SHARED_READS) == []
    [budget] = [
        query_budget.touched for query_budget in BUDGETS if query_budget.name == "people.journal.list_shared_entries"
    ]
    assert query_plan.count_rows_read(["people_journalentry"]) <= budget * (journal.DEFAULT_LIMIT + 1)


@pytest.mark.parametrize(("index", "read"), [(AUTHOR, READS["first page"][0]), (SHARED_READS, READS["told"][0])])
def test_without_its_index_the_check_turns_red(filled_journals, owner, index, read):
    definition = owner.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index]).fetchone()[0]
    owner.execute(f"DROP INDEX {index}")
    owner.commit()
    try:
        assert list_plan_faults(explain_read(filled_journals, read), index) != []
    finally:
        owner.execute(definition)
        owner.commit()
    assert list_plan_faults(explain_read(filled_journals, read), index) == []


def test_a_search_reads_nothing_but_ones_own(filled_journals):
    query_plan = explain_read(filled_journals, lambda: journal.list_own_entries(text="entry 19999"))
    assert list_plan_faults(query_plan, AUTHOR) == []
    assert query_plan.count_rows_read(["people_journalentry"]) <= ENTRIES * 0.6


def test_trends_and_streaks_read_ones_own_by_the_index(filled_journals):
    for read in (lambda: journal.read_trends(366), journal.read_streak):
        query_plan = explain_read(filled_journals, read)
        assert not query_plan.list_scanned_tables(["people_journalentry"])
        assert AUTHOR in query_plan.index_names
