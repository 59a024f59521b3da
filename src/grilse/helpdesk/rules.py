"""What tickets go by: while it changes no ticket does, and what they still wait for follows it.

Categories, hours, holidays, service levels and rules of escalation are added, changed and removed as places
are. What was promised stays promised; levels of escalation that are to come follow the rules as they are now.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby, pairwise

from django.db import transaction

from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.helpdesk import locks
from grilse.helpdesk.business_hours import read_calendar
from grilse.helpdesk.escalation import schedule_escalations
from grilse.helpdesk.models import EscalationRule, Ticket
from grilse.helpdesk.workflow import ACTIVE_STATUSES


@contextmanager
def change_rules() -> Iterator[None]:
    """Change rules while no ticket changes, and write anew when levels of escalation are due."""
    with transaction.atomic():
        locks.hold_rules_exclusive(get_current_actor().company)
        yield
        _refuse_disorder()
        undone = Ticket.objects.select_for_update().filter(status__in=ACTIVE_STATUSES).order_by("pk")
        schedule_escalations(list(undone), read_calendar())


def _refuse_disorder() -> None:
    """Refuse a level that would come no later than the one below it."""
    rules = EscalationRule.objects.filter(active=True).order_by("category_id", "level")
    for _, levels in groupby(rules, key=lambda rule: rule.category_id):
        for below, above in pairwise(levels):
            if above.after_minutes <= below.after_minutes:
                raise GrilseError(
                    f"level {above.level} has to come after level {below.level}, which comes after"
                    f" {below.after_minutes:,} minutes: let it wait longer",
                    field="after_minutes",
                )
