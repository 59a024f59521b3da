"""Query budgets of the help desk."""

from datetime import timedelta

from django.db.models import Count

from grilse.helpdesk import lists, queries, service_report
from grilse.helpdesk.models import Attachment, Comment, Ticket
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets, take_first_row

TICKETS = ("helpdesk_ticket",)
TIMELINE = ("helpdesk_comment", "helpdesk_ticketevent", "helpdesk_attachment", "helpdesk_escalation")
# Open tickets, counted by status; and those of a year, by month.
WAITING_TICKETS, TICKETS_PER_YEAR = 20_000, 50_000

LIST_BUDGETS = {
    # A reader without permission for internal comments skips them.
    "ticket-comments": ListBudget(touched=4),
    "tickets": ListBudget(
        unfiltered_export=True, unindexed_filters=("text", "site", "geography", "priority", "overdue")
    ),
}

find_busiest_ticket = take_first_row(
    Comment.objects.values("ticket__number").annotate(comments=Count("id")).order_by("-comments", "ticket"),
    number="ticket__number",
)


def _find_last_year() -> Arguments:
    last = Ticket.objects.order_by("-opened_at").values_list("opened_at", flat=True).first()
    return None if last is None else {"since": last.date() - timedelta(days=365), "until": last.date()}


def _find_site() -> Arguments:
    """Return the sea site of the last ticket about one."""
    area = Ticket.objects.filter(area__isnull=False).order_by("-opened_at").values_list("area_id", flat=True).first()
    return None if area is None else {"area": area, "limit": 8}


declare_budgets(
    *build_list_budgets(
        lists.LISTS,
        LIST_BUDGETS,
        small=("ticket-categories", "business-hours", "holidays", "service-levels", "escalation-rules"),
    ),
    # The planner may sort the few teams and categories to join them.
    QueryBudget(queries.find_ticket, find_busiest_ticket, unscanned=TICKETS, sorts=True),
    QueryBudget(
        queries.read_timeline, find_busiest_ticket, unscanned=TICKETS + TIMELINE, sorts=True, touched=3, least=100
    ),
    QueryBudget(
        queries.find_attachment,
        take_first_row(Attachment.objects.order_by("-id"), number="ticket__number", id="id"),
        unscanned=(*TICKETS, "helpdesk_attachment"),
        touched=2,
    ),
    QueryBudget(
        queries.count_queues, take_first_row(Ticket.objects.all()), unscanned=TICKETS, sorts=True, least=WAITING_TICKETS
    ),
    QueryBudget(queries.list_site_tickets, _find_site, sorts=True, least=TICKETS_PER_YEAR),
    QueryBudget(service_report.report_promises, _find_last_year, sorts=True, least=TICKETS_PER_YEAR),
)
