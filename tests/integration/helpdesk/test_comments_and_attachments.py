"""What is said and put on tickets: who sees it, what is refused, and what a ticket's timeline tells."""

import json

import pytest
from django.db import connection
from tests.integration.api.conftest import Program, create_key

from grilse.errors import GrilseError
from grilse.helpdesk import lists, queries, service_report
from grilse.helpdesk.actions import attachments, comments
from grilse.helpdesk.models import Attachment, Comment
from grilse.listing.listing import read_page

MB = 2**20


def add_comment(desk, number, body, who="Worker", **also):
    with desk.as_(who):
        return comments.add_comment(number, body, **also)


def list_comment_texts(desk, number, who, reach=None):
    """Return the words of a ticket that somebody sees, by the timeline and by the list."""
    with desk.as_(who, reach):
        texts = [item.text for item in queries.read_timeline(number) if item.what == "comment"]
        listed = read_page(lists.COMMENTS, {"ticket": number}, sort="entry", fields=["body"]).rows
    assert texts == [body for (body,) in listed]
    return texts


def test_what_is_internal_is_there_for_those_who_work_on_the_ticket(desk):
    number = desk.ask(container=desk.places["P1"])
    add_comment(desk, number, "On the way")
    note = add_comment(desk, number, "Bring the long needle", internal=True)
    assert list_comment_texts(desk, number, "Head") == ["On the way", "Bring the long needle"]
    for reader in ("Asker", "Other"):
        assert list_comment_texts(desk, number, reader) == ["On the way"], "also for who asked"
    with desk.as_("Asker"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM helpdesk_commentevent WHERE id = %s", [note])
        assert cursor.fetchone() == (0,)
    with desk.as_("Asker"), pytest.raises(GrilseError, match="internal comments are for those who work"):
        comments.add_comment(number, "psst", internal=True)


def test_who_works_in_one_geography_reads_what_is_internal_there_alone(desk):
    from django.contrib.auth import get_user_model

    from grilse.access.models import Membership

    user = get_user_model().objects.using("owner").create(username=f"both {desk.company}").pk
    for role, place in (("operator", "Faroe"), ("viewer", "Scotland")):
        Membership.objects.using("owner").create(
            company_id=desk.company, user_id=user, role=role, geography_id=desk.places[place]
        )
    desk.users["Both"] = user
    here, there, anywhere = (
        desk.ask(**where) for where in ({"container": desk.places["P2"]}, {"area": desk.places["Loch"]}, {})
    )
    for number in (here, there, anywhere):
        add_comment(desk, number, "between us", internal=True)
    reach = ("Faroe", "Scotland")
    assert [list_comment_texts(desk, number, "Both", reach) for number in (here, there, anywhere)] == [
        ["between us"],
        [],
        ["between us"],
    ]


def test_words_of_others_answer_and_those_between_workers_do_not(desk):
    number = desk.ask()
    add_comment(desk, number, "it is pen 1", "Asker")
    add_comment(desk, number, "who goes?", internal=True)
    assert desk.ticket(number).answered_at is None
    add_comment(desk, number, "we come at two")
    assert desk.ticket(number).answered_at is not None
    for body, why in (("  ", "the comment is empty"), ("x" * 20_001, "at most 20,000 letters")):
        with pytest.raises(GrilseError, match=why):
            add_comment(desk, number, body)
    with pytest.raises(GrilseError, match="there is no ticket #99999"):
        add_comment(desk, 99999, "hello")


def attach_file(desk, number, content, name="net.jpg", kind="image/jpeg", who="Asker"):
    with desk.as_(who):
        return attachments.add_attachment(number, name, kind, content)


def test_a_file_is_attached_once_and_stored_unchanged(desk):
    number = desk.ask()
    content = bytes(range(256)) * 4
    first = attach_file(desk, number, content, name="C:\\photos\\net.jpg")
    assert attach_file(desk, number, content, name="copy.jpg") == first
    assert attach_file(desk, desk.ask(), content) != first
    with desk.as_("Other"):
        assert queries.find_attachment(number, first) == queries.AttachedFile(
            name="net.jpg", content_type="image/jpeg", content=content
        )
    page_of = attach_file(desk, number, b"<script>", name="a.html", kind="text/html")
    with desk.as_("Other"):
        assert queries.find_attachment(number, page_of).content_type == "application/octet-stream"


def test_what_is_no_file_for_a_ticket_is_refused(desk, monkeypatch):
    number = desk.ask()
    for content, name, why in (
        (b"", "a", "the file is empty"),
        (b"x" * (5 * MB + 1), "a", "at most 5 MB"),
        (b"x", "folder/", "the file has no name"),
        (b"x", "n" * 201, "name: Ensure this value has at most 200 characters"),
    ):
        with pytest.raises(GrilseError, match=why):
            attach_file(desk, number, content, name=name)
    attach_file(desk, number, b"x" * 5 * MB)
    monkeypatch.setattr(attachments, "MAX_FILES", 1)
    with pytest.raises(GrilseError, match="has 1 files already"):
        attach_file(desk, number, b"another")


def test_a_file_is_taken_off_by_who_put_it_there_or_works(desk):
    number = desk.ask()
    mine, other_file = attach_file(desk, number, b"1"), attach_file(desk, number, b"2")
    with desk.as_("Other"), pytest.raises(GrilseError, match=r"only those who attached net\.jpg"):
        attachments.remove_attachment(number, mine, reason="not mine")
    with desk.as_("Asker"):
        attachments.remove_attachment(number, mine, reason="wrong photo")
    with desk.as_("Worker"):
        attachments.remove_attachment(number, other_file, reason="a face is on it")
        with pytest.raises(GrilseError, match="there is no file"):
            attachments.remove_attachment(number, other_file, reason="again")
    assert not Attachment.objects.using("owner").filter(ticket__number=number).exists()


def test_a_timeline_lists_all_events_in_order(desk):
    number = desk.ask(category=desk.categories["Pumps"])
    add_comment(desk, number, "which pen?")
    attach_file(desk, number, b"photo")
    desk.do("take", number)
    desk.do("hold", number, reason="no divers today")
    with desk.as_("Head"):
        timeline = queries.read_timeline(number)
    assert [(item.what, item.person, item.text) for item in timeline] == [
        ("comment", "Worker", "which pen?"),
        ("attachment", "Asker", "net.jpg"),
        ("change", "Worker", ""),
        ("change", "Worker", "no divers today"),
    ]
    assert [item.changes for item in timeline[2:]] == [
        {"status": ("new", "open"), "assignee": (None, "Worker")},
        {"status": ("open", "on hold")},
    ]
    with desk.as_("Head"):
        assert queries.read_timeline(desk.ask()) == []
        with pytest.raises(GrilseError, match="there is no ticket #99999"):
            queries.read_timeline(99999)


def test_queues_and_promises_count_what_waits_and_what_was_kept(database):
    from datetime import timedelta

    from tests.integration.helpdesk.conftest import get_past_time, write_desk

    desk = write_desk("Counted Salmon")
    late, mine, kept, failed = desk.ask(), desk.ask(), desk.ask(), desk.ask()
    desk.do("take", mine)
    desk.do("assign", late, team=desk.teams["Crew"])
    desk.write(late, answered_at=None, answer_due=get_past_time(minutes=1), opened_at=get_past_time(hours=2))
    for number in (kept, failed):
        desk.do("resolve", number)
    row = desk.ticket(failed)
    desk.write(failed, resolve_due=row.resolved_at - timedelta(minutes=1))
    from grilse.people.models import Person

    Person.objects.using("owner").filter(pk=desk.persons["Worker"]).update(team=desk.teams["Crew"])
    with desk.as_("Worker"):
        assert queries.count_queues() == queries.QueueCounts(
            statuses={"open": 2, "resolved": 2}, overdue=1, mine=1, team=1
        )
        [month] = service_report.report_promises(get_past_time(days=40).date(), get_past_time(days=-1).date())[-1:]
    assert (month.priority, month.tickets) == ("normal", 4)
    assert (month.to_answer, month.answered_in_time) == (4, 3)
    assert (month.to_resolve, month.resolved_in_time) == (2, 1)
    with desk.as_("Worker"), pytest.raises(GrilseError, match="is later than"):
        service_report.report_promises(get_past_time(days=1).date(), get_past_time(days=2).date())
    with desk.as_("Worker"):
        rows = read_page(lists.TICKETS, {"overdue": True}, fields=["number"]).rows
        assert rows == [(late,)]


@pytest.fixture(scope="module")
def program(desk):
    """A program of somebody who may ask and work."""
    return Program(create_key(desk.company, "operator"))


def test_a_ticket_goes_its_way_over_the_api(desk, program):
    opened = program.post("/tickets", {"title": "Torn net", "container": desk.places["P1"]})
    ticket = opened.json()
    assert (opened.status_code, ticket["status"], ticket["area"]) == (201, "new", "Loch")
    assert "take" in ticket["verbs"]
    at = f"/tickets/{ticket['number']}"
    assert program.post(f"{at}/take").json()["status"] == "open"
    refused = program.post(f"{at}/resume")
    assert refused.status_code == 422
    assert "is open: that is no status to resume from" in refused.json()["detail"]
    assert program.post(f"{at}/comments", {"body": "On the way"}).status_code == 201
    assert program.post(f"{at}/resolve").json()["resolved_at"] is not None
    reopened = program.post(f"{at}/reopen", {"reason": "it tore again"}).json()
    assert (reopened["status"], reopened["round"]) == ("open", 2)
    items = program.get(f"{at}/timeline").json()["items"]
    assert [item["what"] for item in items] == ["change", "comment", "change", "change"]
    assert items[-1]["text"] == "it tore again"
    missing = program.get("/tickets/99999")
    assert (missing.status_code, missing.json()["detail"]) == (404, "there is no ticket #99999")


def test_a_file_goes_up_and_comes_down_to_be_saved_over_the_api(desk, program):
    at = f"/tickets/{desk.ask()}/attachments"

    def upload_file(content, kind, name="n%C3%B3t.svg"):
        return program.client.post(f"/api/v1{at}?name={name}", content, content_type=kind)

    [key] = upload_file(b"<svg onload=alert(1)>", "image/svg+xml").json()["ids"]
    saved = program.get(f"{at}/{key}")
    assert saved.content == b"<svg onload=alert(1)>"
    assert {name: saved[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")} == {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment; filename*=utf-8''n%C3%B3t.svg",
        "X-Content-Type-Options": "nosniff",
    }
    too_large = upload_file(b"x" * (5 * MB + 1), "image/png")
    assert (too_large.status_code, too_large.json()["detail"][:36]) == (413, "a file on a ticket has at most 5 MB:")
    assert upload_file(b"", "image/png").status_code == 422
    assert program.get(f"{at}/{10**9}").status_code == 404
    assert json.loads(program.delete(f"{at}/{key}?reason=wrong").content) == {"ids": [key]}


def test_a_comment_of_the_scheduler_has_no_author(desk):
    number = desk.ask()
    ticket = desk.ticket(number)
    Comment.objects.using("owner").create(company_id=desk.company, ticket_id=ticket.pk, body="Level 1")
    with desk.as_("Asker"):
        [item] = queries.read_timeline(number)
    assert (item.person_id, item.person) == (None, None)
