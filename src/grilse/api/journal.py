"""The journal of the current person, entries that others share, consents, wellbeing and work rules."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Status

from grilse.api.list_schemas import Cursor
from grilse.api.problems import StatusError
from grilse.api.responses import items_response, read_or_404
from grilse.api.routing import PEOPLE as router
from grilse.api.schemas import (
    CreatedIds,
    Id,
    Text,
    build_input_schema,
    build_items_schema,
    build_output_schema,
    from_request,
)
from grilse.people import journal, wellbeing
from grilse.people.actions import consent, rules
from grilse.people.actions import journal as actions
from grilse.people.journal_entries import NewEntry
from grilse.people.models import JournalEntry as EntryModel

JOURNAL_PERMISSION, WELLBEING_PERMISSION = "people.journal", "people.wellbeing"
JournalEntry: Any = build_input_schema(NewEntry)
Rules: Any = build_input_schema(rules.WorkRuleValues)
RuleFields: Any = build_output_schema(rules.WorkRuleValues)
TrendDay: Any = build_output_schema(journal.JournalTrend)
EntryResponse: Any = build_output_schema(journal.Entry)
EntryPage: Any = build_items_schema(journal.Entry, paged=True)
WellbeingResponse: Any = build_output_schema(wellbeing.WellbeingFigures)
ConsentResponse: Any = build_output_schema(journal.ConsentPeriod)
Limit = Annotated[int, Field(ge=1, le=journal.MAX_LIMIT, description="Entries of the page.")]
Search = Annotated[Text | None, Field(description="A text that the title or the body contains, or a tag.")]
Purpose = Literal["wellbeing", "tracking"]
EntryKind: Any = Literal[tuple(EntryModel.Kind.values)]


class WorkRulesResponse(RuleFields):
    """The work rules of a company."""


@router.get("/journal", permission=JOURNAL_PERMISSION, response=EntryPage)
def list_own_entries(
    request: HttpRequest,
    kind: EntryKind | None = None,
    text: Search = None,
    draft: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = journal.DEFAULT_LIMIT,
) -> HttpResponse:
    """Return the entries of the current person, newest first."""
    return _build_page_response(journal.list_own_entries(kind=kind, text=text, draft=draft, cursor=cursor, limit=limit))


@router.get("/journal/told", permission=JOURNAL_PERMISSION, response=EntryPage)
def list_shared_entries(
    request: HttpRequest, text: Search = None, cursor: Cursor = None, limit: Limit = journal.DEFAULT_LIMIT
) -> HttpResponse:
    """Return entries that other people share with the current person, newest first."""
    return _build_page_response(journal.list_shared_entries(text=text, cursor=cursor, limit=limit))


@router.get("/journal/deleted", permission=JOURNAL_PERMISSION, response=list[EntryResponse])
def list_deleted_entries(request: HttpRequest) -> list[Any]:
    """Return the deleted entries of the current person that can still be restored."""
    return journal.list_deleted_entries()


@router.get("/journal/trends", permission=JOURNAL_PERMISSION, response=list[TrendDay])
def read_own_trends(
    request: HttpRequest, days: Annotated[int, Query(ge=journal.DAYS_RANGE[0], le=journal.DAYS_RANGE[1])] = 30
) -> list[Any]:
    """Return the mood, stress and energy of the current person by day."""
    return journal.read_trends(days)


@router.get("/journal/streak", permission=JOURNAL_PERMISSION, response=build_output_schema(journal.WritingStreak))
def read_own_streak(request: HttpRequest) -> Any:
    """Return on how many days in a row the current person has written."""
    return journal.read_streak()


@router.post("/journal", permission=JOURNAL_PERMISSION, response={201: CreatedIds})
def write_entry(request: HttpRequest, new: JournalEntry) -> Status[Any]:
    """Write an entry into the journal of the current person; `privacy` says who else can read it."""
    return Status(201, {"ids": [actions.write_entry(from_request(NewEntry, new))]})


@router.get("/journal/{key}", permission=JOURNAL_PERMISSION, response=EntryResponse)
def read_entry(request: HttpRequest, key: Id) -> Any:
    """Return an entry of the current person, or one that is shared with them."""
    return read_or_404(journal.read_entry, key)


@router.put("/journal/{key}", permission=JOURNAL_PERMISSION, response=CreatedIds)
def change_entry(
    request: HttpRequest,
    key: Id,
    new: JournalEntry,
    version: Annotated[Id | None, Query(description="The version that was read; refuse if it has changed.")] = None,
) -> dict[str, Any]:
    """Change an entry of the current person."""
    try:
        actions.change_entry(key, from_request(NewEntry, new), read=version)
    except actions.StaleEntryError as error:
        raise StatusError(409, str(error), field="version") from None
    return {"ids": [key]}


@router.delete("/journal/{key}", permission=JOURNAL_PERMISSION, response=CreatedIds)
def remove_entry(request: HttpRequest, key: Id) -> dict[str, Any]:
    """Delete an entry of the current person; it can be restored for some days."""
    actions.delete_entry(key)
    return {"ids": [key]}


@router.post("/journal/{key}/restore", permission=JOURNAL_PERMISSION, response=CreatedIds)
def restore_entry(request: HttpRequest, key: Id) -> dict[str, Any]:
    """Restore a deleted entry."""
    actions.restore_entry(key)
    return {"ids": [key]}


@router.get("/me/consents", permission=JOURNAL_PERMISSION, response=list[ConsentResponse])
def list_own_consents(request: HttpRequest) -> list[Any]:
    """Return the consents of the current person, open and withdrawn."""
    return journal.list_consents()


@router.put("/me/consents/{purpose}", permission=JOURNAL_PERMISSION, response=list[ConsentResponse])
def give_consent(request: HttpRequest, purpose: Purpose) -> list[Any]:
    """Consent to the wellbeing report, or to the storage of positions outside of journeys."""
    consent.give_consent(purpose)
    return journal.list_consents()


@router.delete("/me/consents/{purpose}", permission=JOURNAL_PERMISSION, response=list[ConsentResponse])
def withdraw_consent(request: HttpRequest, purpose: Purpose) -> list[Any]:
    """Withdraw a consent."""
    consent.withdraw_consent(purpose)
    return journal.list_consents()


@router.get("/wellbeing", permission=WELLBEING_PERMISSION, response=list[WellbeingResponse])
def list_wellbeing_reports(
    request: HttpRequest, weeks: Annotated[int, Query(ge=wellbeing.WEEKS_RANGE[0], le=wellbeing.WEEKS_RANGE[1])] = 12
) -> list[Any]:
    """Return the wellbeing figures of the company and of each geography, latest week first."""
    return wellbeing.list_reports(weeks)


@router.get("/work-rules", permission="people.read", response=WorkRulesResponse)
def read_work_rules(request: HttpRequest) -> Any:
    """Return the work rules: time zone, currency, and how long positions and entries are kept."""
    return rules.read_work_rules()


@router.put("/work-rules", permission="people.change", response=WorkRulesResponse)
def change_work_rules(request: HttpRequest, new: Rules) -> Any:
    """Change the work rules of the whole company."""
    rules.save_work_rules(from_request(rules.WorkRuleValues, new))
    return rules.read_work_rules()


def _build_page_response(page: journal.JournalEntryPage) -> HttpResponse:
    return items_response(page.entries, next=page.next)
