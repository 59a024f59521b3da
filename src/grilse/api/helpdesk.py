"""The help desk: tickets, what is done with them, said and put on them, and the rules that they go by."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Field, Query, Status

from grilse.api import helpdesk_schemas as shapes
from grilse.api.input_schemas import MAX_INT32, CreatedIds, Day, Id, Reason, Text, from_request
from grilse.api.places import declare_crud_routes
from grilse.api.problems import NotFoundError, ProblemDetail, StatusError
from grilse.api.responses import json_response
from grilse.api.routers import HELPDESK as router
from grilse.api.routing import View
from grilse.errors import GrilseError
from grilse.helpdesk import queries, service_report
from grilse.helpdesk.actions import attachments, comments, tickets

READ, ASK, WORK, RULES = "helpdesk.read", "helpdesk.ask", "helpdesk.work", "helpdesk.rules"
Number = Annotated[int, Field(ge=1, le=MAX_INT32)]
FileName = Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


@router.post("/tickets", permission=ASK, response={201: shapes.TicketResponse})
def open_ticket(request: HttpRequest, new: shapes.NewTicket) -> Status[dict[str, Any]]:  # type: ignore[valid-type]
    """Open a ticket."""
    return Status(201, queries.find_ticket(tickets.open_ticket(from_request(tickets.NewTicket, new))))


@router.get("/tickets/{number}", permission=READ, response=shapes.TicketResponse)
def read_ticket(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Return a ticket."""
    return _read_or_404(queries.find_ticket, number)


@router.get("/tickets/{number}/timeline", permission=READ, response=shapes.Timeline)
def read_timeline(request: HttpRequest, number: Number) -> HttpResponse:
    """Return what was said and done; what is internal is there for those who work on the ticket."""
    return json_response({"items": [asdict(event) for event in _read_or_404(queries.read_timeline, number)]})


@router.put("/tickets/{number}", permission=ASK, response=shapes.TicketResponse)
def change_ticket(request: HttpRequest, number: Number, new: shapes.TicketChange) -> dict[str, Any]:
    """Describe a ticket anew; who opened it may, and who works on tickets."""
    tickets.change_ticket(number, from_request(tickets.NewTicket, new), reason=new.because)
    return queries.find_ticket(number)


@router.post("/tickets/{number}/assign", permission=WORK, response=shapes.TicketResponse)
def assign_ticket(request: HttpRequest, number: Number, to: shapes.TicketAssignment) -> dict[str, Any]:
    """Give a ticket to somebody."""
    tickets.assign_ticket(number, person=to.person, team=to.team)
    return queries.find_ticket(number)


@router.post("/tickets/{number}/hold", permission=WORK, response=shapes.TicketResponse)
def hold_ticket(request: HttpRequest, number: Number, waiting: shapes.TicketHold) -> dict[str, Any]:
    """Let a ticket wait for something; its clocks stand still."""
    tickets.hold_ticket(number, reason=waiting.reason)
    return queries.find_ticket(number)


@router.post("/tickets/{number}/reopen", permission=ASK, response=shapes.TicketResponse)
def reopen_ticket(request: HttpRequest, number: Number, why: Reason) -> dict[str, Any]:
    """Ask again for what was not done; who opened it may, and who works on tickets."""
    tickets.reopen_ticket(number, reason=why.reason)
    return queries.find_ticket(number)


@router.post("/tickets/{number}/cancel", permission=ASK, response=shapes.TicketResponse)
def cancel_ticket(request: HttpRequest, number: Number, why: Reason) -> dict[str, Any]:
    """Take back what was asked for; who opened it may, and who works on tickets."""
    tickets.cancel_ticket(number, reason=why.reason)
    return queries.find_ticket(number)


def declare_step_route(name: str, verb: Callable[[int], None], permission: str) -> None:
    """Declare the route of a verb that takes nothing but the ticket."""

    def done(request: HttpRequest, number: Number) -> dict[str, Any]:
        verb(number)
        return queries.find_ticket(number)

    done.__name__, done.__doc__ = f"{name}_ticket", verb.__doc__
    path = f"/tickets/{{number}}/{name}"
    declared: Callable[[View], View] = router.post(
        path, permission=permission, response=shapes.TicketResponse, operation_id=done.__name__
    )
    declared(done)


