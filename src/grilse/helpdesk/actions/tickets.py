"""Tickets: opened, described anew, given, worked on, and done with."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from grilse.errors import GrilseError
from grilse.farm.reasons import required_reason
from grilse.farm.rows import checked
from grilse.farm.tenancy import acting, because
from grilse.helpdesk import clocks, locks
from grilse.helpdesk.actions.steps import stepping
from grilse.helpdesk.business import calendar
from grilse.helpdesk.escalation import expect
from grilse.helpdesk.models import Category, Ticket
from grilse.helpdesk.sites import site
from grilse.people.me import ensure_me
from grilse.people.models import Person, Team

DESCRIBED = ("title", "body", "area_id", "station_id", "container_id")
LEVEL = ("category_id", "priority")


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


def ask(new: NewTicket) -> int:
    """Open a ticket; return its number."""
    with transaction.atomic():
        company, now = acting().company, datetime.now(UTC)
        locks.keep_rules(company)
        row = Ticket(company_id=company, reporter_id=ensure_me(), opened_at=now)
        _describe(row, new)
        hours = calendar()
        clocks.promise(row, hours)
        row.number = locks.next_number(company)
        checked(row)
        row.save(force_insert=True)
        expect([row], hours)
        return row.number


def change(number: int, new: NewTicket, *, reason: str = "") -> None:
    """Describe a ticket anew; what corrects the words or the place of who asked takes a reason."""
    with stepping(number, "change") as step:
        words, level = _values(step.row, DESCRIBED), _values(step.row, LEVEL)
        _describe(step.row, new)
        if _values(step.row, DESCRIBED) != words:
            required_reason(reason)
        if _values(step.row, LEVEL) != level:
            clocks.promise(step.row, step.hours)


def take(number: int) -> None:
    """Take a ticket upon oneself."""
    with stepping(number, "take") as step:
        step.row.assignee_id = ensure_me()


def assign(number: int, *, person: int | None = None, team: int | None = None) -> None:
    """Give a ticket to a person, a team, or a person of a team."""
    if person is None and team is None:
        raise GrilseError("name a person or a team to give the ticket to", field="person")
    with stepping(number, "assign") as step:
        step.row.assignee_id = None if person is None else _working(person)
        step.row.team_id = step.row.team_id if team is None else _team(team)


def start(number: int) -> None:
    """Begin to work on a ticket; one that is nobody's is taken."""
    with stepping(number, "start") as step:
        step.row.assignee_id = step.row.assignee_id or ensure_me()


def hold(number: int, *, reason: str = "") -> None:
    """Let a ticket wait for something; its clocks stand still."""
    with stepping(number, "hold") as step:
        if reason.strip():
            because(reason.strip())
        step.row.held_since = step.now


def resume(number: int) -> None:
    """Go on with a ticket that waited."""
    with stepping(number, "resume") as step:
        clocks.release(step.row, step.now, step.hours)


def resolve(number: int) -> None:
    """Say that what was asked for is done."""
    with stepping(number, "resolve") as step:
        clocks.release(step.row, step.now, step.hours)
        step.row.resolved_at = step.now


def close(number: int) -> None:
    """Say that nothing more is wanted."""
    with stepping(number, "close") as step:
        step.row.closed_at = step.now


def reopen(number: int, *, reason: str) -> None:
    """Ask again for what was not done: with clocks and levels of escalation of its own."""
    with stepping(number, "reopen") as step:
        required_reason(reason)
        row = step.row
        row.round, row.reopened_at, row.held_minutes = row.round + 1, step.now, 0
        row.answered_at = row.resolved_at = row.closed_at = None
        clocks.promise(row, step.hours)


def cancel(number: int, *, reason: str) -> None:
    """Take back what was asked for."""
    with stepping(number, "cancel") as step:
        required_reason(reason)
        clocks.release(step.row, step.now, step.hours)
        step.row.closed_at = step.now


def _describe(row: Ticket, new: NewTicket) -> None:
    """Write what a ticket says; where its category has a team, it is that team's."""
    row.title, row.body, row.priority = new.title.strip(), new.body, new.priority
    if new.category != row.category_id:
        category = _category(new.category)
        row.category_id = new.category
        row.team_id = category.team_id if category and category.team_id else row.team_id
    at = site(new.area, new.station, new.container)
    row.geography_id, row.area_id, row.station_id = at.geography, at.area, at.station
    row.container_id = at.container
    if not row.title:
        raise GrilseError("a ticket needs a title: say in a few words what is wrong", field="title")


def _values(row: Ticket, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in names)


def _category(id: int | None) -> Category | None:
    if id is None:
        return None
    found = Category.objects.filter(pk=id).first()
    if found is None:
        raise GrilseError(f"there is no category {id}", field="category")
    if not found.active:
        raise GrilseError(f"category {found} is not used any more: choose another", field="category")
    return found


def _working(person: int) -> int:
    """Return a person who can be given something."""
    found = Person.objects.filter(pk=person).first()
    if found is None:
        raise GrilseError(f"there is no person {person}", field="person")
    if not found.active:
        raise GrilseError(f"{found} works here no more: give the ticket to somebody else", field="person")
    return found.pk


def _team(team: int) -> int:
    if not Team.objects.filter(pk=team).exists():
        raise GrilseError(f"there is no team {team}", field="team")
    return team
