"""Journals of 20,000 entries are read by their indexes, newest first, and nothing is sorted."""

import pytest
from django.db import connection, connections
from tests.integration.people.staffed import DB

from grilse.access.tenancy import tenant_transaction
from grilse.people import journal
from grilse.people.budgets_journal import BUDGETS
from grilse.proof.query_plan import explain_statement
from grilse.proof.statement_capture import capture_statements

ENTRIES = 20_000
AUTHOR = "people_journalentry_author"
KIND = "people_journalentry_kind"
TOLD = "people_journalentry_told"
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
def written(staff):
    """The staff with full journals, as the planner knows them."""
    writers = [staff.persons[who] for who in ("teammate", "subordinate", "author")]
    with connections[DB].cursor() as cursor:
        cursor.execute(SEED, {"entries": ENTRIES, "writers": writers})
        cursor.execute("VACUUM ANALYZE people_journalentry")
        cursor.execute("ANALYZE people_person")
    return staff


def plan(staff, read, who="author"):
    """Return the plan of the statement by which somebody reads."""
    with tenant_transaction(staff.company, staff.logins[who]), capture_statements() as statements:
        read()
        [statement] = [one for one in statements if "people_journalentry" in one.text]
        found = explain_statement(statement, analyze=True)
        assert found is not None
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone()[0] == "grilse_app"
        return found


def faults(found, index):
    """Return what is wrong with how entries are read."""
    kinds = [node.kind for node in found.sort_nodes]
    wrong = [f"{kind}" for kind in kinds] + [
        f"scans {one}" for one in found.list_scanned_tables(["people_journalentry"])
    ]
    return wrong if index in found.index_names else [*wrong, f"does not read {index}"]


READS = {
    "first page": (journal.list_own_entries, AUTHOR),
    "kind": (lambda: journal.list_own_entries(kind="work"), KIND),
    "told": (journal.list_shared_entries, TOLD),
}


@pytest.mark.parametrize("name", ["first page", "kind"])
def test_a_page_is_read_by_its_index_and_nothing_is_sorted(written, name):
    read, index = READS[name]
    found = plan(written, read)
    assert faults(found, index) == []
    assert found.count_rows_read(["people_journalentry"]) <= journal.DEFAULT_LIMIT + 1
    assert sum(node.removed for node in found.root.iter_nodes() if node.relation == "people_journalentry") == 0


@pytest.mark.parametrize("given", [{}, {"kind": "work"}])
def test_a_page_behind_is_read_from_where_the_last_one_ended(written, given):
    with tenant_transaction(written.company, written.logins["author"]):
        cursor = journal.list_own_entries(**given).next
    found = plan(written, lambda: journal.list_own_entries(**given, cursor=cursor))
    assert faults(found, KIND if given else AUTHOR) == []
    assert found.count_rows_read(["people_journalentry"]) <= journal.DEFAULT_LIMIT + 1


@pytest.mark.parametrize("who", ["author", "teammate", "holder of viewer"])
def test_what_others_tell_costs_a_few_rows_for_each_that_is_read(written, who):
    found = plan(written, journal.list_shared_entries, who)
    assert faults(found, TOLD) == []
    [budget] = [one.touched for one in BUDGETS if one.name == "people.journal.list_shared_entries"]
    assert found.count_rows_read(["people_journalentry"]) <= budget * (journal.DEFAULT_LIMIT + 1)


@pytest.mark.parametrize(("index", "read"), [(AUTHOR, READS["first page"][0]), (TOLD, READS["told"][0])])
def test_without_its_index_the_check_turns_red(written, owner, index, read):
    definition = owner.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index]).fetchone()[0]
    owner.execute(f"DROP INDEX {index}")
    owner.commit()
    try:
        assert faults(plan(written, read), index) != []
    finally:
        owner.execute(definition)
        owner.commit()
    assert faults(plan(written, read), index) == []


def test_a_search_reads_nothing_but_ones_own(written):
    found = plan(written, lambda: journal.list_own_entries(text="entry 19999"))
    assert faults(found, AUTHOR) == []
    assert found.count_rows_read(["people_journalentry"]) <= ENTRIES * 0.6


def test_trends_and_streaks_read_ones_own_by_the_index(written):
    for read in (lambda: journal.read_trends(366), journal.read_streak):
        found = plan(written, read)
        assert not found.list_scanned_tables(["people_journalentry"])
        assert AUTHOR in found.index_names
