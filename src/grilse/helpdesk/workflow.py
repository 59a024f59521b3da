"""The way of a ticket: which verb leads from which status to which."""

from collections.abc import Mapping
from types import MappingProxyType

from grilse.errors import GrilseError
from grilse.helpdesk.models import Ticket

S = Ticket.Status
WAITS = (S.NEW, S.OPEN, S.IN_PROGRESS)
"""Somebody is to do something: the clocks run, and levels of escalation come due."""
UNDONE = (*WAITS, S.ON_HOLD)
STAYS: dict[str, str] = {status: status for status in UNDONE}

STEPS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "take": STAYS | {S.NEW: S.OPEN},
        "assign": STAYS | {S.NEW: S.OPEN},
        "start": {S.NEW: S.IN_PROGRESS, S.OPEN: S.IN_PROGRESS},
        "hold": {S.OPEN: S.ON_HOLD, S.IN_PROGRESS: S.ON_HOLD},
        "resume": {S.ON_HOLD: S.IN_PROGRESS},
        "resolve": dict.fromkeys(UNDONE, S.RESOLVED),
        "close": {S.RESOLVED: S.CLOSED},
        "reopen": dict.fromkeys((S.RESOLVED, S.CLOSED, S.CANCELLED), S.OPEN),
        "cancel": dict.fromkeys(UNDONE, S.CANCELLED),
        "change": STAYS,
    }
)


def verbs(status: str) -> tuple[str, ...]:
    """Return what can be done with a ticket of a status."""
    return tuple(verb for verb, ways in STEPS.items() if status in ways)


def stepped(ticket: Ticket, verb: str) -> str:
    """Return the status to which a verb leads a ticket; refuse one that leads nowhere from where it is."""
    ways = STEPS[verb]
    if ticket.status not in ways:
        raise GrilseError(
            f"ticket #{ticket.number} is {ticket.status}: that is no status to {verb} from,"
            f" one can {' or '.join(verbs(ticket.status))} it",
            field="status",
        )
    return ways[ticket.status]
