"""Example arguments of query budgets: the largest batch of the company, with its placements, containers and days."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet

from grilse.farm.models import Container
from grilse.proof.registry import Arguments
from grilse.stock.models import Batch, Movement, Placement


def find_largest_batch() -> Batch | None:
    """Return the batch with the most placements."""
    batches = Batch.objects.annotate(n=Count("placements")).filter(n__gt=0)
    return batches.order_by("-n", "pk").first()


def _filter_placements() -> QuerySet[Placement]:
    return Placement.objects.filter(batch=find_largest_batch())


def list_placement_ids() -> list[int]:
    """Return the placements of the batch, the oldest first."""
    return list(_filter_placements().order_by("pk").values_list("pk", flat=True))


def find_longest_placement() -> Placement | None:
    """Return the ended placement of the batch with the most days."""
    return _filter_placements().exclude(stop=None).order_by(F("start") - F("stop"), "pk").first()


def find_example_container() -> Container | None:
    """Return the container of that placement."""
    longest = find_longest_placement()
    return None if longest is None else longest.container


def find_example_area() -> int | None:
    """Return a sea site of the batch."""
    containers = Container.objects.filter(area__isnull=False, pk__in=_filter_placements().values("container_id"))
    return containers.order_by("pk").values_list("area_id", flat=True).first()


def find_last_day() -> date | None:
    """Return the day of the last movement into the placements of the batch."""
    newest = Movement.objects.filter(target_id__in=list_placement_ids()).order_by("-date")
    return newest.values_list("date", flat=True).first()


def build_batch_arguments(name: str = "batch_id") -> Arguments:
    """Return the batch as an argument."""
    largest = find_largest_batch()
    return None if largest is None else {name: largest.pk}


def build_placement_arguments(name: str = "placements") -> Arguments:
    """Return the placements of the batch as an argument."""
    placement_ids = list_placement_ids()
    return {name: placement_ids} if placement_ids else None


def build_day_arguments() -> Arguments:
    """Return the placements of the batch and its last day as arguments."""
    placement_ids, last = list_placement_ids(), find_last_day()
    return {"placements": placement_ids, "day": last} if last else None


def read_batch_number() -> str | None:
    """Return the number of the batch."""
    return getattr(find_largest_batch(), "number", None)


def read_container_name() -> str | None:
    """Return the name of the container."""
    return getattr(find_example_container(), "name", None)


def read_site_name() -> str | None:
    """Return the name of the sea site or hall of the container."""
    container = find_example_container()
    return getattr(container and (container.area or container.hall), "name", None)


FILTER_VALUES: Mapping[str, Callable[[], Any]] = {
    "batch": read_batch_number,
    "container": read_container_name,
    "site": read_site_name,
}
"""Values of the filters of lists."""
