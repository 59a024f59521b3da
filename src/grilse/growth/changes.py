"""What changed in a lower room, answered: the batches that depend on it are estimated again."""

from collections.abc import Mapping
from datetime import date

from grilse.farm.tenancy import everywhere
from grilse.stock.changes import psycopg_connection
from grilse.stock.models import Placement


def reestimate(changed: Mapping[int, date]) -> None:
    """Estimate the batches of placements, and those tied to them, in the transaction of the change.

    From the first day on, whatever day changed: hindsight flows back, and a group is computed whole.
    """
    # Every program registers this at its start; most never change anything.
    from grilse.growth.estimate import estimate_batches

    depending: dict[int, set[int]] = {}
    found = Placement.objects.filter(pk__in=list(changed)).values_list("company_id", "batch_id")
    for company, batch in found.distinct():
        depending.setdefault(company, set()).add(batch)
    # An estimate is of all fish of a batch, also of those that this editor does not see.
    with everywhere():
        for company, batches in depending.items():
            estimate_batches(psycopg_connection(), company, sorted(batches))
