"""One's own journal, what others let one read of theirs, consent, and how people fare together."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema, Status

from grilse.api.answers import compact
from grilse.api.entries import Id, Made, Text, entry, taken
from grilse.api.list_shapes import Cursor
from grilse.api.problems import Declined, Missing
from grilse.api.rooms import PEOPLE as router
from grilse.errors import GrilseError
from grilse.people import consents, journal, wellbeing
from grilse.people.actions import consent, rules
from grilse.people.actions import journal as actions
from grilse.people.entries import NewEntry

OWN, REPORT = "people.journal", "people.wellbeing"
JournalEntry = entry(NewEntry)
Rules = entry(rules.Rules)
Limit = Annotated[int, Field(ge=1, le=journal.MOST, description="Entries of the page.")]
Search = Annotated[Text | None, Field(description="What title or text says, or a tag.")]
Purpose = Literal["wellbeing", "tracking"]


class EntryShown(Schema):
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


class Entries(Schema):
    """Entries, the newest first."""

    items: list[EntryShown]
    next: str | None
    """What to send as `cursor` for those before them; null after the last."""


class Trend(Schema):
    """A day's means, and those of the seven days that end with it."""

    day: date
    entries: int
    mood: float | None
    stress: float | None
    energy: float | None
    mood_week: float | None
    stress_week: float | None
    energy_week: float | None


class Streak(Schema):
    """Days in a row with an entry."""

    days: int
    """Up to today, or to yesterday while today is not over."""
    longest: int
    last: date | None


class Given(Schema):
    """A consent, open or withdrawn."""

    purpose: str
    given_at: datetime
    withdrawn_at: datetime | None


class WellbeingShown(Schema):
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


@router.get("/journal", may=OWN, response=Entries)
def my_journal(
    request: HttpRequest,
    kind: Text | None = None,
    text: Search = None,
    draft: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = journal.USUAL,
) -> HttpResponse:
    """Return one's own entries, the newest first."""
    return _page(journal.mine(kind=kind, text=text, draft=draft, cursor=cursor, limit=limit))


@router.get("/journal/told", may=OWN, response=Entries)
def told_to_me(
    request: HttpRequest, text: Search = None, cursor: Cursor = None, limit: Limit = journal.USUAL
) -> HttpResponse:
    """Return what others let one read, the newest first."""
    return _page(journal.told_to_me(text=text, cursor=cursor, limit=limit))


@router.get("/journal/deleted", may=OWN, response=list[EntryShown])
def deleted_entries(request: HttpRequest) -> list[Any]:
    """Return one's own entries that are deleted and not yet gone."""
    return list(journal.removed())


@router.get("/journal/trends", may=OWN, response=list[Trend])
def my_trends(
    request: HttpRequest, days: Annotated[int, Query(ge=journal.DAYS[0], le=journal.DAYS[1])] = 30
) -> list[Any]:
    """Return how one's own mood, stress and energy went."""
    return list(journal.trends(days))


@router.get("/journal/streak", may=OWN, response=Streak)
def my_streak(request: HttpRequest) -> Any:
    """Return for how many days in a row one has written."""
    return journal.streak()


@router.post("/journal", may=OWN, response={201: Made})
def write_entry(request: HttpRequest, new: JournalEntry) -> Status[dict[str, Any]]:  # type: ignore[valid-type]
    """Write an entry into one's own journal; nobody else reads it unless its privacy says so."""
    return Status(201, {"ids": [actions.write(taken(NewEntry, new))]})


@router.get("/journal/{key}", may=OWN, response=EntryShown)
def entry_of_journal(request: HttpRequest, key: Id) -> Any:
    """Return an entry that one may read."""
    try:
        return journal.entry(key)
    except GrilseError as error:
        raise Missing(str(error)) from None


@router.put("/journal/{key}", may=OWN, response=Made)
def change_entry(
    request: HttpRequest,
    key: Id,
    new: JournalEntry,  # type: ignore[valid-type]
    version: Annotated[Id | None, Query(description="As read: refused where it has changed since.")] = None,
) -> dict[str, Any]:
    """Write an entry of one's own anew."""
    try:
        actions.change(key, taken(NewEntry, new), read=version)
    except actions.Overtaken as error:
        raise Declined(409, str(error), field="version") from None
    return {"ids": [key]}


@router.delete("/journal/{key}", may=OWN, response=Made)
def remove_entry(request: HttpRequest, key: Id) -> dict[str, Any]:
    """Delete an entry of one's own; it can be taken back for some days."""
    actions.remove(key)
    return {"ids": [key]}


@router.post("/journal/{key}/restore", may=OWN, response=Made)
def restore_entry(request: HttpRequest, key: Id) -> dict[str, Any]:
    """Take back that an entry was deleted."""
    actions.restore(key)
    return {"ids": [key]}


@router.get("/me/consents", may=OWN, response=list[Given])
def my_consents(request: HttpRequest) -> list[Any]:
    """Return what one has agreed to and withdrawn."""
    return list(consents.consents())


@router.put("/me/consents/{purpose}", may=OWN, response=list[Given])
def give_consent(request: HttpRequest, purpose: Purpose) -> list[Any]:
    """Agree to being counted in the wellbeing report, or to positions being kept outside of journeys."""
    consent.give(purpose)
    return list(consents.consents())


@router.delete("/me/consents/{purpose}", may=OWN, response=list[Given])
def withdraw_consent(request: HttpRequest, purpose: Purpose) -> list[Any]:
    """Take a consent back."""
    consent.withdraw(purpose)
    return list(consents.consents())


@router.get("/wellbeing", may=REPORT, response=list[WellbeingShown])
def wellbeing_reports(
    request: HttpRequest, weeks: Annotated[int, Query(ge=wellbeing.WEEKS[0], le=wellbeing.WEEKS[1])] = 12
) -> list[Any]:
    """Return how people fare together, of the company and of each geography, the latest week first."""
    return list(wellbeing.reports(weeks))


@router.get("/work-rules", may="people.read", response=Rules)
def work_rules(request: HttpRequest) -> Any:
    """Return the rules of work: whose days count, and for how many things are kept."""
    return rules.rules()


@router.put("/work-rules", may="people.change", response=Rules)
def settle_work_rules(request: HttpRequest, new: Rules) -> Any:  # type: ignore[valid-type]
    """Have other rules of work hold, in the whole company."""
    rules.settle(taken(rules.Rules, new))
    return rules.rules()


def _page(found: journal.Page) -> HttpResponse:
    return compact({"items": [asdict(one) for one in found.entries], "next": found.next})
