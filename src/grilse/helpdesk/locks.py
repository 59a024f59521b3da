"""Who waits for whom: numbers of tickets come one after another, and rules change while no ticket does."""

from django.db import connection

from grilse.access.tenancy import lift_geography_limit
from grilse.helpdesk.models import Ticket

NUMBERS, RULES = 0x6864 << 48, 0x6872 << 48  # where the numbers of the locks of companies begin


def next_number(company: int) -> int:
    """Return the number of a company's next ticket, which is its own once it is kept; nobody else gets it."""
    _take_lock("pg_advisory_xact_lock", NUMBERS + company)
    # Tickets out of reach have numbers too.
    with lift_geography_limit():
        last = Ticket.objects.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def hold_rules_shared(company: int) -> None:
    """Have the rules stay as they are until the transaction ends; taken before any ticket is held."""
    _take_lock("pg_advisory_xact_lock_shared", RULES + company)


def hold_rules_exclusive(company: int) -> None:
    """Wait until no ticket changes, and let none change until the transaction ends."""
    _take_lock("pg_advisory_xact_lock", RULES + company)


def _take_lock(function: str, key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [key])
