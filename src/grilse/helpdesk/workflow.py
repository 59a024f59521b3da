"""The workflow of tickets: which step leads from which status to which, and refusals of unknown tickets."""

from collections.abc import Mapping
from types import MappingProxyType

from grilse.errors import GrilseError
from grilse.helpdesk.models import Ticket

Status = Ticket.Status
WAITING_STATUSES = (Status.NEW, Status.OPEN, Status.IN_PROGRESS)
"""Somebody has to act: due times count, and escalations fire."""
ACTIVE_STATUSES = (*WAITING_STATUSES, Status.ON_HOLD)
KEEPS_STATUS: dict[str, str] = {status: status for status in ACTIVE_STATUSES}

STEPS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "take": KEEPS_STATUS | {Status.NEW: Status.OPEN},
        "assign": KEEPS_STATUS | {Status.NEW: Status.OPEN},
        "start": {Status.NEW: Status.IN_PROGRESS, Status.OPEN: Status.IN_PROGRESS},
        "hold": {Status.OPEN: Status.ON_HOLD, Status.IN_PROGRESS: Status.ON_HOLD},
        "resume": {Status.ON_HOLD: Status.IN_PROGRESS},
        "resolve": dict.fromkeys(ACTIVE_STATUSES, Status.RESOLVED),
        "close": {Status.RESOLVED: Status.CLOSED},
        "reopen": dict.fromkeys((Status.RESOLVED, Status.CLOSED, Status.CANCELLED), Status.OPEN),
        "cancel": dict.fromkeys(ACTIVE_STATUSES, Status.CANCELLED),
        "change": KEEPS_STATUS,
    }
)


def list_verbs(status: str) -> tuple[str, ...]:
    """Return the steps from a status."""
    return tuple(verb for verb, ways in STEPS.items() if status in ways)


def find_next_status(ticket: Ticket, verb: str) -> str:
    """Return the status of a ticket after a step; refuse a step that its status does not allow."""
    ways = STEPS[verb]
    if ticket.status not in ways:
        raise GrilseError(
            f"ticket #{ticket.number} is {ticket.status}: that is no status to {verb} from,"
            f" one can {' or '.join(list_verbs(ticket.status))} it",
            field="status",
        )
    return ways[ticket.status]


def describe_missing_ticket(number: int) -> GrilseError:
    """Return the refusal of a number that no ticket in reach has."""
    return GrilseError(f"there is no ticket #{number}")


def describe_missing_file(number: int, attachment: int) -> GrilseError:
    """Return the refusal of a file that is not on a ticket."""
    return GrilseError(f"there is no file {attachment} on ticket #{number}")
