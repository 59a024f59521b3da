"""What tickets go by: categories, hours and holidays, service levels, and rules of escalation.

What was promised stays promised; levels of escalation that are to come follow the rules as they are now.
"""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError
from django.db.utils import IntegrityError
from psycopg import errors

from grilse.errors import GrilseError
from grilse.farm.reasons import required_reason
from grilse.farm.rows import checked
from grilse.farm.tenancy import acting, everywhere
from grilse.helpdesk import locks
from grilse.helpdesk.business import calendar
from grilse.helpdesk.escalation import expect
from grilse.helpdesk.models import (
    BusinessHours,
    Category,
    Escalation,
    EscalationRule,
    Holiday,
    ServiceLevel,
    Ticket,
)
from grilse.helpdesk.workflow import UNDONE
from grilse.people.models import Person, Team

KINDS: dict[str, type[models.Model]] = {
    "category": Category,
    "business hours": BusinessHours,
    "holiday": Holiday,
    "service level": ServiceLevel,
    "escalation rule": EscalationRule,
}
REFERRED: dict[str, type[models.Model]] = {"category": Category, "person": Person, "team": Team}
DEFERS = ("business hours", "holiday", "escalation rule")
"""Kinds on which it depends when levels of escalation are due."""
MOST_MINUTES = 525_600
"""Of business, that a ticket may be promised or wait for a level: a year around the clock."""


def add(kind: str, values: Mapping[str, Any]) -> int:
    """Add something that tickets go by; return its id."""
    with transaction.atomic():
        row = KINDS[kind](company_id=_held())
        _write(kind, row, values)
        _follow(kind)
        return int(row.pk)


def change(kind: str, id: int, values: Mapping[str, Any], *, reason: str) -> None:
    """Write something that tickets go by as it is now."""
    required_reason(reason)
    with transaction.atomic():
        _held()
        _write(kind, existing(kind, id), values)
        _follow(kind)


def remove(kind: str, id: int, *, reason: str) -> None:
    """Take away something that tickets go by, where none refers to it."""
    required_reason(reason)
    with transaction.atomic():
        _held()
        row = existing(kind, id)
        if isinstance(row, EscalationRule):
            with everywhere():
                Escalation.objects.filter(rule=row, fired_at=None).delete()
        _delete(kind, row)
        _follow(kind)


def existing(kind: str, id: int) -> models.Model:
    """Return something of the company that tickets go by."""
    found = KINDS[kind]._default_manager.filter(pk=id).first()
    if found is None:
        raise GrilseError(f"there is no {kind} {id}", field=kind.replace(" ", "_"))
    return found


def _held() -> int:
    """Return the company, of which no ticket changes until the transaction ends."""
    company = acting().company
    locks.hold_rules(company)
    return company


def _write(kind: str, row: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name in REFERRED:
            _refer(row, name, value)
        else:
            setattr(row, name, value)
    checked(row)
    _refuse_minutes(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise GrilseError(_refusal(kind, error)) from error
    if isinstance(row, EscalationRule):
        _refuse_order(row)


def _refer(row: models.Model, name: str, id: int | None) -> None:
    if id is not None and not REFERRED[name]._default_manager.filter(pk=id).exists():
        raise GrilseError(f"there is no {name} {id}", field=name)
    setattr(row, f"{name}_id", id)


def _refuse_minutes(row: models.Model) -> None:
    for name in ("answer_minutes", "resolve_minutes", "after_minutes"):
        if getattr(row, name, 0) > MOST_MINUTES:
            raise GrilseError(f"{name} are at most {MOST_MINUTES:,}: a year around the clock", field=name)


def _refuse_order(rule: EscalationRule) -> None:
    """Refuse a level that would come before the ones below it, or after one above it."""
    others = EscalationRule.objects.filter(category=rule.category_id, active=True).exclude(pk=rule.pk)
    for other in others if rule.active else ():
        below, above = sorted((rule, other), key=lambda one: one.level)
        if above.after_minutes <= below.after_minutes:
            raise GrilseError(
                f"level {above.level} has to come after level {below.level}, which waits"
                f" {below.after_minutes:,} minutes: let it wait longer",
                field="after_minutes",
            )


def _delete(kind: str, row: models.Model) -> None:
    try:
        with transaction.atomic():
            row.delete()
    except (ProtectedError, IntegrityError):
        raise GrilseError(f"{kind} {row.pk} is in use: have it used no more by active = false") from None


def _follow(kind: str) -> None:
    """Have the levels that tickets still wait for follow the rules; a handful of statements."""
    if kind not in DEFERS:
        return
    with everywhere():
        undone = Ticket.objects.select_for_update().filter(status__in=UNDONE).order_by("pk")
        expect(list(undone), calendar())


def _refusal(kind: str, error: IntegrityError) -> str:
    """Return the sentence of the rule that the database kept."""
    cause = error.__cause__
    if isinstance(cause, errors.UniqueViolation):
        return f"{kind}: {TWICE[kind]} is there already: change that one"
    broken = str(cause.diag.constraint_name) if isinstance(cause, errors.CheckViolation) else ""
    for rule, sentence in SENTENCES.items():
        if broken.endswith(rule):
            return f"{kind}: {sentence}"
    raise error


TWICE = {
    "category": "one of that name",
    "business hours": "that day of the week",
    "holiday": "that day",
    "service level": "the one of that priority and category",
    "escalation rule": "that level of that category",
}
SENTENCES = {
    "_weekday": "a day of the week is 0 (Monday) to 6 (Sunday)",
    "_times": "work ends after it begins, on the same day",
    "_priority": f"a priority is one of {', '.join(Ticket.Priority.values)}",
    "_minutes": "it is answered in at least a minute, and resolved no earlier than answered",
    "_level": "a level is 1 to 9",
    "_calls_somebody": "name a person or a team whom it calls",
}
