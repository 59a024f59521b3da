"""Escalations: when the levels of a ticket are due; each fires once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Max

from grilse.helpdesk.business_hours import Calendar, compute_due_time
from grilse.helpdesk.models import Escalation, EscalationRule, Ticket
from grilse.helpdesk.workflow import ACTIVE_STATUSES, Status

ROWS_PER_STATEMENT = 2000
"""Rows of one INSERT."""


def fire_escalations(now: datetime) -> int:
    """Fire the due escalations of the company; return their number; one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT helpdesk_escalate(%s)", [now])
        return int(cursor.fetchone()[0])


def schedule_escalations(tickets: Sequence[Ticket], calendar: Calendar) -> None:
    """Replace the escalations of tickets that have not fired; four statements at any number.

    Escalations of a ticket on hold have no due time; a finished ticket has none. The levels up to the highest that
    fired in the ticket's round are not scheduled again.
    """
    ids = [ticket.pk for ticket in tickets]
    Escalation.objects.filter(ticket__in=ids, fired_at=None).delete()
    active = [ticket for ticket in tickets if ticket.status in ACTIVE_STATUSES]
    if not active:
        return
    rules, fired = _read_rules(), _find_fired_levels(ids)
    rows = [
        _build_escalation(ticket, rule, calendar)
        for ticket in active
        for rule in rules.get(ticket.category_id, rules[None])
        if rule.active and rule.level > fired.get((ticket.pk, ticket.round), 0)
    ]
    Escalation.objects.bulk_create(rows, batch_size=ROWS_PER_STATEMENT)


def _build_escalation(ticket: Ticket, rule: EscalationRule, calendar: Calendar) -> Escalation:
    minutes = rule.after_minutes + ticket.held_minutes
    return Escalation(
        company_id=ticket.company_id,
        ticket=ticket,
        round=ticket.round,
        level=rule.level,
        rule=rule,
        due_at=None if ticket.status == Status.ON_HOLD else compute_due_time(ticket.counted_from, minutes, calendar),
    )


def _read_rules() -> Mapping[int | None, list[EscalationRule]]:
    """Return the rules by category; None holds those of categories without rules of their own."""
    rules: dict[int | None, list[EscalationRule]] = {None: []}
    for rule in EscalationRule.objects.order_by("level"):
        rules.setdefault(rule.category_id, []).append(rule)
    return rules


def _find_fired_levels(ids: Sequence[int]) -> Mapping[tuple[int, int], int]:
    """Return the highest level that fired, by ticket and round."""
    fired = Escalation.objects.filter(ticket__in=ids, fired_at__isnull=False)
    highest = fired.values_list("ticket_id", "round").annotate(level=Max("level"))
    return {(ticket, round): level for ticket, round, level in highest}
