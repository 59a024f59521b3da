"""What the doors ask of the help desk, and what it may cost."""

from datetime import timedelta

from django.db.models import Count

from grilse.helpdesk import lists, lists_rules, queries, service_report
from grilse.helpdesk.models import Attachment, Comment, Ticket
from grilse.listing.budgets import ListBudget, build_list_budgets
from grilse.proof.registry import Arguments, QueryBudget, declare_budgets

TICKETS = ("helpdesk_ticket",)
OF_TICKETS = ("helpdesk_comment", "helpdesk_ticketevent", "helpdesk_attachment", "helpdesk_escalation")
# Tickets that are not done with, counted by status; and those of a year, by month.
WAITING_TICKETS, TICKETS_PER_YEAR = 20_000, 50_000
# What is late is looked for among what waits, newest first.
LATE = 5_000

# Between what is said to all lies what is not.
COSTS = {
    "ticket-comments": ListBudget(touched=4),
    "tickets": ListBudget(unfiltered_export=True, scanning=("text", "site", "geography", "priority", "overdue")),
    "ticket-categories": ListBudget(few=True),
    "business-hours": ListBudget(few=True),
    "holidays": ListBudget(few=True),
    "service-levels": ListBudget(few=True),
    "escalation-rules": ListBudget(few=True),
}


def _find_ticket() -> Arguments:
    """Return the ticket on which most was said."""
    most = Comment.objects.values("ticket__number").annotate(said=Count("id")).order_by("-said", "ticket").first()
    return None if most is None else {"number": most["ticket__number"]}


def _find_attachment() -> Arguments:
    attachment_key = Attachment.objects.order_by("-id").values_list("ticket__number", "id").first()
    return None if attachment_key is None else {"number": attachment_key[0], "id": attachment_key[1]}


def _has_tickets() -> Arguments:
    return {} if Ticket.objects.exists() else None


def _find_last_year() -> Arguments:
    last = Ticket.objects.order_by("-opened_at").values_list("opened_at", flat=True).first()
    return None if last is None else {"since": last.date() - timedelta(days=365), "until": last.date()}


declare_budgets(
    *build_list_budgets((*lists.LISTS, *lists_rules.LISTS), COSTS),
    QueryBudget(
        name="helpdesk.queries.find_ticket",
        run=queries.find_ticket,
        example=_find_ticket,
        statements=1,
        unscanned=TICKETS,
        # Its team and category are found among few, which the planner may put in order to join them.
        sorts=True,
    ),
    QueryBudget(
        name="helpdesk.queries.read_timeline",
        run=queries.read_timeline,
        example=_find_ticket,
        statements=1,
        unscanned=(*TICKETS, *OF_TICKETS),
        sorts=True,
        touched=3,
        least=100,
    ),
    QueryBudget(
        name="helpdesk.queries.find_attachment",
        run=queries.find_attachment,
        example=_find_attachment,
        statements=1,
        unscanned=(*TICKETS, "helpdesk_attachment"),
        touched=2,
    ),
    QueryBudget(
        name="helpdesk.queries.count_queues",
        run=queries.count_queues,
        example=_has_tickets,
        statements=1,
        unscanned=TICKETS,
        sorts=True,
        least=WAITING_TICKETS,
    ),
    QueryBudget(
        name="helpdesk.service_report.report_promises",
        run=service_report.report_promises,
        example=_find_last_year,
        statements=1,
        unscanned=(),
        sorts=True,
        least=TICKETS_PER_YEAR,
    ),
)
