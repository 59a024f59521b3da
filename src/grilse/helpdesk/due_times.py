"""What a ticket is promised: by when it is answered, and by when it is resolved."""

from datetime import datetime

from django.db.models import F, Q

from grilse.helpdesk.business_hours import Calendar, compute_due_time, count_minutes
from grilse.helpdesk.models import ServiceLevel, Ticket


def set_due_times(ticket: Ticket, calendar: Calendar) -> None:
    """Set the times of a ticket by the service level of its category and priority; one statement."""
    level = _find_service_level(ticket)
    if ticket.answered_at is None:
        ticket.answer_due = _compute_due_time(ticket, level.answer_minutes, calendar) if level else None
    ticket.resolve_due = _compute_due_time(ticket, level.resolve_minutes, calendar) if level else None


def record_answer(ticket: Ticket, now: datetime, calendar: Calendar) -> None:
    """Say that somebody saw to a ticket; while it is on hold, the clock of the answer stood still."""
    ticket.answered_at = now
    if ticket.held_since is not None:
        ticket.answer_due = _shift_due_time(ticket.answer_due, _count_held_minutes(ticket, now, calendar), calendar)


def end_hold(ticket: Ticket, now: datetime, calendar: Calendar) -> None:
    """End that a ticket is on hold: what was promised moves by the minutes of business that it was."""
    held = _count_held_minutes(ticket, now, calendar)
    if ticket.answered_at is None:
        ticket.answer_due = _shift_due_time(ticket.answer_due, held, calendar)
    ticket.resolve_due = _shift_due_time(ticket.resolve_due, held, calendar)
    ticket.held_minutes += held
    ticket.held_since = None


def _count_held_minutes(ticket: Ticket, now: datetime, calendar: Calendar) -> int:
    return round(count_minutes(ticket.held_since, now, calendar)) if ticket.held_since else 0


def _shift_due_time(moment: datetime | None, minutes: int, calendar: Calendar) -> datetime | None:
    return None if moment is None else compute_due_time(moment, minutes, calendar)


def _compute_due_time(ticket: Ticket, minutes: int, calendar: Calendar) -> datetime:
    return compute_due_time(ticket.counted_from, minutes + ticket.held_minutes, calendar)


def _find_service_level(ticket: Ticket) -> ServiceLevel | None:
    """Return the level of a ticket's own category, else the one of all categories."""
    of = Q(category=None) | Q(category=ticket.category_id)
    levels = ServiceLevel.objects.filter(of, priority=ticket.priority)
    return levels.order_by(F("category_id").asc(nulls_last=True)).first()
