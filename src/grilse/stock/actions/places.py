"""Placements: opened where fish come, closed where the last have left, opened again where they had not."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from grilse.errors import GrilseError
from grilse.farm.models import Container
from grilse.farm.rows import checked
from grilse.farm.tenancy import everywhere
from grilse.stock import refusals
from grilse.stock.endings import recorded_after
from grilse.stock.models import Batch, Movement, Placement, Stage, WeightSample

# The cause of a count correction, as counters find it.
COUNTING = "COUNTING"
# What takes the last fish of a pen; a death of that day did not.
EMPTYING = (Movement.Kind.HARVEST, Movement.Kind.SALE, Movement.Kind.TRANSFER, Movement.Kind.CULL)


def containers(ids: Collection[int]) -> dict[int, Container]:
    """Return containers with their sites by id, refusing one that is not the company's; one statement."""
    found = Container.objects.select_related("area", "hall").in_bulk(ids)
    for id in sorted(set(ids) - found.keys()):
        raise GrilseError(refusals.missing("container", id), field="container")
    return found


def standing(container: int, day: date) -> Placement | None:
    """Return the placement that stands in a container on a day; one statement."""
    there = Placement.objects.select_related("batch", "container").filter(container=container, start__lte=day)
    return there.filter(Q(stop=None) | Q(stop__gt=day)).first()


def opened(batch: Batch, container: Container, stage: Stage, day: date) -> Placement:
    """Place a batch in a container from a day on; refuse one that is not free, or lies fallow."""
    refuse_taken(container, day)
    refuse_fallow(container, day)
    row = Placement(
        company_id=batch.company_id,
        batch=batch,
        container=container,
        stage=stage,
        name=_unused(f"{batch.number}/{stage.order}/{container.name}"),
        start=day,
    )
    checked(row)
    _save(row)
    return row


def _unused(name: str) -> str:
    """Return a name for a placement: a batch may come to a container again."""
    taken = set(Placement.objects.filter(name__startswith=name).values_list("name", flat=True))
    return numbered(name, taken)


def numbered(name: str, taken: Collection[str]) -> str:
    """Return a name that is not taken: the name itself, else with the first number from 2 on."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def _save(row: Placement) -> None:
    """Save a placement; what took its container at the same moment is refused as what stood there before."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        refuse_taken(row.container, row.start, besides=row.pk or 0)
        raise


def refuse_taken(container: Container, day: date, *, besides: int = 0) -> None:
    """Refuse a container in which something stands on a day, or will from a later one; one statement."""
    there = Placement.objects.select_related("batch").filter(container=container).exclude(pk=besides)
    for one in there.filter(Q(stop=None) | Q(stop__gt=day)).order_by("start")[:1]:
        raise GrilseError(
            refusals.taken(container.name, day, one.batch.number, one.name, one.start, one.stop),
            field="container",
        )


def refuse_fallow(container: Container, day: date) -> None:
    """Refuse a site that was emptied too short a time ago; one statement, none where it need not rest."""
    site = container.area or container.hall
    if site is None or not site.fallow_days:
        return
    of_site = {"container__area": site} if container.area_id else {"container__hall": site}
    with everywhere():
        before = list(Placement.objects.filter(**of_site, start__lt=day).values_list("stop", flat=True))
    stops = [stop for stop in before if stop is not None and stop <= day]
    if not stops or len(stops) < len(before):
        return
    emptied = max(stops)
    until = emptied + timedelta(days=site.fallow_days)
    if day < until:
        raise GrilseError(refusals.fallow(site.name, emptied, site.fallow_days, until))


def close(placement: Placement, day: date, besides: Iterable[Movement] = ()) -> None:
    """End a placement on the day its last fish leave; rows about to be replaced may be dated later."""
    if placement.stop is not None:
        raise GrilseError(refusals.ended(placement.name, placement.stop))
    if day <= placement.start:
        raise GrilseError(refusals.starts_that_day(placement.name, placement.start))
    _refuse_later(placement, day, {row.pk for row in besides})
    placement.stop = day
    placement.save(update_fields=["stop"])


def settle(batches: Iterable[int]) -> None:
    """Close batches of which nothing stands any more, and open those of which something does again."""
    with everywhere():
        standing = set(Placement.objects.filter(batch__in=batches, stop=None).values_list("batch", flat=True))
    for batch in sorted(set(batches)):
        status = Batch.Status.ACTIVE if batch in standing else Batch.Status.CLOSED
        Batch.objects.filter(pk=batch).exclude(status=status).update(status=status)


def _refuse_later(placement: Placement, day: date, besides: Collection[int]) -> None:
    """Refuse a last day after which something is recorded; two statements, and those of rooms above."""
    moved = Movement.objects.filter(Q(source=placement, date__gt=day) | Q(target=placement, date__gte=day))
    replaced = Movement.objects.filter(replaces__isnull=False).values("replaces")
    stands = moved.filter(count__gt=0).exclude(pk__in=replaced).exclude(pk__in=besides)
    for row in stands.order_by("date")[:1]:
        raise GrilseError(refusals.goes_on(placement.name, day, f"{row.kind} of {row.date}"))
    for sample in WeightSample.objects.filter(placement=placement, date__gt=day).order_by("date")[:1]:
        raise GrilseError(refusals.goes_on(placement.name, day, f"a weight sample of {sample.date}"))
    if what := recorded_after(placement.pk, day):
        raise GrilseError(refusals.goes_on(placement.name, day, what))


def reopened(rows: Iterable[Movement]) -> list[Movement]:
    """Let placements stand again that rows emptied, and their batches with them.

    Whoever takes such a row back says that the fish did not leave. Then pen and batch stand, and the count at
    the end was none: returns the rows that it corrected.
    """
    counted: list[Movement] = []
    own = {row.pk for row in rows}
    for placement in _emptied(rows):
        counted += [row for row in closing_count(placement) if row.pk not in own]
        reopen(placement)
    return counted


def _emptied(rows: Iterable[Movement]) -> list[Placement]:
    """Return the placements that rows took the last fish of."""
    days = {(row.source_id, row.date) for row in rows if row.kind in EMPTYING and row.count}
    sources = Placement.objects.select_related("batch", "container").filter(pk__in={id for id, _ in days})
    return [one for one in sources.order_by("name") if (one.pk, one.stop) in days]


def reopen(placement: Placement) -> None:
    """Let a placement go on standing; refuse one whose container was given to others since."""
    if placement.stop is None:
        return
    refuse_taken(placement.container, placement.stop, besides=placement.pk)
    placement.stop = None
    _save(placement)
    settle([placement.batch_id])


def closing_count(placement: Placement) -> list[Movement]:
    """Return what corrected the count of a placement when it ended; one statement."""
    assert placement.stop is not None
    there = Movement.objects.filter(
        Q(source=placement, date=placement.stop)
        | Q(target=placement, date=placement.stop - timedelta(days=1)),
        kind=Movement.Kind.COUNT_CORRECTION,
        cause=COUNTING,
        count__gt=0,
    )
    replaced = Movement.objects.filter(replaces__isnull=False).values("replaces")
    return list(there.exclude(pk__in=replaced).order_by("pk"))
