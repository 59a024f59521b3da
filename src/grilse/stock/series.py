"""Fish that a batch or a placement lost, day by day."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, Sum

from grilse.errors import GrilseError
from grilse.stock.lists import EFFECTIVE
from grilse.stock.models import Movement, Placement

LOSSES = {"deaths": "MORTALITY", "culled": "CULL", "escaped": "ESCAPE"}


def find_placement_ids(batch: str | None, placement: str | None) -> list[int]:
    """Return the placements of a batch, or the one of a name; one statement."""
    if (batch is None) == (placement is None):
        raise GrilseError("name a batch or a placement, one of them", field="batch")
    condition = {"batch__number": batch} if batch is not None else {"name": placement}
    return list(Placement.objects.filter(**condition).values_list("id", flat=True))


def read_daily_losses(placements: Sequence[int]) -> Sequence[tuple[date, int, int, int]]:
    """Return the date, deaths, culled and escaped fish of each day that lost some; one statement."""
    rows = Movement.objects.filter(source_id__in=placements, kind__in=LOSSES.values()).filter(EFFECTIVE)
    sums = {name: Sum("count", filter=Q(kind=kind), default=0) for name, kind in LOSSES.items()}
    return list(rows.values_list("date").annotate(**sums).order_by("date"))
