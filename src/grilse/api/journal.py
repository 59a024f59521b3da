"""One's own journal, what others let one read of theirs, consent, and how people fare together."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema, Status

from grilse.api.input_schemas import CreatedIds, Id, Text, build_input_schema, from_request
from grilse.api.list_schemas import Cursor
from grilse.api.problems import NotFoundError, StatusError
from grilse.api.responses import json_response
from grilse.api.routers import PEOPLE as router
from grilse.errors import GrilseError
from grilse.people import journal, wellbeing
from grilse.people.actions import consent, rules
from grilse.people.actions import journal as actions
from grilse.people.journal_entries import NewEntry

JOURNAL_PERMISSION, WELLBEING_PERMISSION = "people.journal", "people.wellbeing"
JournalEntry = build_input_schema(NewEntry)
Rules = build_input_schema(rules.WorkRuleValues)
Limit = Annotated[int, Field(ge=1, le=journal.MAX_LIMIT, description="Entries of the page.")]
Search = Annotated[Text | None, Field(description="What title or text says, or a tag.")]
Purpose = Literal["wellbeing", "tracking"]


class JournalEntryResponse(Schema):
    """An entry with its author."""

    id: int
    author: int
    author_name: str
    kind: str
    at: datetime
    title: str
    body: str
    privacy: str
    mood: int | None
    stress: int | None
    energy: int | None
    tags: list[str]
    draft: bool
    deleted_at: datetime | None
    version: int


class JournalPage(Schema):
    """Entries, the newest first."""

    items: list[JournalEntryResponse]
    next: str | None
    """What to send as `cursor` for those before them; null after the last."""


class JournalTrendDay(Schema):
    """A day's means, and those of the seven days that end with it."""

    day: date
    entries: int
    mood: float | None
    stress: float | None
    energy: float | None
    mood_week: float | None
    stress_week: float | None
    energy_week: float | None


class JournalStreak(Schema):
    """Days in a row with an entry."""

    days: int
    """Up to today, or to yesterday while today is not over."""
    longest: int
    last: date | None


class ConsentResponse(Schema):
    """A consent, open or withdrawn."""

    purpose: str
    given_at: datetime
    withdrawn_at: datetime | None


class WellbeingResponse(Schema):
    """Figures of 30 days; null where they are withheld, as of fewer than five persons."""

    geography: int | None
    """None is the whole company."""
    geography_name: str | None
    since: date
    until: date
    """The first day that is not counted."""
    users: int
    consented: int | None
    active: int | None
    engagement: float | None
    entries: int | None
    kinds: dict[str, int] | None
    mood: float | None
    stress: float | None
    energy: float | None
    withheld: bool
    made_at: datetime


@router.get("/journal", permission=JOURNAL_PERMISSION, response=JournalPage)
def list_own_entries(
    request: HttpRequest,
    kind: Text | None = None,
    text: Search = None,
    draft: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = journal.DEFAULT_LIMIT,
) -> HttpResponse:
    """Return one's own entries, the newest first."""
    return _build_page_response(journal.list_own_entries(kind=kind, text=text, draft=draft, cursor=cursor, limit=limit))


@router.get("/journal/told", permission=JOURNAL_PERMISSION, response=JournalPage)
def list_shared_entries(
    request: HttpRequest, text: Search = None, cursor: Cursor = None, limit: Limit = journal.DEFAULT_LIMIT
) -> HttpResponse:
    """Return what others let one read, the newest first."""
    return _build_page_response(journal.list_shared_entries(text=text, cursor=cursor, limit=limit))


@router.get("/journal/deleted", permission=JOURNAL_PERMISSION, response=list[JournalEntryResponse])
def list_deleted_entries(request: HttpRequest) -> list[Any]:
    """Return one's own entries that are deleted and not yet gone."""
    return list(journal.list_deleted_entries())


@router.get("/journal/trends", permission=JOURNAL_PERMISSION, response=list[JournalTrendDay])
def read_own_trends(
    request: HttpRequest, days: Annotated[int, Query(ge=journal.DAYS_RANGE[0], le=journal.DAYS_RANGE[1])] = 30
) -> list[Any]:
    """Return how one's own mood, stress and energy went."""
    return list(journal.read_trends(days))


