"""The help desk: tickets with their steps, comments and files, and reports on them."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Field, Query, Status
from pydantic import ConfigDict

from grilse.api.list_schemas import build_row_schema
from grilse.api.request_models import read_file_body
from grilse.api.responses import items_response, read_or_404
from grilse.api.routing import HELPDESK as router
from grilse.api.routing import View
from grilse.api.schemas import (
    MAX_INT32,
    CreatedIds,
    Id,
    LongText,
    Reason,
    Text,
    build_input_schema,
    build_items_schema,
    build_output_schema,
    from_request,
)
from grilse.helpdesk import queries, service_report
from grilse.helpdesk.actions import attachments, comments, tickets
from grilse.helpdesk.models import Ticket
from grilse.input_types import Day, RequestSchema

READ, ASK, WORK = "helpdesk.read", "helpdesk.ask", "helpdesk.work"
Number = Annotated[int, Field(ge=1, le=MAX_INT32)]
FileName = Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


PromiseReport: Any = build_output_schema(service_report.PromiseReport)
NewTicket: Any = build_input_schema(tickets.NewTicket)
TicketResponse: Any = build_row_schema(
    "TicketResponse",
    "A ticket, with the names of what it refers to.",
    Ticket,
    queries.FIELDS,
    verbs=(list[str], Field(description="The steps that the status of the ticket allows.")),
)


class TicketChange(NewTicket):
    """The changed description of a ticket."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    because: Text = ""
    """Why the title, the text or the place is corrected."""


class TicketAssignment(RequestSchema):
    """The person or the team that gets a ticket, or a person of a team."""

    person: Id | None = None
    team: Id | None = None


class TicketHold(RequestSchema):
    """What a ticket waits for; the reason may be empty."""

    reason: Text = ""


class CommentBody(RequestSchema):
    """The text of a comment."""

    body: LongText


def declare_ticket_route(path: str, permission: str, *, method: str = "POST") -> Callable[[View], View]:
    """Declare a route that changes a ticket and returns it as it is afterwards."""

    def declare(step: View) -> View:
        @wraps(step)
        def change_and_read(request: HttpRequest, number: Number, **body: Any) -> dict[str, Any]:
            step(request, number, **body)
            return queries.find_ticket(number)

        return router.declare_route(method, f"/tickets/{{number}}{path}", permission, response=TicketResponse)(
            change_and_read
        )

    return declare


def declare_step_route(name: str, action: Callable[[int], None], permission: str) -> None:
    """Declare the route of a step that needs only the number of the ticket."""

    def step(request: HttpRequest, number: Number) -> None:
        action(number)

    step.__name__, step.__doc__ = f"{name}_ticket", action.__doc__
    declare_ticket_route(f"/{name}", permission)(step)


@router.post("/tickets", permission=ASK, response={201: TicketResponse})
def open_ticket(request: HttpRequest, new: NewTicket) -> Status[dict[str, Any]]:
    """Open a ticket."""
    return Status(201, queries.find_ticket(tickets.open_ticket(from_request(tickets.NewTicket, new))))


