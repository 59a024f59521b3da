"""Changes of help desk rules: no ticket changes meanwhile, and escalations are scheduled anew.

Categories, hours, holidays, service levels and escalation rules are added, changed and removed as places are.
Due times stay as promised; escalations that have not fired follow the new rules.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import groupby, pairwise
from operator import itemgetter

from django.db import transaction

from grilse.access.tenancy import get_current_actor, lock_until_commit
from grilse.errors import GrilseError
from grilse.helpdesk.business_hours import DAY, WEEKDAYS, format_period, read_calendar
from grilse.helpdesk.escalation import schedule_escalations
from grilse.helpdesk.models import BusinessHours, EscalationRule, Ticket
from grilse.helpdesk.workflow import ACTIVE_STATUSES

RULES_LOCK_BASE = 0x6872 << 48  # plus the company's id, the key of the lock


def lock_rules(*, shared: bool = False) -> None:
    """Keep the rules as they are until the transaction ends; one statement, before any ticket is locked.

    Changes of tickets take the lock in shared mode, changes of rules in exclusive mode.
    """
    lock_until_commit(RULES_LOCK_BASE + get_current_actor().company, shared=shared)


@contextmanager
def change_rules() -> Iterator[None]:
    """Change rules while no ticket changes, and schedule escalations anew."""
    with transaction.atomic():
        lock_rules()
        yield
        _refuse_overlapping_hours()
        _refuse_disorder()
        active = Ticket.objects.select_for_update().filter(status__in=ACTIVE_STATUSES).order_by("pk")
        schedule_escalations(list(active), read_calendar())


def _refuse_overlapping_hours() -> None:
    """Refuse a period of business hours that overlaps an earlier entered one of its day.

    A night may overlap the day after: a minute that periods share is counted once.
    """
    spans = ((hours.weekday, *_find_span(hours), hours) for hours in BusinessHours.objects.all())
    for (day, _, end, earlier), (other_day, start, _, later) in pairwise(sorted(spans, key=itemgetter(0, 1))):
        if day == other_day and start < end:
            first, second = sorted((earlier, later), key=lambda hours: hours.pk)
            raise GrilseError(
                f"{WEEKDAYS[first.weekday]} has {format_period(first.opens, first.closes)} already:"
                f" {format_period(second.opens, second.closes)} overlaps it, choose other times",
                field="opens",
            )


def _find_span(hours: BusinessHours) -> tuple[timedelta, timedelta]:
    """Return when a period begins and ends, from the midnight at which its day begins."""
    start, closes = (
        timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
        for at in (hours.opens, hours.closes)
    )
    return start, closes if hours.closes > hours.opens else closes + DAY


def _refuse_disorder() -> None:
    """Refuse a level that would fire no later than the one below it."""
    rules = EscalationRule.objects.filter(active=True).order_by("category_id", "level")
    for _, levels in groupby(rules, key=lambda rule: rule.category_id):
        for below, above in pairwise(levels):
            if above.after_minutes <= below.after_minutes:
                raise GrilseError(
                    f"level {above.level} has to come after level {below.level}, which comes after"
                    f" {below.after_minutes:,} minutes: increase its minutes",
                    field="after_minutes",
                )