@router.get("/journal/streak", permission=JOURNAL_PERMISSION, response=JournalStreak)
def read_own_streak(request: HttpRequest) -> Any:
    """Return for how many days in a row one has written."""
    return journal.read_streak()


@router.post("/journal", permission=JOURNAL_PERMISSION, response={201: CreatedIds})
def write_entry(request: HttpRequest, new: JournalEntry) -> Status[dict[str, Any]]:  # type: ignore[valid-type]
    """Write an entry into one's own journal; nobody else reads it unless its privacy says so."""
    return Status(201, {"ids": [actions.write_entry(from_request(NewEntry, new))]})


@router.get("/journal/{key}", permission=JOURNAL_PERMISSION, response=JournalEntryResponse)
def read_entry(request: HttpRequest, key: Id) -> Any:
    """Return an entry that one may read."""
    try:
        return journal.read_entry(key)
    except GrilseError as error:
        raise NotFoundError(str(error)) from None


@router.put("/journal/{key}", permission=JOURNAL_PERMISSION, response=CreatedIds)
def change_entry(
    request: HttpRequest,
    key: Id,
    new: JournalEntry,  # type: ignore[valid-type]
    version: Annotated[Id | None, Query(description="As read: refused where it has changed since.")] = None,
) -> dict[str, Any]:
    """Write an entry of one's own anew."""
    try:
        actions.change_entry(key, from_request(NewEntry, new), read=version)
    except actions.StaleEntryError as error:
        raise StatusError(409, str(error), field="version") from None
    return {"ids": [key]}


@router.delete("/journal/{key}", permission=JOURNAL_PERMISSION, response=CreatedIds)
def remove_entry(request: HttpRequest, key: Id) -> dict[str, Any]:
    """Delete an entry of one's own; it can be restored for some days."""
    actions.delete_entry(key)
    return {"ids": [key]}


@router.post("/journal/{key}/restore", permission=JOURNAL_PERMISSION, response=CreatedIds)
def restore_entry(request: HttpRequest, key: Id) -> dict[str, Any]:
    """Take back that an entry was deleted."""
    actions.restore_entry(key)
    return {"ids": [key]}


@router.get("/me/consents", permission=JOURNAL_PERMISSION, response=list[ConsentResponse])
def list_own_consents(request: HttpRequest) -> list[Any]:
    """Return what one has agreed to and withdrawn."""
    return list(journal.list_consents())


@router.put("/me/consents/{purpose}", permission=JOURNAL_PERMISSION, response=list[ConsentResponse])
def give_consent(request: HttpRequest, purpose: Purpose) -> list[Any]:
    """Agree to being counted in the wellbeing report, or to positions being kept outside of journeys."""
    consent.give_consent(purpose)
    return list(journal.list_consents())


@router.delete("/me/consents/{purpose}", permission=JOURNAL_PERMISSION, response=list[ConsentResponse])
def withdraw_consent(request: HttpRequest, purpose: Purpose) -> list[Any]:
    """Take a consent back."""
    consent.withdraw_consent(purpose)
    return list(journal.list_consents())


@router.get("/wellbeing", permission=WELLBEING_PERMISSION, response=list[WellbeingResponse])
def list_wellbeing_reports(
    request: HttpRequest, weeks: Annotated[int, Query(ge=wellbeing.WEEKS_RANGE[0], le=wellbeing.WEEKS_RANGE[1])] = 12
) -> list[Any]:
    """Return how people fare together, of the company and of each geography, the latest week first."""
    return list(wellbeing.list_reports(weeks))


@router.get("/work-rules", permission="people.read", response=Rules)
def read_work_rules(request: HttpRequest) -> Any:
    """Return the rules of work: whose days count, and for how many things are kept."""
    return rules.read_work_rules()


@router.put("/work-rules", permission="people.change", response=Rules)
def change_work_rules(request: HttpRequest, new: Rules) -> Any:  # type: ignore[valid-type]
    """Have other rules of work hold, in the whole company."""
    rules.save_work_rules(from_request(rules.WorkRuleValues, new))
    return rules.read_work_rules()


def _build_page_response(page: journal.JournalEntryPage) -> HttpResponse:
    return json_response({"items": [asdict(entry_row) for entry_row in page.entries], "next": page.next})
