"""The daily environment of a container."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from grilse.environment.daily_summaries import COLUMNS as SUMMARY_COLUMNS
from grilse.environment.models import DailyEnvironment

COLUMNS = tuple(column for column in SUMMARY_COLUMNS if not column.endswith("_n"))


def read_daily_environment(
    container: int, first: date | None = None, last: date | None = None
) -> Sequence[tuple[Any, ...]]:
    """Return the date and the columns of each measured day, in order; one statement."""
    days = DailyEnvironment.objects.filter(container_id=container)
    if first is not None:
        days = days.filter(date__gte=first)
    if last is not None:
        days = days.filter(date__lte=last)
    return list(days.order_by("date").values_list("date", *COLUMNS))
