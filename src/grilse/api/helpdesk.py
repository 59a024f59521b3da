"""The help desk: tickets, what is done with them, said and put on them, and the rules that they go by."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Field, Query, Status

from grilse.api import helpdesk_shapes as shapes
from grilse.api.answers import compact
from grilse.api.door import View
from grilse.api.entries import INTEGER, Day, Id, Made, Reason, Text, taken
from grilse.api.places import declare
from grilse.api.problems import Declined, Missing, Problem
from grilse.api.rooms import HELPDESK as router
from grilse.errors import GrilseError
from grilse.helpdesk import promises, queries
from grilse.helpdesk.actions import attachments, comments, tickets

READ, ASK, WORK, RULES = "helpdesk.read", "helpdesk.ask", "helpdesk.work", "helpdesk.rules"
Number = Annotated[int, Field(ge=1, le=INTEGER)]
FileName = Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


@router.post("/tickets", may=ASK, response={201: shapes.TicketShown})
def open_ticket(request: HttpRequest, new: shapes.NewTicket) -> Status[dict[str, Any]]:  # type: ignore[valid-type]
    """Open a ticket."""
    return Status(201, queries.ticket(tickets.ask(taken(tickets.NewTicket, new))))


@router.get("/tickets/{number}", may=READ, response=shapes.TicketShown)
def ticket_of(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Return a ticket."""
    return _there(queries.ticket, number)


@router.get("/tickets/{number}/timeline", may=READ, response=shapes.Timeline)
def timeline_of(request: HttpRequest, number: Number) -> HttpResponse:
    """Return what was said and done; what is internal is there for those who work on the ticket."""
    return compact({"items": [asdict(one) for one in _there(queries.timeline, number)]})


@router.put("/tickets/{number}", may=ASK, response=shapes.TicketShown)
def change_ticket(request: HttpRequest, number: Number, new: shapes.TicketChange) -> dict[str, Any]:
    """Describe a ticket anew; who opened it may, and who works on tickets."""
    tickets.change(number, taken(tickets.NewTicket, new), reason=new.because)
    return queries.ticket(number)


@router.post("/tickets/{number}/assign", may=WORK, response=shapes.TicketShown)
def assign_ticket(request: HttpRequest, number: Number, to: shapes.TicketGiven) -> dict[str, Any]:
    """Give a ticket to somebody."""
    tickets.assign(number, person=to.person, team=to.team)
    return queries.ticket(number)


@router.post("/tickets/{number}/hold", may=WORK, response=shapes.TicketShown)
def hold_ticket(request: HttpRequest, number: Number, waiting: shapes.Waiting) -> dict[str, Any]:
    """Let a ticket wait for something; its clocks stand still."""
    tickets.hold(number, reason=waiting.reason)
    return queries.ticket(number)


@router.post("/tickets/{number}/reopen", may=ASK, response=shapes.TicketShown)
def reopen_ticket(request: HttpRequest, number: Number, why: Reason) -> dict[str, Any]:
    """Ask again for what was not done; who opened it may, and who works on tickets."""
    tickets.reopen(number, reason=why.reason)
    return queries.ticket(number)


@router.post("/tickets/{number}/cancel", may=ASK, response=shapes.TicketShown)
def cancel_ticket(request: HttpRequest, number: Number, why: Reason) -> dict[str, Any]:
    """Take back what was asked for; who opened it may, and who works on tickets."""
    tickets.cancel(number, reason=why.reason)
    return queries.ticket(number)


def plain(name: str, verb: Callable[[int], None], may: str) -> None:
    """Declare the route of a verb that takes nothing but the ticket."""

    def done(request: HttpRequest, number: Number) -> dict[str, Any]:
        verb(number)
        return queries.ticket(number)

    done.__name__, done.__doc__ = f"{name}_ticket", verb.__doc__
    path = f"/tickets/{{number}}/{name}"
    declared: Callable[[View], View] = router.post(
        path, may=may, response=shapes.TicketShown, operation_id=done.__name__
    )
    declared(done)


plain("take", tickets.take, WORK)
plain("start", tickets.start, WORK)
plain("resume", tickets.resume, WORK)
plain("resolve", tickets.resolve, WORK)
plain("close", tickets.close, ASK)


@router.post("/tickets/{number}/comments", may=ASK, response={201: Made})
def say_on_ticket(request: HttpRequest, number: Number, said: shapes.Words) -> Status[dict[str, Any]]:
    """Say something that everybody sees who sees the ticket."""
    return Status(201, {"ids": [comments.say(number, said.body)]})


@router.post("/tickets/{number}/notes", may=WORK, response={201: Made})
def note_on_ticket(request: HttpRequest, number: Number, said: shapes.Words) -> Status[dict[str, Any]]:
    """Say something to those alone who work on the ticket."""
    return Status(201, {"ids": [comments.say(number, said.body, internal=True)]})


@router.post(
    "/tickets/{number}/attachments",
    may=ASK,
    response={201: Made, 413: Problem},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {attachments.OTHER: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def attach_to_ticket(request: HttpRequest, number: Number, name: FileName) -> Status[dict[str, Any]]:
    """Put a file on a ticket: its bytes are the body, of at most 5 MB, its kind goes by Content-Type.

    The same file again is not put twice.
    """
    kind = request.content_type or attachments.OTHER
    return Status(201, {"ids": [attachments.attach(number, name, kind, _content(request))]})


@router.get(
    "/tickets/{number}/attachments/{key}",
    may=READ,
    response={200: None},
    openapi_extra={"responses": {200: {"content": {kind: {} for kind in attachments.KINDS}}}},
)
def attachment_of(request: HttpRequest, number: Number, key: Id) -> HttpResponse:
    """Return a file, to be saved."""
    found = _there(queries.attachment, number, key)
    return HttpResponse(
        found.content,
        content_type=found.content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, found.name),
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.delete("/tickets/{number}/attachments/{key}", may=ASK, response=Made)
def detach_from_ticket(request: HttpRequest, number: Number, key: Id, reason: Text) -> dict[str, Any]:
    """Take a file off a ticket; who put it there may, and who works on tickets."""
    attachments.remove(number, key, reason=reason)
    return {"ids": [key]}


@router.get("/ticket-queues", may=READ, response=shapes.Queues)
def ticket_queues(request: HttpRequest) -> dict[str, Any]:
    """Return how many tickets wait: by status, overdue, one's own, and one's team's."""
    return asdict(queries.queues())


@router.get("/ticket-promises", may=READ, response=list[shapes.KeptPromises])
def ticket_promises(request: HttpRequest, since: Day, until: Day) -> list[dict[str, Any]]:
    """Return how promises to tickets opened from one day to another were kept, by month and priority."""
    return [asdict(one) for one in promises.kept(since, until)]


def _there(read: Callable[..., Any], *given: int) -> Any:
    try:
        return read(*given)
    except GrilseError as error:
        raise Missing(str(error)) from error


def _content(request: HttpRequest) -> bytes:
    """Return the file, refusing one that is too large before it is read whole."""
    content = request.read(attachments.MOST_BYTES + 1)
    if len(content) > attachments.MOST_BYTES:
        error = attachments.too_large()
        raise Declined(413, str(error), field=error.field)
    return content


for address, kind, shape in (
    ("ticket-categories", "category", shapes.NewCategory),
    ("business-hours", "business hours", shapes.NewBusinessHours),
    ("holidays", "holiday", shapes.NewHoliday),
    ("service-levels", "service level", shapes.NewServiceLevel),
    ("escalation-rules", "escalation rule", shapes.NewEscalationRule),
):
    declare(address, kind, shape, router=router, needs=RULES)
