"""How long a ticket may still wait, or waits too long already, in hours of business."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grilse.helpdesk.business_hours import Calendar, count_minutes
from grilse.helpdesk.workflow import ACTIVE_STATUSES


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketClock:
    """The promise that is to be kept next."""

    to: str
    """answer or resolve"""
    due: datetime
    minutes: float
    """Of business, that are left; below 0 that it is late."""
    is_paused: bool
    """Whether it stands still, since the ticket is on hold."""

    @property
    def is_late(self) -> bool:
        """Whether the promise is broken."""
        return self.minutes < 0


def read_clock(ticket: Mapping[str, Any], now: datetime, hours: Calendar) -> TicketClock | None:
    """Return what runs of a ticket's promises; None where nothing is promised or nobody waits."""
    if ticket["status"] not in ACTIVE_STATUSES:
        return None
    unanswered = ticket["answered_at"] is None and ticket["answer_due"] is not None
    due = ticket["answer_due"] if unanswered else ticket["resolve_due"]
    if due is None:
        return None
    held = ticket["held_since"]
    until = held or now
    left = count_minutes(until, due, hours) if due >= until else -count_minutes(due, until, hours)
    return TicketClock(to="answer" if unanswered else "resolve", due=due, minutes=left, is_paused=held is not None)
