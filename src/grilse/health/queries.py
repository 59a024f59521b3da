"""Treatments of a batch."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from grilse.health.models import Treatment


@dataclass(frozen=True, kw_only=True, slots=True)
class TreatedDay:
    """Containers of a batch in which one treatment began on a day."""

    date: date
    kind: str
    method: str
    containers: int


def treated_days(batch_id: int, placement_id: int | None = None) -> list[TreatedDay]:
    """Return the treatments of a batch or of one placement, one row a day and method; one statement."""
    return [TreatedDay(**row) for row in _days(batch_id, placement_id)]


def _days(batch_id: int, placement_id: int | None) -> QuerySet[Treatment, dict[str, object]]:
    treatments = Treatment.objects.filter(placement__batch_id=batch_id)
    if placement_id is not None:
        treatments = treatments.filter(placement_id=placement_id)
    ...
