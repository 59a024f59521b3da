"""When a ticket is due to be answered and resolved, and how many business minutes are left until then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from grilse.helpdesk.business_hours import Calendar, compute_due_time, count_minutes
from grilse.helpdesk.models import ServiceLevel, Ticket
from grilse.helpdesk.workflow import ACTIVE_STATUSES


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketClock:
    """The next due time of a ticket."""

    to: str
    """answer or resolve"""
    due: datetime
    minutes: float
    """Business minutes left; negative when late."""
    is_paused: bool
    """Whether the ticket is on hold."""

    @property
    def is_late(self) -> bool:
        """Whether the due time has passed."""
        return self.minutes < 0


def set_due_times(ticket: Ticket, calendar: Calendar) -> None:
    """Set the due times of a ticket by the service level of its category and priority; one statement."""
    level = _find_service_level(ticket)
    if ticket.answered_at is None:
        ticket.answer_due = _compute_due_time(ticket, level.answer_minutes, calendar) if level else None
    ticket.resolve_due = _compute_due_time(ticket, level.resolve_minutes, calendar) if level else None


def record_answer(ticket: Ticket, now: datetime, calendar: Calendar) -> None:
    """Record the first answer to a ticket; while it is on hold, the answer is due that much later."""
    ticket.answered_at = now
    if ticket.held_since is not None:
        ticket.answer_due = _shift_due_time(ticket.answer_due, _count_held_minutes(ticket, now, calendar), calendar)


def end_hold(ticket: Ticket, now: datetime, calendar: Calendar) -> None:
    """End the hold of a ticket: its due times move by the business minutes on hold."""
    held = _count_held_minutes(ticket, now, calendar)
    if ticket.answered_at is None:
        ticket.answer_due = _shift_due_time(ticket.answer_due, held, calendar)
    ticket.resolve_due = _shift_due_time(ticket.resolve_due, held, calendar)
    ticket.held_minutes += held
    ticket.held_since = None


def _count_held_minutes(ticket: Ticket, now: datetime, calendar: Calendar) -> int:
    return round(count_minutes(ticket.held_since, now, calendar)) if ticket.held_since else 0


def _shift_due_time(due: datetime | None, minutes: int, calendar: Calendar) -> datetime | None:
    return None if due is None else compute_due_time(due, minutes, calendar)


def _compute_due_time(ticket: Ticket, minutes: int, calendar: Calendar) -> datetime:
    return compute_due_time(ticket.counted_from, minutes + ticket.held_minutes, calendar)


def _find_service_level(ticket: Ticket) -> ServiceLevel | None:
    """Return the service level of a ticket's category, else that of all categories."""
    of = Q(category=None) | Q(category=ticket.category_id)
    levels = ServiceLevel.objects.filter(of, priority=ticket.priority)
    return levels.order_by(F("category_id").asc(nulls_last=True)).first()


def read_clock(ticket: Mapping[str, Any], now: datetime, hours: Calendar) -> TicketClock | None:
    """Return the next due time of a ticket; None where it has none or nobody waits."""
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
