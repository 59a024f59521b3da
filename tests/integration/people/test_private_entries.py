"""No interface shows a private entry to others: API, key, page, back office, file, job, report, log."""

import json
import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.integration.people.staff import DB, log_in_browser, sync_entries

from grilse.access import api_keys
from grilse.access.models import KeptAnswer
from grilse.access.tenancy import tenant_transaction
from grilse.api import api
from grilse.exchange.exports import export_package
from grilse.people.actions import journal as actions
from grilse.people.journal_entries import NewEntry, SentEntry
from grilse.people.models import JournalEntry, KeptVersion
from grilse.people.wellbeing import write_reports
from grilse.postgres import server

NOON = datetime.now(UTC) - timedelta(hours=2)
# What is searched for, which an answer may repeat, and what stands beside it, which none may tell.
KNOWN, SECRET = "karmesin", "zinnober"
WORDS = f"{KNOWN} {SECRET}"
WRITTEN = {"kind": "health", "at": NOON, "title": WORDS, "body": WORDS, "tags": [KNOWN, SECRET]}
READERS = ("holder of admin", "manager", "teammate", "nobody")


@pytest.fixture(scope="module")
def secret(staff):
    """Ids of entries: private, for the count alone, changed, deleted; beside a version that contradicts."""
    with tenant_transaction(staff.company, staff.logins["author"]):
        entries = [
            actions.write_entry(NewEntry(**WRITTEN)),
            actions.write_entry(NewEntry(**WRITTEN, privacy="aggregate")),
        ]
        changed, removed = actions.write_entry(NewEntry(**WRITTEN)), actions.write_entry(NewEntry(**WRITTEN))
        actions.change_entry(changed, NewEntry(**{**WRITTEN, "body": "now something else"}))
        actions.delete_entry(removed)
        sent = SentEntry(**WRITTEN, client_id=uuid.uuid4())
        sync_entries(sent)
        assert sync_entries(SentEntry(**{**WRITTEN, "kind": "note"}, client_id=sent.client_id)) == ["conflict"]
    return [*entries, changed, removed]


