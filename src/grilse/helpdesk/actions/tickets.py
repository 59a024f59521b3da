"""Open, change, assign, hold, resolve, close, reopen and cancel tickets."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor, lift_geography_limit, lock_until_commit, set_change_reason
from grilse.errors import GrilseError
from grilse.farm.actions.places import get_place
from grilse.helpdesk import due_times
from grilse.helpdesk.actions.steps import apply_step
from grilse.helpdesk.business_hours import read_calendar
from grilse.helpdesk.escalation import schedule_escalations
from grilse.helpdesk.models import Category, Ticket
from grilse.helpdesk.rules import lock_rules
from grilse.people.current_person import ensure_current_person
from grilse.people.models import Person, Team
from grilse.row_validation import check_fields

DESCRIPTION_FIELDS = ("title", "body", "area_id", "station_id", "container_id")
NUMBER_LOCK_BASE = 0x6864 << 48  # plus the company's id, the key of the lock
SERVICE_LEVEL_FIELDS = ("category_id", "priority")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTicket:
    """A new ticket, or new values of one; references are ids, a container implies its site."""

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
        lock_rules(shared=True)
        row = Ticket(company_id=company, reporter_id=ensure_current_person(), opened_at=now)
        _set_description(row, new)
        hours = read_calendar()
        due_times.set_due_times(row, hours)
        row.number = _get_next_number(company)
        check_fields(row)
        row.save(force_insert=True)
        schedule_escalations([row], hours)
        return row.number


def change_ticket(number: int, new: NewTicket, *, reason: str = "") -> None:
    """Change a ticket; a reason is required where words or place are corrected."""
    with apply_step(number, "change") as step:
        words, level = (_read_values(step.row, DESCRIPTION_FIELDS), _read_values(step.row, SERVICE_LEVEL_FIELDS))
        _set_description(step.row, new)
        if _read_values(step.row, DESCRIPTION_FIELDS) != words:
            require_reason(reason)
        if _read_values(step.row, SERVICE_LEVEL_FIELDS) != level:
            due_times.set_due_times(step.row, step.hours)


def take_ticket(number: int) -> None:
    """Assign a ticket to oneself."""
    with apply_step(number, "take") as step:
        step.row.assignee_id = ensure_current_person()


def assign_ticket(number: int, *, person: int | None = None, team: int | None = None) -> None:
    """Assign a ticket to a person, a team, or a person of a team."""
    if person is None and team is None:
        raise GrilseError("name a person or a team to assign the ticket to", field="person")
    with apply_step(number, "assign") as step:
        step.row.assignee_id = None if person is None else _find_active_person(person)
        step.row.team_id = step.row.team_id if team is None else _find_team(team)


def start_ticket(number: int) -> None:
    """Start work on a ticket; one that nobody has is assigned to oneself."""
    with apply_step(number, "start") as step:
        step.row.assignee_id = step.row.assignee_id or ensure_current_person()


def hold_ticket(number: int, *, reason: str = "") -> None:
    """Put a ticket on hold; its due times move by the time on hold."""
    with apply_step(number, "hold") as step:
        if reason.strip():
            set_change_reason(reason.strip())
        step.row.held_since = step.now


def resume_ticket(number: int) -> None:
    """Resume a ticket on hold."""
    with apply_step(number, "resume") as step:
        due_times.end_hold(step.row, step.now, step.hours)


def resolve_ticket(number: int) -> None:
    """Record that the problem is solved."""
    with apply_step(number, "resolve") as step:
        due_times.end_hold(step.row, step.now, step.hours)
        step.row.resolved_at = step.now


def close_ticket(number: int) -> None:
    """Close a resolved ticket."""
    with apply_step(number, "close") as step:
        step.row.closed_at = step.now


def reopen_ticket(number: int, *, reason: str) -> None:
    """Reopen a ticket, with new due times and escalations."""
    with apply_step(number, "reopen") as step:
        require_reason(reason)
        row = step.row
        row.round, row.reopened_at, row.held_minutes = row.round + 1, step.now, 0
        row.answered_at = row.resolved_at = row.closed_at = None
        due_times.set_due_times(row, step.hours)


def cancel_ticket(number: int, *, reason: str) -> None:
    """Cancel a ticket."""
    with apply_step(number, "cancel") as step:
        require_reason(reason)
        due_times.end_hold(step.row, step.now, step.hours)
        step.row.closed_at = step.now


def _set_description(row: Ticket, new: NewTicket) -> None:
    """Set the values of a ticket; a category with a team assigns it to that team."""
    row.title, row.body, row.priority = new.title.strip(), new.body, new.priority
    if new.category != row.category_id:
        category = _find_category(new.category)
        row.category_id = new.category
        row.team_id = category.team_id if category and category.team_id else row.team_id
    _set_site(row, new)
    if not row.title:
        raise GrilseError("a ticket needs a title: say in a few words what is wrong", field="title")


def _set_site(row: Ticket, new: NewTicket) -> None:
    """Set the site of a container and the geography of a site; refuse parts that do not belong together."""
    area, station = new.area, new.station
    if area is not None and station is not None:
        raise GrilseError("a ticket is of a sea area or of a station: name one of the two", field="station")
    if new.container is not None:
        container: Any = get_place("container", new.container)
        container_station = container.hall.station_id if container.hall is not None else None
        if area not in (None, container.area_id) or station not in (None, container_station):
            raise GrilseError(
                f"container {container} is not at that site: leave the site out, or name another container",
                field="container",
            )
        area, station = container.area_id, container_station
    site: Any = None
    if area is not None or station is not None:
        site = get_place("station", station) if area is None else get_place("area", area)
    row.geography_id, row.area_id, row.station_id = site and site.geography_id, area, station
    row.container_id = new.container


def _get_next_number(company: int) -> int:
    """Return the company's next ticket number; others wait until the transaction ends."""
    lock_until_commit(NUMBER_LOCK_BASE + company)
    # Tickets out of reach have numbers too.
    with lift_geography_limit():
        last = Ticket.objects.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


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
    """Return the id of a person who works here."""
    assignee = Person.objects.filter(pk=person).first()
    if assignee is None:
        raise GrilseError(f"there is no person {person}", field="person")
    if not assignee.active:
        raise GrilseError(f"{assignee} does not work here any more: assign the ticket to somebody else", field="person")
    return assignee.pk


def _find_team(team: int) -> int:
    if not Team.objects.filter(pk=team).exists():
        raise GrilseError(f"there is no team {team}", field="team")
    return team
