"""Placements: opened where fish come, closed where the last have left, opened again where they had not."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Q

from grilse.access.tenancy import lift_geography_limit
from grilse.errors import GrilseError
from grilse.farm.models import Container
from grilse.row_validation import check_fields
from grilse.science.days import to_epoch_day
from grilse.stock import messages
from grilse.stock.ledger import NO_END
from grilse.stock.models import Batch, Movement, Placement, Stage, WeightSample
from grilse.stock.placement_end import find_later_record
from grilse.stock.rules import find_overlaps

# The cause of a count correction, as counters find it.
COUNTING_CAUSE = "COUNTING"
# What takes the last fish of a pen; a death of that day did not.
EMPTYING_KINDS = (Movement.Kind.HARVEST, Movement.Kind.SALE, Movement.Kind.TRANSFER, Movement.Kind.CULL)


def find_containers(ids: Collection[int]) -> dict[int, Container]:
    """Return containers with their sites by id, refusing one that is not the company's; one statement."""
    containers_by_id = Container.objects.select_related("area", "hall").in_bulk(ids)
    for id in sorted(set(ids) - containers_by_id.keys()):
        raise GrilseError(messages.describe_missing("container", id), field="container")
    return containers_by_id


def find_active_placement(container: int, day: date) -> Placement | None:
    """Return the placement that stands in a container on a day; one statement."""
    candidates = Placement.objects.select_related("batch", "container").filter(container=container, start__lte=day)
    return candidates.filter(Q(stop=None) | Q(stop__gt=day)).first()


def open_placement(batch: Batch, container: Container, stage: Stage, day: date) -> Placement:
    """Place a batch in a container from a day on; refuse one that is not free, or lies fallow."""
    refuse_occupied_container(container, day)
    refuse_fallow(container, day)
    row = Placement(
        company_id=batch.company_id,
        batch=batch,
        container=container,
        stage=stage,
        name=_choose_placement_name(f"{batch.number}/{stage.order}/{container.name}"),
        start=day,
    )
    check_fields(row)
    _save_placement(row)
    return row


def _choose_placement_name(name: str) -> str:
    """Return a name for a placement: a batch may come to a container again."""
    used_names = set(Placement.objects.filter(name__startswith=name).values_list("name", flat=True))
    return choose_free_name(name, used_names)


def choose_free_name(name: str, used_names: Collection[str]) -> str:
    """Return a name that is not taken: the name itself, else with the first number from 2 on."""
    number, free = 1, name
    while free in used_names:
        number += 1
        free = f"{name}-{number}"
    return free


