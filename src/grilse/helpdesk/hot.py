"""What the doors ask of the help desk, and what it may cost."""

from datetime import timedelta

from django.db.models import Count

from grilse.farm.listing_hot import Cost, hot
from grilse.helpdesk import lists, lists_rules, promises, queries
from grilse.helpdesk.models import Attachment, Comment, Ticket
from grilse.proof.registry import Given, Hot, declare

TICKETS = ("helpdesk_ticket",)
OF_TICKETS = ("helpdesk_comment", "helpdesk_ticketevent", "helpdesk_attachment", "helpdesk_escalation")
# Tickets that are not done with, counted by status; and those of a year, by month.
WAITING, A_YEAR = 20_000, 50_000
# What is late is looked for among what waits, newest first.
LATE = 5_000

# Between what is said to all lies what is not.
COSTS = {
    "ticket-comments": Cost(touched=4),
    "tickets": Cost(whole=True, scanning=("text", "site", "geography", "priority", "overdue")),
    "ticket-categories": Cost(few=True),
    "business-hours": Cost(few=True),
    "holidays": Cost(few=True),
    "service-levels": Cost(few=True),
    "escalation-rules": Cost(few=True),
}


def _ticket() -> Given:
    """Return the ticket on which most was said."""
    most = (
        Comment.objects.values("ticket__number")
        .annotate(said=Count("id"))
        .order_by("-said", "ticket")
        .first()
    )
    return None if most is None else {"number": most["ticket__number"]}


def _file() -> Given:
    found = Attachment.objects.order_by("-id").values_list("ticket__number", "id").first()
    return None if found is None else {"number": found[0], "id": found[1]}


def _there() -> Given:
    return {} if Ticket.objects.exists() else None


def _last_year() -> Given:
    last = Ticket.objects.order_by("-opened_at").values_list("opened_at", flat=True).first()
    return None if last is None else {"since": last.date() - timedelta(days=365), "until": last.date()}


declare(
    *hot((*lists.LISTS, *lists_rules.LISTS), COSTS),
    Hot(
        name="helpdesk.queries.ticket",
        run=queries.ticket,
        example=_ticket,
        statements=1,
        unscanned=TICKETS,
        # Its team and category are found among few, which the planner may put in order to join them.
        sorts=True,
    ),
    Hot(
        name="helpdesk.queries.timeline",
        run=queries.timeline,
        example=_ticket,
        statements=1,
        unscanned=(*TICKETS, *OF_TICKETS),
        sorts=True,
        touched=3,
        least=100,
    ),
    Hot(
        name="helpdesk.queries.attachment",
        run=queries.attachment,
        example=_file,
        statements=1,
        unscanned=(*TICKETS, "helpdesk_attachment"),
        touched=2,
    ),
    Hot(
        name="helpdesk.queries.queues",
        run=queries.queues,
        example=_there,
        statements=1,
        unscanned=TICKETS,
        sorts=True,
        least=WAITING,
    ),
    Hot(
        name="helpdesk.promises.kept",
        run=promises.kept,
        example=_last_year,
        statements=1,
        unscanned=(),
        sorts=True,
        least=A_YEAR,
    ),
)
