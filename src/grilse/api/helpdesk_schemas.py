"""What the help desk takes and tells."""

from datetime import date, datetime, time
from typing import Annotated, Any

from ninja import Field, Schema

from grilse.api.input_schemas import MAX_INT32, Day, Id, LongText, Text, build_input_schema
from grilse.helpdesk.actions import tickets

Minutes = Annotated[int, Field(ge=0, le=MAX_INT32)]
NewTicket = build_input_schema(tickets.NewTicket)


class TicketChange(NewTicket):  # type: ignore[valid-type,misc]
    """A ticket as it should read, and why, where its words or its place are corrected."""

    because: Text = ""


class TicketResponse(Schema):
    """A ticket, with the names that it refers to."""

    number: int
    title: str
    body: str
    status: str
    priority: str
    category_id: int | None
    category: str | None
    geography_id: int | None
    geography: str | None
    area_id: int | None
    area: str | None
    station_id: int | None
    station: str | None
    container_id: int | None
    container: str | None
    reporter_id: int
    reporter: str | None
    assignee_id: int | None
    assignee: str | None
    team_id: int | None
    team: str | None
    opened_at: datetime
    reopened_at: datetime | None
    answered_at: datetime | None
    answer_due: datetime | None
    resolved_at: datetime | None
    resolve_due: datetime | None
    closed_at: datetime | None
    held_since: datetime | None
    held_minutes: int
    round: int
    verbs: list[str]
    """What can be done with a ticket of its status."""


class TimelineEvent(Schema):
    """Something that was said or done on a ticket."""

    at: datetime
    what: str
    """comment, attachment, change or escalation"""
    id: int
    person_id: int | None
    person: str | None
    text: str
    internal: bool
    changes: dict[str, tuple[Any, Any]]
    """Before and after, by field."""


class Timeline(Schema):
    """What happened to a ticket, the first thing first."""

    items: list[TimelineEvent]


class TicketCounts(Schema):
    """How many tickets wait."""

    statuses: dict[str, int]
    overdue: int
    mine: int
    team: int


class PromiseReportRow(Schema):
    """Tickets opened in a month, and how many of those that were due were answered and resolved in time."""

    month: date
    priority: str
    tickets: int
    to_answer: int
    answered_in_time: int
    to_resolve: int
    resolved_in_time: int


class TicketAssignment(Schema):
    """To whom a ticket goes: a person, a team, or a person of a team."""

    person: Id | None = None
    team: Id | None = None


class TicketHold(Schema):
    """What a ticket waits for, if anybody needs to be told."""

    reason: Text = ""


class CommentBody(Schema):
    """What somebody says."""

    body: LongText


class NewCategory(Schema):
    """What tickets are about, and to whom they go first."""

    name: Text
    team: Id | None = None
    active: bool = True


class NewBusinessHours(Schema):
    """When work begins and ends on a day of the week, 0 for Monday, in the company's time zone."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    opens: time
    closes: time


class NewHoliday(Schema):
    """A day on which nobody works on tickets."""

    date: Day
    name: Text = ""


class NewServiceLevel(Schema):
    """Minutes of business within which tickets of a priority are answered and resolved."""

    priority: Text
    category: Id | None = None
    answer_minutes: Minutes
    resolve_minutes: Minutes


class NewEscalationRule(Schema):
    """Whom a ticket calls that waits for so many minutes of business."""

    category: Id | None = None
    level: Annotated[int, Field(ge=0, le=99)]
    after_minutes: Minutes
    person: Id | None = None
    team: Id | None = None
    priority: Text = ""
    active: bool = True
