"""Lists of tickets, of what was said and put on them, and of whom they called."""

from django.db.models import Expression, Q
from django.db.models.functions import Now

from grilse.farm.models import Container, Geography
from grilse.helpdesk.models import Attachment, Category, Comment, Escalation, Ticket
from grilse.helpdesk.workflow import ACTIVE_STATUSES, WAITING_STATUSES
from grilse.listing.filters import (
    GEOGRAPHY_HELP,
    build_day_filters,
    build_reference_filter,
    build_text_filter,
    build_value_filter,
)
from grilse.listing.listing import Column, Filter, Listing
from grilse.listing.sql import AnyOfSubquery
from grilse.people.lists_directory import build_site_condition, build_site_name
from grilse.people.models import Team

NEEDS = "helpdesk.read"
TICKET_FIELDS: dict[str, Column] = {"ticket": "ticket__number", "ticket_title": "ticket__title"}
OVERDUE = Q(status__in=WAITING_STATUSES) & (Q(resolve_due__lt=Now()) | Q(answered_at=None, answer_due__lt=Now()))


def build_ticket_filter() -> Filter:
    """Return the filter of rows of a ticket."""

    def condition(number: int) -> Expression:
        return AnyOfSubquery("ticket_id", Ticket.objects.filter(number=number).values("id"))

    return Filter(kind=int, lookup=condition, about="the ticket, by number")


def _filter_overdue(is_overdue: bool) -> Q | Expression:
    return OVERDUE if is_overdue else ~OVERDUE


def _filter_waiting(is_waiting: bool) -> Q | Expression:
    return Q(status__in=ACTIVE_STATUSES) if is_waiting else ~Q(status__in=ACTIVE_STATUSES)


TICKETS = Listing(
    name="tickets",
    title="What people ask to be seen to",
    of=Ticket,
    needs=NEEDS,
    fields={
        "id": "id",
        "number": "number",
        "title": "title",
        "status": "status",
        "priority": "priority",
        "category": "category__name",
        "geography": "geography__name",
        "site": build_site_name(),
        "container": "container__name",
        "reporter_id": "reporter_id",
        "reporter": "reporter__name",
        "assignee_id": "assignee_id",
        "assignee": "assignee__name",
        "team": "team__name",
        "opened_at": "opened_at",
        "answered_at": "answered_at",
        "answer_due": "answer_due",
        "resolved_at": "resolved_at",
        "resolve_due": "resolve_due",
        "closed_at": "closed_at",
        "held_since": "held_since",
        "held_minutes": "held_minutes",
        "round": "round",
    },
    orders={"opened": ("opened_at", "id"), "number": ("number",)},
    newest_first=True,
    filters={
        "status": build_value_filter("status", "how far it has come", choices=tuple(Ticket.Status.values)),
        "priority": build_value_filter("priority", "how much it presses", choices=tuple(Ticket.Priority.values)),
        "category": build_reference_filter("category_id", Category, "name", "what it is about"),
        "geography": build_reference_filter("geography_id", Geography, "name", GEOGRAPHY_HELP),
        "site": Filter(kind=str, lookup=build_site_condition, about="the sea area or station"),
        "container": build_reference_filter("container_id", Container, "name", "the container, by name"),
        "assignee_id": build_value_filter("assignee_id", "whose it is, by id", int),
        "reporter_id": build_value_filter("reporter_id", "who opened it, by id", int),
        "team": build_reference_filter("team_id", Team, "name", "the team that it is given to"),
        "number": build_value_filter("number", "its number", int),
        "overdue": Filter(kind=bool, lookup=_filter_overdue, about="whether it waits longer than promised"),
        "waiting": Filter(kind=bool, lookup=_filter_waiting, about="whether somebody still waits for it"),
        "text": build_text_filter("title"),
        **build_day_filters("opened_at"),
    },
)

COMMENTS = Listing(
    name="ticket-comments",
    title="What was said on tickets",
    of=Comment,
    needs=NEEDS,
    fields={
        "id": "id",
        **TICKET_FIELDS,
        "at": "at",
        "author_id": "author_id",
        "author": "author__name",
        "body": "body",
        "internal": "internal",
    },
    orders={"entry": ("id",)},
    newest_first=True,
    filters={"ticket": build_ticket_filter(), "author_id": build_value_filter("author_id", "who said it, by id", int)},
)

ATTACHMENTS = Listing(
    name="ticket-attachments",
    title="Files on tickets, without what is in them",
    of=Attachment,
    needs=NEEDS,
    fields={
        "id": "id",
        **TICKET_FIELDS,
        "at": "at",
        "author_id": "author_id",
        "author": "author__name",
        "name": "name",
        "content_type": "content_type",
        "size": "size",
    },
    orders={"entry": ("id",)},
    newest_first=True,
    filters={"ticket": build_ticket_filter()},
)

ESCALATIONS = Listing(
    name="escalations",
    title="Levels of escalation of tickets: when they are due, and when they fired",
    of=Escalation,
    needs=NEEDS,
    fields={
        "id": "id",
        **TICKET_FIELDS,
        "round": "round",
        "level": "level",
        "person": "rule__person__name",
        "team": "rule__team__name",
        "due_at": "due_at",
        "fired_at": "fired_at",
    },
    orders={"entry": ("id",)},
    newest_first=True,
    filters={
        "ticket": build_ticket_filter(),
        "fired": Filter(kind=bool, lookup=lambda yes: Q(fired_at__isnull=not yes), about="whether it has fired"),
    },
)

LISTS = (TICKETS, COMMENTS, ATTACHMENTS, ESCALATIONS)