@router.get("/tickets/{number}", permission=READ, response=TicketResponse)
def read_ticket(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Return a ticket."""
    return read_or_404(queries.find_ticket, number)


@router.get("/tickets/{number}/timeline", permission=READ, response=build_items_schema(queries.TimelineEntry))
def read_timeline(request: HttpRequest, number: Number) -> HttpResponse:
    """Return the history of a ticket; internal entries are visible to those who work on tickets."""
    return items_response(read_or_404(queries.read_timeline, number))


@declare_ticket_route("", ASK, method="PUT")
def change_ticket(request: HttpRequest, number: Number, new: TicketChange) -> None:
    """Change the description of a ticket; its reporter and those who work on tickets may do this."""
    tickets.change_ticket(number, from_request(tickets.NewTicket, new), reason=new.because)


@declare_ticket_route("/assign", WORK)
def assign_ticket(request: HttpRequest, number: Number, to: TicketAssignment) -> None:
    """Assign a ticket to a person, a team, or a person of a team."""
    tickets.assign_ticket(number, person=to.person, team=to.team)


@declare_ticket_route("/hold", WORK)
def hold_ticket(request: HttpRequest, number: Number, waiting: TicketHold) -> None:
    """Put a ticket on hold; its service level clock stops."""
    tickets.hold_ticket(number, reason=waiting.reason)


@declare_ticket_route("/reopen", ASK)
def reopen_ticket(request: HttpRequest, number: Number, why: Reason) -> None:
    """Reopen a resolved ticket; its reporter and those who work on tickets may do this."""
    tickets.reopen_ticket(number, reason=why.reason)


@declare_ticket_route("/cancel", ASK)
def cancel_ticket(request: HttpRequest, number: Number, why: Reason) -> None:
    """Cancel a ticket; its reporter and those who work on tickets may do this."""
    tickets.cancel_ticket(number, reason=why.reason)


declare_step_route("take", tickets.take_ticket, WORK)
declare_step_route("start", tickets.start_ticket, WORK)
declare_step_route("resume", tickets.resume_ticket, WORK)
declare_step_route("resolve", tickets.resolve_ticket, WORK)
declare_step_route("close", tickets.close_ticket, ASK)


@router.post("/tickets/{number}/comments", permission=ASK, response={201: CreatedIds})
def add_comment(request: HttpRequest, number: Number, new: CommentBody) -> Status[dict[str, Any]]:
    """Add a comment that everybody sees who sees the ticket."""
    return Status(201, {"ids": [comments.add_comment(number, new.body)]})


@router.post("/tickets/{number}/notes", permission=WORK, response={201: CreatedIds})
def add_internal_note(request: HttpRequest, number: Number, new: CommentBody) -> Status[dict[str, Any]]:
    """Add a note that only those see who work on tickets."""
    return Status(201, {"ids": [comments.add_comment(number, new.body, internal=True)]})


@router.post(
    "/tickets/{number}/attachments",
    permission=ASK,
    response={201: CreatedIds},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {attachments.DEFAULT_CONTENT_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def add_attachment(request: HttpRequest, number: Number, name: FileName) -> Status[dict[str, Any]]:
    """Attach a file to a ticket: the body is the file, of at most 5 MB, and Content-Type is its type.

    The same file sent again is not attached twice.
    """
    kind = request.content_type or attachments.DEFAULT_CONTENT_TYPE
    content = read_file_body(request, attachments.MAX_BYTES, attachments.describe_too_large_file())
    return Status(201, {"ids": [attachments.add_attachment(number, name, kind, content)]})


@router.get(
    "/tickets/{number}/attachments/{key}",
    permission=READ,
    response={200: None},
    openapi_extra={"responses": {200: {"content": {kind: {} for kind in attachments.CONTENT_TYPES}}}},
)
def download_attachment(request: HttpRequest, number: Number, key: Id) -> HttpResponse:
    """Return an attached file as a download."""
    attachment = read_or_404(queries.find_attachment, number, key)
    return HttpResponse(
        attachment.content,
        content_type=attachment.content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, attachment.name),
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.delete("/tickets/{number}/attachments/{key}", permission=ASK, response=CreatedIds)
def remove_attachment(request: HttpRequest, number: Number, key: Id, reason: Text) -> dict[str, Any]:
    """Remove a file from a ticket; its author and those who work on tickets may do this."""
    attachments.remove_attachment(number, key, reason=reason)
    return {"ids": [key]}


@router.get("/ticket-queues", permission=READ, response=build_output_schema(queries.QueueCounts))
def count_waiting_tickets(request: HttpRequest) -> queries.QueueCounts:
    """Return how many tickets wait: by status, overdue, of the current person and of their team."""
    return queries.count_queues()


@router.get("/ticket-promises", permission=READ, response=list[PromiseReport])
def report_promises(request: HttpRequest, since: Day, until: Day) -> list[service_report.PromiseReport]:
    """Return how many tickets opened in a period were answered and resolved in time, by month and priority."""
    return service_report.report_promises(since, until)
