"""Lists of tickets and what belongs to them, and of a company's settings of its help desk."""

from datetime import time

from django.db.models import Q
from django.db.models.functions import Now

from grilse.farm.list_filters import GEOGRAPHY_HELP, build_site_name_filter
from grilse.farm.models import Container, Geography
from grilse.farm.site_names import build_label
from grilse.helpdesk.business_hours import format_closing_time
from grilse.helpdesk.models import (
    Attachment,
    BusinessHours,
    Category,
    Comment,
    Escalation,
    EscalationRule,
    Holiday,
    ServiceLevel,
    Ticket,
)
from grilse.helpdesk.workflow import ACTIVE_STATUSES, WAITING_STATUSES
from grilse.listing.filters import (
    build_date_filters,
    build_day_filters,
    build_reference_filter,
    build_subquery_filter,
    build_text_filter,
)
from grilse.listing.listing import ConvertedColumn, Filter, Listing, build_fields
from grilse.people.lists import WORK_ZONE, build_site_condition, build_site_name
from grilse.people.models import Team

OVERDUE = Q(status__in=WAITING_STATUSES) & (Q(resolve_due__lt=Now()) | Q(answered_at=None, answer_due__lt=Now()))
ACTIVE = Q(status__in=ACTIVE_STATUSES)
PRIORITIES = tuple(Ticket.Priority.values)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _build_condition_filter(condition: Q, help_text: str) -> Filter:
    """Return the filter of rows that meet a condition, or of those that do not."""
    return Filter(lambda is_met: condition if is_met else ~condition, help_text, bool)


def _build_time_field(column: str) -> ConvertedColumn:
    def format_time(at: time) -> str:
        return f"{at:%H:%M}"

    return ConvertedColumn(column, format_time, str)


def _build_category_filter(help_text: str) -> Filter:
    return build_reference_filter("category_id", Category, "name", help_text)


TICKET_FIELDS = build_fields("id", ticket="ticket__number", ticket_title="ticket__title")
TICKET_FILTER = build_subquery_filter(
    "ticket_id", lambda number: Ticket.objects.filter(number=number), "the ticket, by number", int
)
AUTHOR_FIELDS = build_fields("at author_id", author="author__name")
CATEGORY_FIELDS = build_fields("category_id", category="category__name")
TEAM_FIELDS = build_fields("team_id", team="team__name")

TICKETS = Listing(
    name="tickets",
    title="Support tickets",
    model=Ticket,
    fields=build_fields("id number title status priority", category="category__name", geography="geography__name")
    | build_fields(site=build_site_name(), container=build_label(Container, "container__"), reporter_id="reporter_id")
    | build_fields(reporter="reporter__name", assignee_id="assignee_id", assignee="assignee__name", team="team__name")
    | build_fields("opened_at answered_at answer_due resolved_at resolve_due closed_at held_since held_minutes round"),
    orders={"opened": ("opened_at", "id"), "number": ("number",)},
    newest_first=True,
    filters={
        "status": Filter("status", "its status", choices=tuple(Ticket.Status.values)),
        "priority": Filter("priority", "its priority", choices=PRIORITIES),
        "category": _build_category_filter("what it is about"),
        "geography": build_reference_filter("geography_id", Geography, "name", GEOGRAPHY_HELP),
        "site": Filter(build_site_condition, "the sea area or station"),
        "container": build_site_name_filter("container_id", Container, "container"),
        "assignee_id": Filter("assignee_id", "the assignee, by id", int),
        "reporter_id": Filter("reporter_id", "who opened it, by id", int),
        "team": build_reference_filter("team_id", Team, "name", "the team that it is assigned to"),
        "number": Filter("number", "its number", int),
        "overdue": _build_condition_filter(OVERDUE, "whether it waits longer than promised"),
        "waiting": _build_condition_filter(ACTIVE, "whether somebody still waits for it"),
        "text": build_text_filter("title"),
        **build_day_filters("opened_at", WORK_ZONE),
    },
)

COMMENTS = Listing(
    name="ticket-comments",
    title="Comments on tickets",
    model=Comment,
    fields=TICKET_FIELDS | AUTHOR_FIELDS | build_fields("body internal"),
    newest_first=True,
    filters={"ticket": TICKET_FILTER, "author_id": Filter("author_id", "the author, by id", int)},
)

ATTACHMENTS = Listing(
    name="ticket-attachments",
    title="Files on tickets, without their content",
    model=Attachment,
    fields=TICKET_FIELDS | AUTHOR_FIELDS | build_fields("name content_type size"),
    newest_first=True,
    filters={"ticket": TICKET_FILTER},
)

ESCALATIONS = Listing(
    name="escalations",
    title="Levels of escalation of tickets: when they are due, and when they fired",
    model=Escalation,
    fields=TICKET_FIELDS
    | build_fields("round level", person="rule__person__name", team="rule__team__name")
    | build_fields("due_at fired_at"),
    newest_first=True,
    filters={
        "ticket": TICKET_FILTER,
        "fired": Filter(lambda has_fired: Q(fired_at__isnull=not has_fired), "whether it has fired", bool),
    },
)

CATEGORIES = Listing(
    name="ticket-categories",
    title="Categories of tickets",
    model=Category,
    fields=build_fields("id name") | TEAM_FIELDS | build_fields("active"),
    orders={"name": ("name",)},
    filters={
        "active": Filter("active", "whether tickets may be opened in it", bool),
        "text": build_text_filter("name"),
    },
)

BUSINESS_HOURS = Listing(
    name="business-hours",
    title="Periods of work on tickets, by the day of the week on which they begin",
    model=BusinessHours,
    fields=build_fields(
        "id weekday", opens=_build_time_field("opens"), closes=ConvertedColumn("closes", format_closing_time, str)
    ),
    orders={"weekday": ("weekday", "opens", "id")},
    filters={"day": Filter(lambda day: Q(weekday=DAYS.index(day)), "the day of the week", choices=DAYS)},
)

HOLIDAYS = Listing(
    name="holidays",
    title="Days on which nobody works on tickets",
    model=Holiday,
    fields=build_fields("id date name"),
    orders={"date": ("date",)},
    newest_first=True,
    filters=build_date_filters("date"),
)

SERVICE_LEVELS = Listing(
    name="service-levels",
    title="Business minutes within which tickets must be answered and resolved",
    model=ServiceLevel,
    fields=build_fields("id priority") | CATEGORY_FIELDS | build_fields("answer_minutes resolve_minutes"),
    filters={
        "priority": Filter("priority", "the priority of the tickets", choices=PRIORITIES),
        "category": _build_category_filter("what the tickets are about"),
    },
)

ESCALATION_RULES = Listing(
    name="escalation-rules",
    title="Who is called when a ticket waits too long, by level",
    model=EscalationRule,
    fields=build_fields("id")
    | CATEGORY_FIELDS
    | build_fields("level after_minutes person_id", person="person__name")
    | TEAM_FIELDS
    | build_fields("priority active"),
    filters={
        "category": _build_category_filter("what the tickets are about"),
        "active": Filter("active", "whether it is in force", bool),
    },
)

LISTS = (
    *(TICKETS, COMMENTS, ATTACHMENTS, ESCALATIONS),
    *(CATEGORIES, BUSINESS_HOURS, HOLIDAYS, SERVICE_LEVELS, ESCALATION_RULES),
)
