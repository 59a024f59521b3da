"""Who reads an entry is what its author chose: each scope, for each relation of a reader to the author."""

import uuid
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import ProgrammingError, transaction
from tests.integration.people.staff import log_in_browser, write_entry

from grilse.access.permissions import load_roles
from grilse.access.tenancy import tenant_transaction
from grilse.people import journal
from grilse.people.models import Consent, JournalEntry, KeptVersion, Person

COLLEAGUES = {"subordinate", "manager of another", "away", *(f"holder of {role}" for role in load_roles())}
# By scope: who reads it.
READERS = {
    "private": {"author"},
    "aggregate": {"author"},
    "manager": {"author", "manager"},
    "team": {"author", "manager", "teammate"},
    "shared": {"author", "manager", "teammate", *COLLEAGUES},
}
RELATIONS = ("author", "manager", "teammate", *sorted(COLLEAGUES), "stranger", "nobody")
NOON = datetime.now(UTC) - timedelta(hours=2)


@pytest.fixture(scope="module")
def scopes(staff):
    """An entry of the author's for each scope; drafts and deleted entries beside them."""
    author = staff.persons["author"]
    entries = {
        scope: write_entry(staff.company, author, title=f"of {scope}", body="what it says", privacy=scope)
        for scope in READERS
    }
    for scope in READERS:
        write_entry(staff.company, author, title=f"draft of {scope}", privacy=scope, draft=True)
        write_entry(staff.company, author, title=f"deleted of {scope}", privacy=scope, deleted_at=NOON)
    return entries


def act_as(staff, relation):
    company = staff.other if relation == "stranger" else staff.company
    return tenant_transaction(company, staff.logins[relation])


def list_visible_titles(staff, relation):
    """Return the titles of the author's entries that somebody can select at all."""
    with act_as(staff, relation):
        entries = JournalEntry.objects.filter(person_id=staff.persons["author"])
        return set(entries.values_list("title", flat=True))


def list_wrong_readers(staff):
    """Return every reader of every scope who sees what they should not, or does not see what they should."""
    return {
        (scope, relation)
        for relation in RELATIONS
        if relation != "author"
        for scope in READERS
        if (f"of {scope}" in list_visible_titles(staff, relation)) != (relation in READERS[scope])
    } | {(title, relation) for relation in RELATIONS if relation != "author"
         for title in list_visible_titles(staff, relation) if not title.startswith("of ")}  # fmt: skip


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("scope", READERS)
def test_an_entry_is_read_by_those_whom_its_scope_names(staff, scopes, scope, relation):
    reads = relation in READERS[scope]
    assert (f"of {scope}" in list_visible_titles(staff, relation)) == reads
    with act_as(staff, relation):
        titles = {entry.title for entry in journal.list_shared_entries().entries} | {
            entry.title for entry in journal.list_shared_entries(text="what it says").entries
        }
        assert (f"of {scope}" in titles) == (reads and relation != "author")
    answer = log_in_browser(staff, relation).get(f"/api/v1/journal/{scopes[scope]}")
    assert (answer.status_code == 200) == reads, answer.content


def test_drafts_and_what_is_deleted_are_their_authors_whatever_their_scope(staff, scopes):
    assert list_wrong_readers(staff) == set()
    assert len(list_visible_titles(staff, "author")) == 3 * len(READERS)


@pytest.mark.parametrize(
    "planted",
    ["DROP POLICY privacy ON people_journalentry", "ALTER TABLE people_journalentry DISABLE ROW LEVEL SECURITY"],
)
def test_without_its_policy_the_check_turns_red(staff, scopes, owner, planted):
    reads = import_module("grilse.people.migrations.0002_rules").READS
    mended = {
        "DROP": f"CREATE POLICY privacy ON people_journalentry AS RESTRICTIVE FOR SELECT USING ({reads})",
        "ALTER": "ALTER TABLE people_journalentry ENABLE ROW LEVEL SECURITY",
    }[planted.split()[0]]
    owner.execute(planted)
    owner.commit()
    try:
        assert ("private", "holder of admin") in list_wrong_readers(staff)
    finally:
        owner.execute(mended)
        owner.commit()
    assert list_wrong_readers(staff) == set()


def test_no_reader_changes_what_they_read(staff, scopes):
    for relation in RELATIONS[1:]:
        with act_as(staff, relation):
            assert JournalEntry.objects.filter(pk__in=scopes.values()).update(title="changed") == 0, relation
            assert JournalEntry.objects.filter(pk__in=scopes.values()).delete()[0] == 0, relation


def test_nobody_writes_or_agrees_in_anothers_name(staff):
    of = {"company_id": staff.company, "person_id": staff.persons["author"]}
    for row in (
        JournalEntry(**of, kind="note", at=NOON, client_id=uuid.uuid4()),
        Consent(**of, purpose="tracking", given_at=NOON),
        KeptVersion(**of, of="entry", client_id="x", version=1, digest="x", content={}, why="conflict"),
    ):
        with pytest.raises(ProgrammingError, match="row-level security"), act_as(staff, "holder of admin"):
            row.save()


def test_no_door_makes_anothers_person_ones_own(staff, scopes):
    """Who had themselves linked to the author's person would be the author."""
    admin = staff.logins["holder of admin"]
    with act_as(staff, "holder of admin"):
        Person.objects.filter(user_id=admin).update(user_id=None)
        mine = Person.objects.filter(pk=staff.persons["author"])
        with pytest.raises(ProgrammingError, match="goes to no other login"), transaction.atomic():
            mine.update(user_id=admin)
        # Nor in two steps, by way of nobody's.
        mine.update(user_id=None)
        with pytest.raises(ProgrammingError, match="goes to no other login"), transaction.atomic():
            mine.update(user_id=admin)
        transaction.set_rollback(True)
