"""Treatments of a batch, and causes of death. Each function is one statement."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from grilse.health.models import MortalityCause, Treatment


@dataclass(frozen=True, kw_only=True, slots=True)
class TreatedDay:
    """Containers of a batch in which one treatment began on a day."""

    date: date
    kind: str
    method: str
    containers: int


def read_treated_days(
    batch_id: int, placement_id: int | None = None, *, through: date | None = None
) -> list[TreatedDay]:
    """Return the treatments of a batch or of one placement, one row a day and method; one statement.

    `through` leaves out what began later.
    """
    treatments = Treatment.objects.filter(placement__batch_id=batch_id)
    if placement_id is not None:
        treatments = treatments.filter(placement_id=placement_id)
    if through is not None:
        treatments = treatments.filter(start__lte=through)
    days = treatments.values_list("start", "kind", "method").annotate(n=Count("placement_id", distinct=True))
    return [
        TreatedDay(date=start, kind=kind, method=method, containers=n)
        for start, kind, method, n in days.order_by("start", "kind", "method")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """A cause of death, and the one that it is a finer name of."""

    code: str
    name: str
    parent: str | None


def read_causes() -> list[Cause]:
    """Return the causes of death, each after the one it belongs to; one statement."""
    rows = MortalityCause.objects.order_by("pk").values_list("code", "name", "parent__code")
    return [Cause(code=code, name=name, parent=parent) for code, name, parent in rows]


def read_cause_codes() -> list[str]:
    """Return the codes that the ledger takes; one statement."""
    return [cause.code for cause in read_causes()]
