"""Tickets: opened, described anew, given, worked on, and done with."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor, set_change_reason
from grilse.errors import GrilseError
from grilse.helpdesk import due_times, locks
from grilse.helpdesk.actions.steps import apply_step
from grilse.helpdesk.business_hours import read_calendar
from grilse.helpdesk.escalation import schedule_escalations
from grilse.helpdesk.models import Category, Ticket
from grilse.helpdesk.sites import find_site
from grilse.people.current_person import ensure_current_person
from grilse.people.models import Person, Team
from grilse.row_validation import check_fields

DESCRIPTION_FIELDS = ("title", "body", "area_id", "station_id", "container_id")
SERVICE_LEVEL_FIELDS = ("category_id", "priority")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTicket:
    """What somebody asks for; category, site and container by their ids, a container's site is known."""

    title: str
    body: str = ""
    priority: str = Ticket.Priority.NORMAL
    category: int | None = None
    area: int | None = None
    station: int | None = None
    container: int | None = None


def open_ticket(new: NewTicket) -> int:
    """Open a ticket; return its number."""
    with transaction.atomic():
        company, now = get_current_actor().company, datetime.now(UTC)
        locks.hold_rules_shared(company)
        row = Ticket(company_id=company, reporter_id=ensure_current_person(), opened_at=now)
        _set_description(row, new)
        hours = read_calendar()
        due_times.set_due_times(row, hours)
        row.number = locks.next_number(company)
        check_fields(row)
        row.save(force_insert=True)
        schedule_escalations([row], hours)
        return row.number


def change_ticket(number: int, new: NewTicket, *, reason: str = "") -> None:
    """Describe a ticket anew; what corrects the words or the place of who asked takes a reason."""
    with apply_step(number, "change") as step:
        words, level = (_read_values(step.row, DESCRIPTION_FIELDS), _read_values(step.row, SERVICE_LEVEL_FIELDS))
        _set_description(step.row, new)
        if _read_values(step.row, DESCRIPTION_FIELDS) != words:
            require_reason(reason)
        if _read_values(step.row, SERVICE_LEVEL_FIELDS) != level:
            due_times.set_due_times(step.row, step.hours)


def take_ticket(number: int) -> None:
    """Take a ticket upon oneself."""
    with apply_step(number, "take") as step:
        step.row.assignee_id = ensure_current_person()


def assign_ticket(number: int, *, person: int | None = None, team: int | None = None) -> None:
    """Give a ticket to a person, a team, or a person of a team."""
    if person is None and team is None:
        raise GrilseError("name a person or a team to give the ticket to", field="person")
    with apply_step(number, "assign") as step:
        step.row.assignee_id = None if person is None else _find_active_person(person)
        step.row.team_id = step.row.team_id if team is None else _find_team(team)


def start_ticket(number: int) -> None:
    """Begin to work on a ticket; one that is nobody's is taken."""
    with apply_step(number, "start") as step:
        step.row.assignee_id = step.row.assignee_id or ensure_current_person()


def hold_ticket(number: int, *, reason: str = "") -> None:
    """Let a ticket wait for something; its clocks stand still."""
    with apply_step(number, "hold") as step:
        if reason.strip():
            set_change_reason(reason.strip())
        step.row.held_since = step.now


def resume_ticket(number: int) -> None:
    """Go on with a ticket that waited."""
    with apply_step(number, "resume") as step:
        due_times.end_hold(step.row, step.now, step.hours)


def resolve_ticket(number: int) -> None:
    """Say that what was asked for is done."""
    with apply_step(number, "resolve") as step:
        due_times.end_hold(step.row, step.now, step.hours)
        step.row.resolved_at = step.now


def close_ticket(number: int) -> None:
    """Say that nothing more is wanted."""
    with apply_step(number, "close") as step:
        step.row.closed_at = step.now


def reopen_ticket(number: int, *, reason: str) -> None:
    """Ask again for what was not done: with clocks and levels of escalation of its own."""
    with apply_step(number, "reopen") as step:
        require_reason(reason)
        row = step.row
        row.round, row.reopened_at, row.held_minutes = row.round + 1, step.now, 0
        row.answered_at = row.resolved_at = row.closed_at = None
        due_times.set_due_times(row, step.hours)


def cancel_ticket(number: int, *, reason: str) -> None:
    """Take back what was asked for."""
    with apply_step(number, "cancel") as step:
        require_reason(reason)
        due_times.end_hold(step.row, step.now, step.hours)
        step.row.closed_at = step.now


def _set_description(row: Ticket, new: NewTicket) -> None:
    """Write what a ticket says; where its category has a team, it is that team's."""
    row.title, row.body, row.priority = new.title.strip(), new.body, new.priority
    if new.category != row.category_id:
        category = _find_category(new.category)
        row.category_id = new.category
        row.team_id = category.team_id if category and category.team_id else row.team_id
    at = find_site(new.area, new.station, new.container)
    row.geography_id, row.area_id, row.station_id = at.geography, at.area, at.station
    row.container_id = at.container
    if not row.title:
        raise GrilseError("a ticket needs a title: say in a few words what is wrong", field="title")


def _read_values(row: Ticket, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in names)


def _find_category(id: int | None) -> Category | None:
    if id is None:
        return None
    category = Category.objects.filter(pk=id).first()
    if category is None:
        raise GrilseError(f"there is no category {id}", field="category")
    if not category.active:
        raise GrilseError(f"category {category} is not used any more: choose another", field="category")
    return category


def _find_active_person(person: int) -> int:
    """Return a person who can be given something."""
    assignee = Person.objects.filter(pk=person).first()
    if assignee is None:
        raise GrilseError(f"there is no person {person}", field="person")
    if not assignee.active:
        raise GrilseError(f"{assignee} works here no more: give the ticket to somebody else", field="person")
    return assignee.pk


def _find_team(team: int) -> int:
    if not Team.objects.filter(pk=team).exists():
        raise GrilseError(f"there is no team {team}", field="team")
    return team
