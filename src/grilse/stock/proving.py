"""The batch that queries are proven on: the largest of the company, and what belongs to it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, F

from grilse.farm.models import Container
from grilse.proof.registry import Given
from grilse.stock.models import Batch, Movement, Placement


def batch() -> Batch | None:
    """Return the batch of the most placements."""
    counted = Placement.objects.values("batch_id").annotate(n=Count("id")).order_by("-n", "batch_id")
    largest = counted.values_list("batch_id", flat=True).first()
    return None if largest is None else Batch.objects.get(pk=largest)


def placements() -> list[int]:
    """Return its placements, the oldest first."""
    of = batch()
    return (
        []
        if of is None
        else list(Placement.objects.filter(batch=of).order_by("pk").values_list("pk", flat=True))
    )


def placement() -> Placement | None:
    """Return the placement of it that stood the longest."""
    of = batch()
    closed = Placement.objects.filter(batch=of).exclude(stop=None)
    return closed.order_by(F("start") - F("stop"), "pk").first() if of else None


def container() -> Container | None:
    """Return the container of that placement."""
    stood = placement()
    return None if stood is None else Container.objects.get(pk=stood.container_id)


def area() -> int | None:
    """Return a sea site at which fish of it stood."""
    of = batch()
    at = Container.objects.filter(
        area__isnull=False, pk__in=Placement.objects.filter(batch=of).values("container_id")
    )
    return at.order_by("pk").values_list("area_id", flat=True).first() if of else None


def day() -> date | None:
    """Return the day of the last entry of its ledger."""
    newest = Movement.objects.filter(target_id__in=placements()).order_by("-date")
    return newest.values_list("date", flat=True).first()


def of_batch(name: str = "batch_id") -> Given:
    """Return the batch as an argument."""
    found = batch()
    return None if found is None else {name: found.pk}


def of_placements(name: str = "placements") -> Given:
    """Return its placements as an argument."""
    found = placements()
    return {name: found} if found else None


def on_the_day() -> Given:
    """Return its placements and the day as arguments."""
    found, last = placements(), day()
    return {"placements": found, "day": last} if last else None


def number() -> str | None:
    """Return its number."""
    found = batch()
    return None if found is None else found.number


def container_name() -> str | None:
    """Return the name of the container."""
    found = container()
    return None if found is None else found.name


def site_name() -> str | None:
    """Return the name of the sea site or hall of the container."""
    found = container()
    place = None if found is None else found.area or found.hall
    return None if place is None else place.name


VALUES: Mapping[str, Callable[[], Any]] = {"batch": number, "container": container_name, "site": site_name}
"""Values of the filters of lists."""
