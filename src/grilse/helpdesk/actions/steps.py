"""Steps of a ticket: lock it, check its status and the person's permission, change and save it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction

from grilse.errors import GrilseError
from grilse.helpdesk import due_times
from grilse.helpdesk.business_hours import Calendar, read_calendar
from grilse.helpdesk.escalation import schedule_escalations
from grilse.helpdesk.models import Ticket
from grilse.helpdesk.rules import lock_rules
from grilse.helpdesk.workflow import describe_missing_ticket, find_next_status
from grilse.people.current_person import find_current_person
from grilse.row_validation import check_fields

REPORTER_VERBS = ("change", "close", "reopen", "cancel")
"""Steps that the reporter of a ticket may take too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketStep:
    """A ticket that is being changed."""

    row: Ticket
    now: datetime
    hours: Calendar


@contextmanager
def apply_step(number: int, verb: str) -> Iterator[TicketStep]:
    """Lock a ticket while a step changes it, then write it and schedule its escalations."""
    with transaction.atomic():
        lock_rules(shared=True)
        row = lock_ticket(number)
        status, before = find_next_status(row, verb), _read_escalation_key(row)
        if verb in REPORTER_VERBS:
            _refuse_strangers(row, verb)
        step = TicketStep(row=row, now=datetime.now(UTC), hours=read_calendar())
        yield step
        row.status = status
        if verb != "reopen":
            record_first_answer(step)
        check_fields(row)
        row.save(force_update=True)
        if _read_escalation_key(row) != before:
            schedule_escalations([row], step.hours)


@contextmanager
def lock_for_addition(number: int, *, answers: bool = True) -> Iterator[Ticket]:
    """Lock a ticket of any status while something is added to it, which may be its first answer."""
    with transaction.atomic():
        row = lock_ticket(number)
        yield row
        if answers and row.answered_at is None:
            record_first_answer(TicketStep(row=row, now=datetime.now(UTC), hours=read_calendar()))
            row.save(force_update=True, update_fields=["answered_at", "answer_due"])


def lock_ticket(number: int) -> Ticket:
    """Lock a ticket until the transaction ends and return it."""
    ticket = Ticket.objects.select_for_update().filter(number=number).first()
    if ticket is None:
        raise describe_missing_ticket(number)
    return ticket


def record_first_answer(step: TicketStep) -> None:
    """Record the first comment or step of anybody but the reporter as the answer; one statement."""
    if step.row.answered_at is None and find_current_person() not in (None, step.row.reporter_id):
        due_times.record_answer(step.row, step.now, step.hours)


def is_helpdesk_worker(ticket: Ticket) -> bool:
    """Tell whether the current actor works on tickets of this geography; one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s IN (SELECT helpdesk_workplaces())", [ticket.geography_id or 0])
        return bool(cursor.fetchone()[0])


def _refuse_strangers(ticket: Ticket, verb: str) -> None:
    if ticket.reporter_id != find_current_person() and not is_helpdesk_worker(ticket):
        raise GrilseError(
            f"only who opened ticket #{ticket.number} or works on tickets can {verb} it: say in a comment what it needs"
        )


def _read_escalation_key(ticket: Ticket) -> tuple[object, ...]:
    """Return the values that escalations depend on."""
    return ticket.status, ticket.round, ticket.category_id
