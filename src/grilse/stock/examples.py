"""The batch that queries are proven on: the largest of the company, and what belongs to it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, F

from grilse.farm.models import Container
from grilse.proof.registry import Arguments
from grilse.stock.models import Batch, Movement, Placement


def find_largest_batch() -> Batch | None:
    """Return the batch of the most placements."""
    counted = Placement.objects.values("batch_id").annotate(n=Count("id")).order_by("-n", "batch_id")
    largest = counted.values_list("batch_id", flat=True).first()
    return None if largest is None else Batch.objects.get(pk=largest)


def list_placement_ids() -> list[int]:
    """Return its placements, the oldest first."""
    largest = find_largest_batch()
    return (
        []
        if largest is None
        else list(Placement.objects.filter(batch=largest).order_by("pk").values_list("pk", flat=True))
    )


def find_longest_placement() -> Placement | None:
    """Return the placement of it that stood the longest."""
    largest = find_largest_batch()
    closed_placements = Placement.objects.filter(batch=largest).exclude(stop=None)
    return closed_placements.order_by(F("start") - F("stop"), "pk").first() if largest else None


def find_example_container() -> Container | None:
    """Return the container of that placement."""
    longest = find_longest_placement()
    return None if longest is None else Container.objects.get(pk=longest.container_id)


def find_example_area() -> int | None:
    """Return a sea site at which fish of it stood."""
    largest = find_largest_batch()
    containers = Container.objects.filter(
        area__isnull=False, pk__in=Placement.objects.filter(batch=largest).values("container_id")
    )
    return containers.order_by("pk").values_list("area_id", flat=True).first() if largest else None


def find_last_day() -> date | None:
    """Return the day of the last entry of its ledger."""
    newest = Movement.objects.filter(target_id__in=list_placement_ids()).order_by("-date")
    return newest.values_list("date", flat=True).first()


def build_batch_arguments(name: str = "batch_id") -> Arguments:
    """Return the batch as an argument."""
    largest = find_largest_batch()
    return None if largest is None else {name: largest.pk}


def build_placement_arguments(name: str = "placements") -> Arguments:
    """Return its placements as an argument."""
    placement_ids = list_placement_ids()
    return {name: placement_ids} if placement_ids else None


def build_day_arguments() -> Arguments:
    """Return its placements and the day as arguments."""
    placement_ids, last = list_placement_ids(), find_last_day()
    return {"placements": placement_ids, "day": last} if last else None


def read_batch_number() -> str | None:
    """Return its number."""
    largest = find_largest_batch()
    return None if largest is None else largest.number


def read_container_name() -> str | None:
    """Return the name of the container."""
    example = find_example_container()
    return None if example is None else example.name


def read_site_name() -> str | None:
    """Return the name of the sea site or hall of the container."""
    example = find_example_container()
    place = None if example is None else example.area or example.hall
    return None if place is None else place.name


FILTER_VALUES: Mapping[str, Callable[[], Any]] = {
    "batch": read_batch_number,
    "container": read_container_name,
    "site": read_site_name,
}
"""Values of the filters of lists."""
