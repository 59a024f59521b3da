"""A ticket held while one editor changes it: from a status that allows it, by somebody who may."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction

from grilse.errors import GrilseError
from grilse.farm.rows import checked
from grilse.farm.tenancy import acting
from grilse.helpdesk import clocks, locks
from grilse.helpdesk.business import Calendar, calendar
from grilse.helpdesk.escalation import expect
from grilse.helpdesk.models import Ticket
from grilse.helpdesk.refusals import missing
from grilse.helpdesk.workflow import stepped
from grilse.people.me import me

OWN = ("change", "close", "reopen", "cancel")
"""What whoever opened a ticket may do with it, whoever works on it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A ticket that is being changed."""

    row: Ticket
    now: datetime
    hours: Calendar


@contextmanager
def stepping(number: int, verb: str) -> Iterator[Step]:
    """Hold a ticket while a verb changes it, then write it and what is expected of it."""
    with transaction.atomic():
        locks.keep_rules(acting().company)
        row = held(number)
        status, before = stepped(row, verb), _expected(row)
        if verb in OWN:
            _refuse_strangers(row, verb)
        step = Step(row=row, now=datetime.now(UTC), hours=calendar())
        yield step
        row.status = status
        if verb != "reopen":
            see_to(step)
        checked(row)
        row.save(force_update=True)
        if _expected(row) != before:
            expect([row], step.hours)


@contextmanager
def adding_to(number: int, *, answers: bool = True) -> Iterator[Ticket]:
    """Hold a ticket while something is added to it, whatever its status; it may be an answer to who asked."""
    with transaction.atomic():
        row = held(number)
        yield row
        if answers and row.answered_at is None:
            see_to(Step(row=row, now=datetime.now(UTC), hours=calendar()))
            row.save(force_update=True, update_fields=["answered_at", "answer_due"])


def held(number: int) -> Ticket:
    """Return a ticket, which nobody else changes until the transaction ends."""
    found = Ticket.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise missing(number)
    return found


def see_to(step: Step) -> None:
    """Note the first time that somebody else than who asked says or does something; one statement."""
    if step.row.answered_at is None and me() not in (None, step.row.reporter_id):
        clocks.answer(step.row, step.now, step.hours)


def works_on(ticket: Ticket) -> bool:
    """Tell whether who acts works on tickets where this one belongs; one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s IN (SELECT helpdesk_workplaces())", [ticket.geography_id or 0])
        return bool(cursor.fetchone()[0])


def _refuse_strangers(ticket: Ticket, verb: str) -> None:
    if ticket.reporter_id != me() and not works_on(ticket):
        raise GrilseError(
            f"only who opened ticket #{ticket.number} or works on tickets can {verb} it:"
            " say in a comment what it needs"
        )


def _expected(ticket: Ticket) -> tuple[object, ...]:
    """Return what levels of escalation depend on."""
    return ticket.status, ticket.round, ticket.category_id
