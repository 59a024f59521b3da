"""A company's work rules: its time zone, its currency, and how long rows of its people are kept."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from grilse.access.tenancy import ALL_GEOGRAPHIES_SQL, get_current_actor
from grilse.errors import GrilseError
from grilse.farm.actions.places import open_change_context
from grilse.listing.sql import fetch_rows
from grilse.people.models import WorkRules
from grilse.science.time_zones import describe_unknown_zone, list_time_zones

MAX_DAYS = 32_767
"""Days that the column holds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkRuleValues:
    """The work rules of a company."""

    time_zone: str = "UTC"
    """The zone of its days, such as Europe/Oslo."""
    currency: str = "EUR"
    track_days: int = 365
    """Days after which positions are deleted; journeys and visits stay."""
    journal_days: int = 1825
    """Days after which journal entries are deleted."""
    deleted_days: int = 30
    """Days for which an author can restore a deleted entry."""


def read_work_rules() -> WorkRuleValues:
    """Return the company's work rules, or the defaults; one statement."""
    row = WorkRules.objects.values(*asdict(WorkRuleValues())).first()
    return WorkRuleValues(**row) if row else WorkRuleValues()


def read_zone_default() -> dict[str, Any]:
    """Return the time zone of a new geography that names none; one statement."""
    return {"time_zone": read_work_rules().time_zone}


def save_work_rules(new: WorkRuleValues) -> None:
    """Save the company's work rules; they hold in the whole company, and so must the role."""
    _refuse_invalid_rules(new)
    [role] = fetch_rows(f"SELECT {ALL_GEOGRAPHIES_SQL} AS is_company_wide")
    if not role["is_company_wide"]:
        raise GrilseError("work rules hold in the whole company: changing them needs a role that does too")
    # Apps above count business hours in its zone.
    with open_change_context("work rules"):
        WorkRules.objects.update_or_create(company_id=get_current_actor().company, defaults=asdict(new))


def delete_expired_rows() -> int:
    """Delete the company's expired positions, entries and deleted entries, as its rules say; one statement.

    Journeys and visits stay; the audit keeps whose entry was deleted and when, not its text. Return how many rows
    were deleted.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_retain()")
        [count] = cursor.fetchone()
    return int(count)


def _refuse_invalid_rules(new: WorkRuleValues) -> None:
    if new.time_zone not in list_time_zones():
        raise GrilseError(describe_unknown_zone(new.time_zone), field="time_zone")
    if not (new.currency.isascii() and new.currency.isalpha() and new.currency.isupper() and len(new.currency) == 3):
        raise GrilseError("a currency has three capital letters, such as NOK", field="currency")
    for name, least in {"track_days": 1, "journal_days": 1, "deleted_days": 0}.items():
        days = getattr(new, name)
        if not least <= days <= MAX_DAYS:
            raise GrilseError(f"{name} {days}: it is from {least} to {MAX_DAYS:,}", field=name)