declare_step_route("take", tickets.take_ticket, WORK)
declare_step_route("start", tickets.start_ticket, WORK)
declare_step_route("resume", tickets.resume_ticket, WORK)
declare_step_route("resolve", tickets.resolve_ticket, WORK)
declare_step_route("close", tickets.close_ticket, ASK)


@router.post("/tickets/{number}/comments", permission=ASK, response={201: CreatedIds})
def add_comment(request: HttpRequest, number: Number, new: shapes.CommentBody) -> Status[dict[str, Any]]:
    """Say something that everybody sees who sees the ticket."""
    return Status(201, {"ids": [comments.add_comment(number, new.body)]})


@router.post("/tickets/{number}/notes", permission=WORK, response={201: CreatedIds})
def add_internal_note(request: HttpRequest, number: Number, new: shapes.CommentBody) -> Status[dict[str, Any]]:
    """Say something to those alone who work on the ticket."""
    return Status(201, {"ids": [comments.add_comment(number, new.body, internal=True)]})


@router.post(
    "/tickets/{number}/attachments",
    permission=ASK,
    response={201: CreatedIds, 413: ProblemDetail},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {attachments.DEFAULT_CONTENT_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def add_attachment(request: HttpRequest, number: Number, name: FileName) -> Status[dict[str, Any]]:
    """Put a file on a ticket: its bytes are the body, of at most 5 MB, its kind goes by Content-Type.

    The same file again is not put twice.
    """
    kind = request.content_type or attachments.DEFAULT_CONTENT_TYPE
    return Status(201, {"ids": [attachments.add_attachment(number, name, kind, _read_attachment_body(request))]})


@router.get(
    "/tickets/{number}/attachments/{key}",
    permission=READ,
    response={200: None},
    openapi_extra={"responses": {200: {"content": {kind: {} for kind in attachments.CONTENT_TYPES}}}},
)
def download_attachment(request: HttpRequest, number: Number, key: Id) -> HttpResponse:
    """Return a file, to be saved."""
    attachment = _read_or_404(queries.find_attachment, number, key)
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
    """Take a file off a ticket; who put it there may, and who works on tickets."""
    attachments.remove_attachment(number, key, reason=reason)
    return {"ids": [key]}


@router.get("/ticket-queues", permission=READ, response=shapes.TicketCounts)
def count_waiting_tickets(request: HttpRequest) -> dict[str, Any]:
    """Return how many tickets wait: by status, overdue, one's own, and one's team's."""
    return asdict(queries.count_queues())


@router.get("/ticket-promises", permission=READ, response=list[shapes.PromiseReportRow])
def report_promises(request: HttpRequest, since: Day, until: Day) -> list[dict[str, Any]]:
    """Return how promises to tickets opened from row day to another were kept, by month and priority."""
    return [asdict(one) for one in service_report.report_promises(since, until)]


def _read_or_404(read: Callable[..., Any], *keys: int) -> Any:
    try:
        return read(*keys)
    except GrilseError as error:
        raise NotFoundError(str(error)) from error


def _read_attachment_body(request: HttpRequest) -> bytes:
    """Return the file, refusing one that is too large before it is read whole."""
    content = request.read(attachments.MAX_BYTES + 1)
    if len(content) > attachments.MAX_BYTES:
        error = attachments.describe_too_large_file()
        raise StatusError(413, str(error), field=error.field)
    return content


for address, kind, shape in (
    ("ticket-categories", "category", shapes.NewCategory),
    ("business-hours", "business hours", shapes.NewBusinessHours),
    ("holidays", "holiday", shapes.NewHoliday),
    ("service-levels", "service level", shapes.NewServiceLevel),
    ("escalation-rules", "escalation rule", shapes.NewEscalationRule),
):
    declare_crud_routes(address, kind, shape, router=router, permission=RULES)