def _save_placement(row: Placement) -> None:
    """Save a placement; what took its container at the same moment is refused as what stood there before."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        refuse_occupied_container(row.container, row.start, excluding=row.pk or 0)
        raise


def refuse_occupied_container(container: Container, day: date, *, excluding: int = 0) -> None:
    """Refuse a container that holds fish on a day, or will from a later one; one statement."""
    others = list(
        Placement.objects.select_related("batch").filter(container=container).exclude(pk=excluding).order_by("start")
    )
    starts = [to_epoch_day(placement.start) for placement in others] + [to_epoch_day(day)]
    ends = [NO_END if placement.stop is None else to_epoch_day(placement.stop) for placement in others] + [NO_END]
    for pair in zip(*find_overlaps(np.zeros(len(starts), np.int64), np.array(starts), np.array(ends)), strict=True):
        placement = others[min(pair)]  # the new one comes last
        raise GrilseError(
            messages.describe_occupied_container(
                container.name, day, placement.batch.number, placement.name, placement.start, placement.stop
            ),
            field="container",
        )


def refuse_fallow(container: Container, day: date) -> None:
    """Refuse a site that was emptied too short a time ago; one statement, none where it need not rest."""
    site = container.area or container.hall
    if site is None or not site.fallow_days:
        return
    site_filter = {"container__area": site} if container.area_id else {"container__hall": site}
    with lift_geography_limit():
        stops_before = list(Placement.objects.filter(**site_filter, start__lt=day).values_list("stop", flat=True))
    stops = [stop for stop in stops_before if stop is not None and stop <= day]
    if not stops or len(stops) < len(stops_before):
        return
    emptied = max(stops)
    until = emptied + timedelta(days=site.fallow_days)
    if day < until:
        raise GrilseError(messages.describe_fallow_site(site.name, emptied, site.fallow_days, until))


def close_placement(placement: Placement, day: date, replaced_rows: Iterable[Movement] = ()) -> None:
    """End a placement on the day its last fish leave; rows about to be replaced may be dated later."""
    if placement.stop is not None:
        raise GrilseError(messages.describe_ended_placement(placement.name, placement.stop))
    if day <= placement.start:
        raise GrilseError(messages.describe_end_on_first_day(placement.name, placement.start))
    _refuse_later_records(placement, day, {row.pk for row in replaced_rows})
    placement.stop = day
    placement.save(update_fields=["stop"])


def update_batch_status(batches: Iterable[int]) -> None:
    """Close batches of which nothing stands any more, and open those of which something does again."""
    with lift_geography_limit():
        active_batches = set(Placement.objects.filter(batch__in=batches, stop=None).values_list("batch", flat=True))
    for batch in sorted(set(batches)):
        status = Batch.Status.ACTIVE if batch in active_batches else Batch.Status.CLOSED
        Batch.objects.filter(pk=batch).exclude(status=status).update(status=status)


def _refuse_later_records(placement: Placement, day: date, replaced_ids: Collection[int]) -> None:
    """Refuse a last day after which something is recorded; two statements, and those of rooms above."""
    moved = Movement.objects.filter(Q(source=placement, date__gt=day) | Q(target=placement, date__gte=day))
    replaced = Movement.objects.filter(replaces__isnull=False).values("replaces")
    later_movements = moved.filter(count__gt=0).exclude(pk__in=replaced).exclude(pk__in=replaced_ids)
    for row in later_movements.order_by("date")[:1]:
        raise GrilseError(messages.describe_later_record(placement.name, day, f"{row.kind} of {row.date}"))
    for sample in WeightSample.objects.filter(placement=placement, date__gt=day).order_by("date")[:1]:
        raise GrilseError(messages.describe_later_record(placement.name, day, f"a weight sample of {sample.date}"))
    if what := find_later_record(placement.pk, day):
        raise GrilseError(messages.describe_later_record(placement.name, day, what))


def reopen_emptied_placements(rows: Iterable[Movement]) -> list[Movement]:
    """Let placements stand again that rows emptied, and their batches with them.

    Whoever takes such a row back says that the fish did not leave. Then pen and batch stand, and the count at
    the end was none: returns the rows that it corrected.
    """
    closing_rows: list[Movement] = []
    own_ids = {row.pk for row in rows}
    for placement in _find_emptied_placements(rows):
        closing_rows += [row for row in find_closing_corrections(placement) if row.pk not in own_ids]
        reopen_placement(placement)
    return closing_rows


def _find_emptied_placements(rows: Iterable[Movement]) -> list[Placement]:
    """Return the placements that rows took the last fish of."""
    days = {(row.source_id, row.date) for row in rows if row.kind in EMPTYING_KINDS and row.count}
    sources = Placement.objects.select_related("batch", "container").filter(pk__in={id for id, _ in days})
    return [placement for placement in sources.order_by("name") if (placement.pk, placement.stop) in days]


def reopen_placement(placement: Placement) -> None:
    """Let a placement go on standing; refuse one whose container was given to others since."""
    if placement.stop is None:
        return
    refuse_occupied_container(placement.container, placement.stop, excluding=placement.pk)
    placement.stop = None
    _save_placement(placement)
    update_batch_status([placement.batch_id])


def find_closing_corrections(placement: Placement) -> list[Movement]:
    """Return what corrected the count of a placement when it ended; one statement."""
    assert placement.stop is not None
    corrections = Movement.objects.filter(
        Q(source=placement, date=placement.stop) | Q(target=placement, date=placement.stop - timedelta(days=1)),
        kind=Movement.Kind.COUNT_CORRECTION,
        cause=COUNTING_CAUSE,
        count__gt=0,
    )
    replaced = Movement.objects.filter(replaces__isnull=False).values("replaces")
    return list(corrections.exclude(pk__in=replaced).order_by("pk"))
