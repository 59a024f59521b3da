"""One's own journal: written, changed, removed, taken back; sent late by phones; its trends and streaks."""

import uuid
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.integration.people.staff import sync_entries, write_entry

from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError
from grilse.people import journal
from grilse.people.actions import journal as actions
from grilse.people.actions.journal import NewEntry, SentEntry
from grilse.people.actions.sync import SyncRequest, receive_sync
from grilse.people.models import JournalEntry, KeptVersion, WorkRules
from grilse.science.time_zones import get_today

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
NOTE = NewEntry(kind="note", at=NOON, title="Calm sea", body="No wind at all", mood=7, tags=("sea",))


def test_an_entry_is_written_read_changed_deleted_and_taken_back(as_author):
    id = actions.write_entry(NOTE)
    entry = journal.read_entry(id)
    assert (entry.title, entry.body, entry.mood, entry.tags, entry.version) == (
        "Calm sea", "No wind at all", 7, ["sea"], 1,
    )  # fmt: skip
    assert entry.author_name == "Author"

    actions.change_entry(id, replace(NOTE, title="Rough sea", privacy="team"), read=1)
    assert [
        (entry_row.title, entry_row.privacy, entry_row.version) for entry_row in journal.list_own_entries().entries
    ] == [("Rough sea", "team", 2)]
    actions.delete_entry(id)
    assert journal.list_own_entries().entries == []
    assert [entry_row.id for entry_row in journal.list_deleted_entries()] == [id]
    with pytest.raises(GrilseError, match=r"is deleted: restore it first"):
        actions.change_entry(id, NOTE)
    actions.restore_entry(id)
    assert [(entry_row.title, entry_row.version) for entry_row in journal.list_own_entries().entries] == [
        ("Rough sea", 4)
    ]


def test_a_change_of_what_has_changed_since_is_refused(as_author):
    id = actions.write_entry(NOTE)
    actions.change_entry(id, replace(NOTE, mood=3))
    with pytest.raises(GrilseError, match=r"has changed since you read it \(it is version 2\)"):
        actions.change_entry(id, NOTE, read=1)


def test_what_was_deleted_too_long_ago_stays_deleted(staff, as_author):
    id = actions.write_entry(NOTE)
    long_ago = datetime.now(UTC) - timedelta(days=31)
    JournalEntry.objects.filter(pk=id).update(deleted_at=long_ago)
    with pytest.raises(GrilseError, match="it can be restored for 30 days"):
        actions.restore_entry(id)
    WorkRules.objects.create(company_id=staff.company, deleted_days=40)
    actions.restore_entry(id)
    assert journal.read_entry(id).deleted_at is None


@pytest.mark.parametrize(
    ("said", "field", "told"),
    [
        ({"mood": 11}, "mood", "mood 11: it is from 1 to 10"),
        ({"mood": 0}, "mood", "mood 0: it is from 1 to 10"),
        ({"stress": 6}, "stress", "stress 6: it is from 1 to 5"),
        ({"energy": 11}, "energy", "energy 11: it is from 1 to 10"),
        ({"kind": "gossip"}, "kind", "the kind of an entry is one of note, mood, work"),
        ({"privacy": "boss"}, "privacy", "one of private, aggregate, manager, team, shared"),
        ({"at": NOON + timedelta(days=3)}, "at", "is before 1970 or later than tomorrow"),
        ({"at": NOON.replace(tzinfo=None)}, "at", "a time without a time zone"),
        ({"title": "x" * 201}, "title", "a title of 201 characters: 200 is the most"),
        ({"body": "a\0b"}, "body", "the body holds a NUL"),
        ({"tags": ["x"] * 21}, "tags", "21 tags: 20 is the most"),
        ({"tags": [" "]}, "tags", "an empty tag"),
        ({"tags": ["x" * 41]}, "tags", "a tag of 41 characters: 40 is the most"),
        ({"title": "", "body": "", "mood": None}, "", "an entry says something"),
    ],
)
def test_what_no_entry_can_say_is_refused_by_its_field(as_author, said, field, told):
    with pytest.raises(GrilseError, match=told) as refused:
        actions.write_entry(replace(NOTE, **said))
    assert refused.value.field == field
    assert "No wind" not in str(refused.value)


def test_what_a_phone_sends_is_refused_by_its_place(as_author):
    good = build_sent_entry("a")
    received = receive_sync(SyncRequest(entries=[good, replace(good, mood=12)]))
    assert received.entries == ["new", "refused"]
    [refusal] = received.refused
    assert (refusal.of, refusal.place, refusal.field, refusal.final) == ("entry", 1, "mood", True)
    assert refusal.why == "mood 12: it is from 1 to 10"


