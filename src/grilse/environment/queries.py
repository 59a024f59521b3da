"""The water of a container day by day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from grilse.environment.models import DailyEnvironment

COLUMNS = ("temperature_mean", "temperature_min", "temperature_max", "oxygen_mean", "oxygen_min", "oxygen_max")


def read_daily_environment(
    container: int, first: date | None = None, last: date | None = None
) -> Sequence[tuple[Any, ...]]:
    """Return the date and the columns of each day that was measured, in order; one statement."""
    days = DailyEnvironment.objects.filter(container_id=container)
    if first is not None:
        days = days.filter(date__gte=first)
    if last is not None:
        days = days.filter(date__lte=last)
    return list(days.order_by("date").values_list("date", *COLUMNS))