def format_answer(answer):
    """Return all that an answer says, its headers too."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.headers} {body.decode('utf-8', 'replace')}"


def find_leaks(client, addresses):
    """Return the addresses that say the secret, and how many answered."""
    telling, good = [], 0
    for address in addresses:
        answer = client.get(address)
        good += answer.status_code == 200
        if SECRET in format_answer(answer):
            telling.append(address)
    return telling, good


def iter_api_addresses(secret):
    """Yield every route that reads, with the entry where it takes a number, and the audit of every table."""
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            if any("GET" in operation.methods for operation in view.operations):
                yield "/api/v1" + path.replace("{key}", str(secret[0])).replace("{number}", "1")
    for model in apps.get_models():
        yield f"/api/v1/audit?of={model._meta.label_lower}&limit=1000"
    for row in secret:
        yield f"/api/v1/journal/{row}"
        yield f"/api/v1/audit?of=people.journalentry&id={row}"
    for text in (f"/journal?text={KNOWN}", f"/journal/told?text={KNOWN}", f"/persons/picker?text={KNOWN}"):
        yield f"/api/v1{text}"


def iter_page_addresses(secret):
    """Yield every page and list of the office, searched, and what the office might say of an entry."""
    for address in _iter_addresses(get_resolver().url_patterns, ""):
        if not address.startswith("api/"):
            yield f"/{address}?q={KNOWN}"
    for model in ("journalentry", "journalentryevent", "keptversion", "consentevent"):
        for verb in ("change", "history"):
            yield f"/admin/people/{model}/{secret[0]}/{verb}/"


def _iter_addresses(patterns, before):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _iter_addresses(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and not set(str(pattern.pattern)) & set("<^("):
            yield before + str(pattern.pattern)


@pytest.mark.parametrize("who", ["holder of admin", "manager"])
def test_no_api_route_shows_the_private_entry(staff, secret, who):
    telling, good = find_leaks(log_in_browser(staff, who), iter_api_addresses(secret))
    assert telling == []
    assert good > 10


def test_no_key_of_another_tells_it_whatever_its_scopes(staff, secret):
    with tenant_transaction(staff.company, staff.logins["holder of admin"]):
        end = datetime.now(UTC) + timedelta(days=1)
        issued = api_keys.issue_key(user=staff.logins["holder of admin"], name="all", scopes=["*"], expires_at=end)
    program = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {issued.key}"})
    assert find_leaks(program, iter_api_addresses(secret))[0] == []


def test_no_page_and_no_list_of_the_office_tells_it(staff, secret):
    telling, good = find_leaks(log_in_browser(staff, "holder of admin"), iter_page_addresses(secret))
    assert telling == []
    assert good > 20


def test_the_same_walk_finds_it_with_its_author(staff, secret):
    """The walk is one that can fail: on its way the author is told, by the API and by their page."""
    way = {*iter_api_addresses(secret), *iter_page_addresses(secret)}
    own = {"/api/v1/journal", f"/api/v1/journal/{secret[0]}", "/api/v1/journal/deleted", f"/journal/?q={KNOWN}"}
    assert own <= way
    assert set(find_leaks(log_in_browser(staff, "author"), own)[0]) == own


def test_no_file_of_an_export_holds_it(staff, secret, tmp_path):
    with tenant_transaction(staff.company, staff.logins["holder of admin"]):
        export_package(connection.connection, tmp_path / "package", "Northern Salmon", staff.company)
    files = [path for path in (tmp_path / "package").rglob("*") if path.is_file()]
    assert len(files) > 10
    assert not [path for path in files if SECRET in path.read_text(encoding="utf-8", errors="replace")]


def test_a_report_holds_no_word_of_it(staff, secret):
    monday = datetime.now(UTC).date()
    monday -= timedelta(days=monday.weekday())
    # The entries are of this week.
    with connections[DB].cursor() as cursor:
        cursor.execute("SELECT people_write_company_wellbeing(%s, %s)", [staff.company, monday + timedelta(days=7)])
    with tenant_transaction(staff.company):
        assert write_reports(monday)
    with connections[DB].cursor() as cursor:
        cursor.execute("SELECT string_agg(r::text, '') FROM people_wellbeingreport r")
        assert SECRET not in cursor.fetchone()[0]


def test_the_audit_keeps_that_an_entry_changed_for_its_author_and_never_what_it_said(staff, secret):
    event_model = apps.get_model("people", "JournalEntryEvent")
    columns = {field.name for field in event_model._meta.concrete_fields}
    assert not columns & {"title", "body", "mood", "stress", "energy", "tags"}
    with tenant_transaction(staff.company, staff.logins["author"]):
        labels = event_model.objects.filter(id__in=secret).values_list("pgh_label", flat=True)
        assert (list(labels).count("added"), list(labels).count("changed")) == (4, 2)
    for who in READERS:
        with tenant_transaction(staff.company, staff.logins[who]):
            assert not event_model.objects.filter(id__in=secret).exists()
            assert not KeptVersion.objects.exists()
    for table in apps.get_models():
        if hasattr(table, "pgh_tracked_model"):
            rows = table._default_manager.using(DB).all().values()
            assert SECRET not in repr(list(rows)), table


def test_an_answer_that_is_kept_is_its_logins_alone_and_holds_no_word_of_it(staff, secret):
    written = {**WRITTEN, "at": NOON.isoformat()}
    for who in ("author", "holder of admin"):
        answer = log_in_browser(staff, who).post(
            "/api/v1/journal", json.dumps(written), content_type="application/json",
            headers={"Idempotency-Key": "once", "X-CSRFToken": "none"},
        )  # fmt: skip
        assert (answer.status_code, answer.headers.get("Idempotent-Replayed")) == (201, None)
    with tenant_transaction(staff.company, staff.logins["holder of admin"]):
        assert list(KeptAnswer.objects.values_list("user_id", flat=True)) == [staff.logins["holder of admin"]]
    bodies = [bytes(stored_answer.body) for stored_answer in KeptAnswer.objects.using(DB).filter(key="once")]
    assert len(bodies) == 2
    assert not any(SECRET.encode() in body for body in bodies)
    with tenant_transaction(staff.company, staff.logins["holder of admin"]):
        JournalEntry.objects.all().delete()


def test_a_refusal_does_not_repeat_it(staff):
    for wrong in ({"mood": 99}, {"kind": "gossip"}, {"at": "never"}, {"tags": [SECRET * 9]}, {"body": f"{SECRET}\0"}):
        body = json.dumps({**WRITTEN, "at": NOON.isoformat(), **wrong})
        answer = log_in_browser(staff, "author").post("/api/v1/journal", body, content_type="application/json")
        assert answer.status_code == 422
        assert SECRET not in format_answer(answer)


def test_the_planner_learns_nothing_of_it(staff, secret):
    with connections[DB].cursor() as cursor:
        cursor.execute("ANALYZE people_journalentry, people_keptversion")
        cursor.execute("SELECT attname, s::text FROM pg_stats s WHERE tablename LIKE 'people_%%'")
        known = dict(cursor.fetchall())
    assert "kind" in known
    assert not set(known) & {"title", "body", "tags", "content"}


@pytest.mark.skipif("GRILSE_TEST_DATABASE_URL" in os.environ, reason="the log is the server's own")
def test_the_servers_log_does_not_hold_it_when_writing_fails(staff):
    begun = len(_read_server_log())
    with pytest.raises(IntegrityError), tenant_transaction(staff.company, staff.logins["author"]):
        actions._upsert_entry(staff.persons["author"], SentEntry(**WRITTEN, mood=99, client_id=uuid.uuid4()))
    log_text = _read_server_log()[begun:]
    assert "people_journalentry_mood" in log_text, "the failure is there"
    assert SECRET not in log_text


@pytest.mark.skipif("GRILSE_TEST_DATABASE_URL" in os.environ, reason="the log is the server's own")
def test_the_servers_log_would_hold_what_a_usual_cursor_writes(staff):
    begun = len(_read_server_log())
    of = {"company_id": staff.company, "person_id": staff.persons["author"], "client_id": uuid.uuid4()}
    with pytest.raises(IntegrityError), tenant_transaction(staff.company, staff.logins["author"]):
        JournalEntry.objects.create(**of, kind="note", at=NOON, body=SECRET, mood=99)
    assert SECRET in _read_server_log()[begun:]


def _read_server_log() -> str:
    return Path(server.log_file()).read_text(encoding="utf-8", errors="replace")