def test_another_persons_entry_cannot_be_changed_removed_or_taken_back(staff, as_author):
    id = write_entry(staff.company, staff.persons["teammate"], title="theirs", privacy="shared")
    for act in (
        lambda: actions.change_entry(id, NOTE),
        lambda: actions.delete_entry(id),
        lambda: actions.restore_entry(id),
    ):
        with pytest.raises(GrilseError, match=f"there is no entry {id} in your journal"):
            act()
    assert not JournalEntry.objects.filter(pk=id).update(title="mine now")
    assert JournalEntry.objects.filter(pk=id).delete()[0] == 0


def test_a_login_that_is_nobody_yet_is_made_somebody_by_writing(staff):
    with tenant_transaction(staff.company, staff.logins["nobody"]):
        id = actions.write_entry(NOTE)
        assert journal.read_entry(id).author_name == "nobody of Northern Salmon"
        transaction.set_rollback(True)


def build_sent_entry(name, version=1, **said):
    given = {"kind": "note", "at": NOON, "title": f"{name} {version}", **said}
    return SentEntry(client_id=uuid.uuid5(uuid.NAMESPACE_OID, name), version=version, **given)


def test_a_late_phone_sends_everything_twice_out_of_order_and_half_of_it_contradicts(as_author):
    """Nothing is doubled, nothing lost, and what contradicts is shown."""
    queue = [build_sent_entry(f"e{i}") for i in range(500)]
    contradicting = [build_sent_entry(f"e{i}", title=f"e{i} otherwise") for i in range(500)]
    mixed = [sent_entry for pair in zip(queue, contradicting, strict=True) for sent_entry in pair]

    first = sync_entries(*mixed[:300]) + sync_entries(*mixed[300:])
    assert (first.count("new"), first.count("conflict")) == (500, 500)
    again = sync_entries(*mixed[::-1])
    assert (again.count("known"), again.count("conflict")) == (500, 500)

    assert len(JournalEntry.objects.filter(person_id=journal.CURRENT_PERSON)) == 500
    conflicts = KeptVersion.objects.filter(of="entry", why="conflict", settled_at=None)
    assert {conflict.content["title"] for conflict in conflicts} == {f"e{i} otherwise" for i in range(500)}


def test_later_versions_overtake_and_a_deletion_is_one(as_author):
    assert sync_entries(build_sent_entry("a", 2), build_sent_entry("a", 1)) == ["new", "older"]
    assert sync_entries(build_sent_entry("a", 3, deleted=True)) == ["newer"]
    assert journal.list_own_entries().entries == []
    assert sync_entries(build_sent_entry("a", 3, deleted=True)) == ["known"]
    assert sync_entries(build_sent_entry("a", 4)) == ["newer"]
    [entries] = journal.list_own_entries().entries
    assert (entries.title, entries.version, entries.deleted_at) == ("a 4", 4, None)


def test_what_was_changed_at_the_desk_meanwhile_is_a_conflict(as_author):
    sync_entries(build_sent_entry("a"))
    [entries] = journal.list_own_entries().entries
    actions.change_entry(entries.id, replace(NOTE, title="at the desk"))
    assert sync_entries(build_sent_entry("a", 2)) == ["conflict"]
    assert [entry.title for entry in journal.list_own_entries().entries] == ["at the desk"]


def count_statements(queue):
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        sync_entries(*queue)
        transaction.set_rollback(True)
    return len(captured)


def test_a_queue_costs_the_same_statements_at_any_length(as_author):
    assert count_statements([build_sent_entry("a")]) == count_statements(
        [build_sent_entry(f"e{i}") for i in range(400)]
    )


def test_two_at_once_of_one_queue_write_it_once(staff):
    from concurrent.futures import ThreadPoolExecutor

    queue = [build_sent_entry(f"at once {i}") for i in range(50)]

    def send_queue(_):
        try:
            with tenant_transaction(staff.company, staff.logins["author"]):
                return sync_entries(*queue)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(send_queue, range(4)))
    assert sorted(outcome[0] for outcome in outcomes) == ["known", "known", "known", "new"]
    with tenant_transaction(staff.company, staff.logins["author"]):
        assert JournalEntry.objects.filter(title__startswith="at once").count() == 50
        JournalEntry.objects.filter(title__startswith="at once").delete()


def test_pages_walk_all_entries_once_in_total_order(as_author, staff):
    entry_ids = [actions.write_entry(replace(NOTE, title=f"{i}", at=NOON)) for i in range(7)]
    found_ids, cursor = [], None
    while True:
        page = journal.list_own_entries(cursor=cursor, limit=3)
        found_ids += [entry.id for entry in page.entries]
        cursor = page.next
        if cursor is None:
            break
    assert found_ids == entry_ids[::-1]
    with pytest.raises(GrilseError, match="cursor is of another journal or filter"):
        journal.list_own_entries(kind="work", cursor=journal.list_own_entries(limit=3).next)
    with pytest.raises(GrilseError, match="limit 0 is not from 1 to 200"):
        journal.list_own_entries(limit=0)


