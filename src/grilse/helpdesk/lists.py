"""Lists of tickets, of what was said and put on them, and of whom they called."""

from django.db.models import Expression, Q
from django.db.models.functions import Now

from grilse.farm.listing import Column, Filter, Listing
from grilse.farm.listing_filters import GEOGRAPHY, contains, days, is_, one
from grilse.farm.listing_sql import Among
from grilse.farm.models import Container, Geography
from grilse.helpdesk.models import Attachment, Category, Comment, Escalation, Ticket
from grilse.helpdesk.workflow import UNDONE, WAITS
from grilse.people.lists_directory import at_site, site
from grilse.people.models import Team

NEEDS = "helpdesk.read"
OF_TICKET: dict[str, Column] = {"ticket": "ticket__number", "ticket_title": "ticket__title"}
LATE = Q(status__in=WAITS) & (Q(resolve_due__lt=Now()) | Q(answered_at=None, answer_due__lt=Now()))


def of_ticket() -> Filter:
    """Return the filter of rows of a ticket."""

    def condition(number: int) -> Expression:
        return Among("ticket_id", Ticket.objects.filter(number=number).values("id"))

    return Filter(kind=int, lookup=condition, about="the ticket, by number")


def _late(wanted: bool) -> Q | Expression:
    return LATE if wanted else ~LATE


def _waiting(wanted: bool) -> Q | Expression:
    return Q(status__in=UNDONE) if wanted else ~Q(status__in=UNDONE)


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
        "site": site(),
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
        "status": is_("status", "how far it has come", choices=tuple(Ticket.Status.values)),
        "priority": is_("priority", "how much it presses", choices=tuple(Ticket.Priority.values)),
        "category": one("category_id", Category, "name", "what it is about"),
        "geography": one("geography_id", Geography, "name", GEOGRAPHY),
        "site": Filter(kind=str, lookup=at_site, about="the sea area or station"),
        "container": one("container_id", Container, "name", "the container, by name"),
        "assignee_id": is_("assignee_id", "whose it is, by id", int),
        "reporter_id": is_("reporter_id", "who opened it, by id", int),
        "team": one("team_id", Team, "name", "the team that it is given to"),
        "number": is_("number", "its number", int),
        "overdue": Filter(kind=bool, lookup=_late, about="whether it waits longer than promised"),
        "waiting": Filter(kind=bool, lookup=_waiting, about="whether somebody still waits for it"),
        "text": contains("title"),
        **days("opened_at"),
    },
)

COMMENTS = Listing(
    name="ticket-comments",
    title="What was said on tickets",
    of=Comment,
    needs=NEEDS,
    fields={
        "id": "id",
        **OF_TICKET,
        "at": "at",
        "author_id": "author_id",
        "author": "author__name",
        "body": "body",
        "internal": "internal",
    },
    orders={"entry": ("id",)},
    newest_first=True,
    filters={"ticket": of_ticket(), "author_id": is_("author_id", "who said it, by id", int)},
)

ATTACHMENTS = Listing(
    name="ticket-attachments",
    title="Files on tickets, without what is in them",
    of=Attachment,
    needs=NEEDS,
    fields={
        "id": "id",
        **OF_TICKET,
        "at": "at",
        "author_id": "author_id",
        "author": "author__name",
        "name": "name",
        "content_type": "content_type",
        "size": "size",
    },
    orders={"entry": ("id",)},
    newest_first=True,
    filters={"ticket": of_ticket()},
)

ESCALATIONS = Listing(
    name="escalations",
    title="Levels of escalation of tickets: when they are due, and when they fired",
    of=Escalation,
    needs=NEEDS,
    fields={
        "id": "id",
        **OF_TICKET,
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
        "ticket": of_ticket(),
        "fired": Filter(
            kind=bool, lookup=lambda yes: Q(fired_at__isnull=not yes), about="whether it has fired"
        ),
    },
)

LISTS = (TICKETS, COMMENTS, ATTACHMENTS, ESCALATIONS)
