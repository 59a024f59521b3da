"""What a ticket is promised: by when it is answered, and by when it is resolved."""

from datetime import datetime

from django.db.models import F, Q

from grilse.helpdesk.business import Calendar, due, minutes_between
from grilse.helpdesk.models import ServiceLevel, Ticket


def promise(ticket: Ticket, calendar: Calendar) -> None:
    """Set the times of a ticket by the service level of its category and priority; one statement."""
    level = _level(ticket)
    if ticket.answered_at is None:
        ticket.answer_due = _due(ticket, level.answer_minutes, calendar) if level else None
    ticket.resolve_due = _due(ticket, level.resolve_minutes, calendar) if level else None


def answer(ticket: Ticket, now: datetime, calendar: Calendar) -> None:
    """Say that somebody saw to a ticket; while it is on hold, the clock of the answer stood still."""
    ticket.answered_at = now
    if ticket.held_since is not None:
        ticket.answer_due = _shifted(ticket.answer_due, _held(ticket, now, calendar), calendar)


def release(ticket: Ticket, now: datetime, calendar: Calendar) -> None:
    """End that a ticket is on hold: what was promised moves by the minutes of business that it was."""
    held = _held(ticket, now, calendar)
    if ticket.answered_at is None:
        ticket.answer_due = _shifted(ticket.answer_due, held, calendar)
    ticket.resolve_due = _shifted(ticket.resolve_due, held, calendar)
    ticket.held_minutes += held
    ticket.held_since = None


def _held(ticket: Ticket, now: datetime, calendar: Calendar) -> int:
    return round(minutes_between(ticket.held_since, now, calendar)) if ticket.held_since else 0


def _shifted(moment: datetime | None, minutes: int, calendar: Calendar) -> datetime | None:
    return None if moment is None else due(moment, minutes, calendar)


def _due(ticket: Ticket, minutes: int, calendar: Calendar) -> datetime:
    return due(ticket.counted_from, minutes + ticket.held_minutes, calendar)


def _level(ticket: Ticket) -> ServiceLevel | None:
    """Return the level of a ticket's own category, else the one of all categories."""
    of = Q(category=None) | Q(category=ticket.category_id)
    found = ServiceLevel.objects.filter(of, priority=ticket.priority)
    return found.order_by(F("category_id").asc(nulls_last=True)).first()