def test_entries_are_found_by_kind_text_tag_and_draft(as_author):
    actions.write_entry(NOTE)
    actions.write_entry(replace(NOTE, kind="work", title="Net 100% mended", tags=()))
    actions.write_entry(replace(NOTE, title="", body="", mood=None, tags=(), draft=True))
    assert [entry.title for entry in journal.list_own_entries(kind="work").entries] == ["Net 100% mended"]
    assert [entry.title for entry in journal.list_own_entries(text="CALM").entries] == ["Calm sea"]
    assert [entry.title for entry in journal.list_own_entries(text="sea").entries] == ["Calm sea"]
    assert [entry.title for entry in journal.list_own_entries(text="100%").entries] == ["Net 100% mended"]
    assert len(journal.list_own_entries(draft=True).entries) == 1
    assert len(journal.list_own_entries(draft=False).entries) == 2


def test_trends_are_the_means_of_days_and_of_seven(as_author):
    def write_level(days_ago, **said):
        actions.write_entry(replace(NOTE, at=NOON - timedelta(days=days_ago), mood=None, **said))

    write_level(0, stress=2)
    write_level(0, stress=4)
    write_level(3, energy=6, stress=5)
    write_level(6, energy=8)
    write_level(40, energy=1)
    trends = journal.read_trends(days=10)
    assert [(trend.day, trend.entries, trend.stress, trend.energy) for trend in trends] == [
        ((NOON - timedelta(days=6)).date(), 1, None, 8.0),
        ((NOON - timedelta(days=3)).date(), 1, 5.0, 6.0),
        (NOON.date(), 2, 3.0, None),
    ]
    assert [(trend.stress_week, trend.energy_week, trend.mood_week) for trend in trends] == [
        (None, 8.0, None), (5.0, 7.0, None), (4.0, 7.0, None),
    ]  # fmt: skip
    # The mean of the first day that is told counts the days before it.
    assert [(trend.entries, trend.energy_week) for trend in journal.read_trends(days=2)] == [(2, 7.0)]


@pytest.mark.parametrize(
    ("days_ago", "told"),
    [([], (0, 0)), ([0, 1, 2, 2], (3, 3)), ([1, 2], (2, 2)), ([2, 3, 4], (0, 3)), ([0, 2, 3], (1, 2))],
)
def test_a_streak_ends_today_or_yesterday(as_author, days_ago, told):
    today = datetime.now(UTC).replace(hour=0, minute=0, second=1)
    for days in days_ago:
        actions.write_entry(replace(NOTE, at=today - timedelta(days=days)))
    actions.write_entry(replace(NOTE, at=today - timedelta(days=5), draft=True))
    streak = journal.read_streak()
    assert (streak.days, streak.longest) == told


def test_a_day_is_the_companys(staff, as_author):
    WorkRules.objects.create(company_id=staff.company, time_zone="Pacific/Kiritimati")
    actions.write_entry(replace(NOTE, at=NOON.replace(hour=11)))
    assert journal.read_trends(days=5)[0].day == (NOON + timedelta(days=1)).date()


@pytest.mark.parametrize(
    "read",
    [journal.list_own_entries, journal.list_shared_entries, journal.read_trends, journal.read_streak,
    journal.list_deleted_entries,
     lambda: journal.list_own_entries(text="x", kind="note")],
)  # fmt: skip
def test_a_read_is_one_statement(as_author, read):
    with CaptureQueriesContext(connection) as captured:
        read()
    assert len(captured) == 1


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_tomorrow_is_that_of_the_company(as_author, staff, zone):
    WorkRules.objects.update_or_create(company_id=staff.company, defaults={"time_zone": zone})
    after_tomorrow = datetime.combine(get_today(zone) + timedelta(days=2), datetime.min.time(), ZoneInfo(zone))
    last, too_late = (replace(NOTE, at=at) for at in (after_tomorrow - timedelta(seconds=1), after_tomorrow))

    actions.write_entry(last)
    with pytest.raises(GrilseError, match=rf"later than tomorrow \({zone}\)"):
        actions.write_entry(too_late)
    sent = SyncRequest(entries=[SentEntry(**asdict(entry), client_id=uuid.uuid4()) for entry in (last, too_late)])
    assert [(refusal.place, refusal.field) for refusal in receive_sync(sent).refused] == [(1, "at")]
