"""Daily environment of a container, and containers by the names that senders of readings use."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from grilse.environment.daily_summaries import COLUMNS as SUMMARY_COLUMNS
from grilse.environment.models import DailyEnvironment
from grilse.errors import GrilseError
from grilse.farm.models import Container

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


def read_container_ids() -> dict[str | int, int]:
    """Return the ids of the containers in reach, by name and by id; one statement.

    A name that looks like an id is taken as the name.
    """
    rows = list(Container.objects.values_list("pk", "name"))
    known: dict[str | int, int] = {}
    for pk, _ in rows:
        known[pk] = known[str(pk)] = pk
    return known | {name: pk for pk, name in rows}


def find_container_id(name: str | int) -> int:
    """Return the id of a container in reach; one statement."""
    container_id = read_container_ids().get(name)
    if container_id is None:
        raise GrilseError(f"there is no container {name}", field="container")
    return container_id
