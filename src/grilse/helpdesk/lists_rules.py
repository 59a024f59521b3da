"""Lists of what a company has settled about its tickets."""

from datetime import time

from django.db.models import Q

from grilse.helpdesk.models import BusinessHours, Category, EscalationRule, Holiday, ServiceLevel, Ticket
from grilse.listing.filters import build_date_filters, build_reference_filter, build_text_filter, build_value_filter
from grilse.listing.listing import ConvertedColumn, Filter, Listing

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEEDS = "helpdesk.read"
OF_CATEGORY = {"category": build_reference_filter("category_id", Category, "name", "what the tickets are about")}
PRIORITY = build_value_filter("priority", "how much the tickets press", choices=tuple(Ticket.Priority.values))


def _format_time(at: time) -> str:
    return f"{at:%H:%M}"


CATEGORIES = Listing(
    name="ticket-categories",
    title="What tickets are about",
    of=Category,
    needs=NEEDS,
    fields={"id": "id", "name": "name", "team_id": "team_id", "team": "team__name", "active": "active"},
    orders={"name": ("name",)},
    filters={
        "active": build_value_filter("active", "whether tickets may be opened in it", bool),
        "text": build_text_filter("name"),
    },
)

BUSINESS_HOURS = Listing(
    name="business-hours",
    title="When work on tickets begins and ends, by day of the week",
    of=BusinessHours,
    needs=NEEDS,
    fields={
        "id": "id",
        "weekday": "weekday",
        "opens": ConvertedColumn("opens", _format_time, str),
        "closes": ConvertedColumn("closes", _format_time, str),
    },
    orders={"weekday": ("weekday",)},
    filters={
        "day": Filter(
            kind=str, lookup=lambda day: Q(weekday=DAYS.index(day)), about="the day of the week", choices=DAYS
        )
    },
)

HOLIDAYS = Listing(
    name="holidays",
    title="Days on which nobody works on tickets",
    of=Holiday,
    needs=NEEDS,
    fields={"id": "id", "date": "date", "name": "name"},
    orders={"date": ("date",)},
    newest_first=True,
    filters=build_date_filters("date"),
)

SERVICE_LEVELS = Listing(
    name="service-levels",
    title="Minutes of business within which tickets are to be answered and resolved",
    of=ServiceLevel,
    needs=NEEDS,
    fields={
        "id": "id",
        "priority": "priority",
        "category_id": "category_id",
        "category": "category__name",
        "answer_minutes": "answer_minutes",
        "resolve_minutes": "resolve_minutes",
    },
    orders={"entry": ("id",)},
    filters={"priority": PRIORITY, **OF_CATEGORY},
)

ESCALATION_RULES = Listing(
    name="escalation-rules",
    title="Who is called when a ticket waits too long, by level",
    of=EscalationRule,
    needs=NEEDS,
    fields={
        "id": "id",
        "category_id": "category_id",
        "category": "category__name",
        "level": "level",
        "after_minutes": "after_minutes",
        "person_id": "person_id",
        "person": "person__name",
        "team_id": "team_id",
        "team": "team__name",
        "priority": "priority",
        "active": "active",
    },
    orders={"entry": ("id",)},
    filters={**OF_CATEGORY, "active": build_value_filter("active", "whether it is followed", bool)},
)

LISTS = (CATEGORIES, BUSINESS_HOURS, HOLIDAYS, SERVICE_LEVELS, ESCALATION_RULES)
