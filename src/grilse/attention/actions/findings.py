"""Acknowledge and assign findings, and open tickets from them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import transaction

from grilse.attention.models import Finding
from grilse.attention.queries import describe_missing_finding, find_finding
from grilse.errors import GrilseError
from grilse.farm.models import Hall
from grilse.helpdesk.actions import tickets
from grilse.helpdesk.models import Ticket
from grilse.people.current_person import ensure_current_person
from grilse.people.models import Person
from grilse.row_validation import check_fields

MOST_DAYS = 90
"""Most days for which a finding is acknowledged."""


def acknowledge_finding(id: int, *, note: str, days: int) -> None:
    """Take a finding out of sight for some days of records, with a note; it comes back earlier when it gets worse."""
    if not 1 <= days <= MOST_DAYS:
        raise GrilseError(f"days is {days}: name 1 to {MOST_DAYS} days", field="days")
    with _edit_finding(id) as row:
        row.note = note.strip()
        row.acknowledged_at, row.acknowledged_by_id = datetime.now(UTC), ensure_current_person()
        row.acknowledged_until = row.day + timedelta(days=days)
        row.acknowledged_score, row.acknowledged_severe = row.score, row.severe


def withdraw_acknowledgement(id: int) -> None:
    """Show an acknowledged finding again."""
    with _edit_finding(id) as row:
        row.acknowledged_until = None


def assign_finding(id: int, *, person: int | None) -> None:
    """Assign a finding to a person, or to nobody."""
    with _edit_finding(id) as row:
        row.assignee_id = None if person is None else _find_active_person(person)


def open_finding_ticket(id: int) -> int:
    """Open a ticket from a finding, at its site; return the number of the ticket."""
    with _edit_finding(id) as row:
        if row.ticket_id is not None:
            raise GrilseError(f"finding {id} has ticket #{find_finding(id).ticket} already: comment on that one")
        row.ticket_id = Ticket.objects.values_list("pk", flat=True).get(number=_open_ticket(row))
    return find_finding(id).ticket or 0


def _open_ticket(row: Finding) -> int:
    finding = find_finding(row.pk)
    station = None if row.hall_id is None else Hall.objects.get(pk=row.hall_id).station_id
    new = tickets.NewTicket(
        title=finding.headline,
        body=finding.sentence,
        priority=Ticket.Priority.HIGH if row.severe else Ticket.Priority.NORMAL,
        area=row.area_id,
        station=station,
        container=row.container_id,
    )
    return tickets.open_ticket(new)


@contextmanager
def _edit_finding(id: int) -> Iterator[Finding]:
    """Lock an open finding, and write it after the block."""
    with transaction.atomic():
        row = Finding.objects.select_for_update().filter(pk=id).first()
        if row is None:
            raise describe_missing_finding(id)
        if row.ended_at is not None:
            raise GrilseError(f"finding {id} has ended on {row.ended_on}: nothing is left to do")
        yield row
        check_fields(row)
        row.save(force_update=True)


def _find_active_person(id: int) -> int:
    person = Person.objects.filter(pk=id).first()
    if person is None or not person.active:
        raise GrilseError(f"there is no person {id} who works here", field="person")
    return person.pk
