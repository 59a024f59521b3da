"""Placements: opened when fish come, closed when the last fish leave, reopened when that is withdrawn."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import chain, count

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Q

from grilse.access.tenancy import lift_geography_limit
from grilse.errors import GrilseError
from grilse.farm.models import GEOGRAPHY_PATHS, Container
from grilse.farm.site_names import find_label
from grilse.row_validation import fill_row, find_rows
from grilse.science.days import to_epoch_day
from grilse.stock import messages
from grilse.stock.actions.weight_samples import WEIGHT_SAMPLES
from grilse.stock.hooks import find_record_after
from grilse.stock.ledger import NO_END
from grilse.stock.models import Batch, Movement, Placement, Stage
from grilse.stock.rules import find_overlaps

# The cause of a count correction that follows from a count.
COUNTING_CAUSE = "COUNTING"
# Movements that can end a placement; a death of its last day does not.
EMPTYING_KINDS = (Movement.Kind.HARVEST, Movement.Kind.SALE, Movement.Kind.TRANSFER, Movement.Kind.CULL)


def find_containers(ids: Collection[int]) -> dict[int, Container]:
    """Return containers with their sites by id; refuse ids that the company does not have; one statement."""
    return find_rows(Container.objects.select_related(*GEOGRAPHY_PATHS), ids, "container", field="container")


def find_active_placement(container: int, day: date) -> Placement | None:
    """Return the active placement of a container on a day; one statement."""
    candidates = Placement.objects.select_related("batch", "container").filter(container=container, start__lte=day)
    return candidates.filter(Q(stop=None) | Q(stop__gt=day)).first()


def open_placement(batch: Batch, container: Container, stage: Stage, day: date) -> Placement:
    """Place a batch in a container from a day on; refuse an occupied container and a fallow site."""
    refuse_occupied_container(container, day)
    refuse_fallow(container, day)
    row = Placement(company_id=batch.company_id, batch=batch, container=container, stage=stage)
    name = f"{batch.number}/{stage.order}/{container.name}"
    # A batch may come to a container again, or to one of the same name at another site, maybe out of reach.
    with lift_geography_limit():
        used_names = set(Placement.objects.filter(name__startswith=name).values_list("name", flat=True))
    _save_placement(fill_row(row, name=choose_free_name(name, used_names), start=day))
    return row


def choose_free_name(name: str, used_names: Collection[str]) -> str:
    """Return the name itself, or with the first number from 2 on that makes it unused."""
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(name for name in names if name not in used_names)


def _save_placement(row: Placement) -> None:
    """Save a placement; refuse a container that another editor occupied at the same time."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        refuse_occupied_container(row.container, row.start, excluding=row.pk or 0)
        raise


def refuse_occupied_container(container: Container, day: date, *, excluding: int = 0) -> None:
    """Refuse a container with a placement that is active on a day or starts later; one statement."""
    others = list(
        Placement.objects.select_related("batch").filter(container=container).exclude(pk=excluding).order_by("start")
    )
    starts = [to_epoch_day(placement.start) for placement in others] + [to_epoch_day(day)]
    ends = [NO_END if placement.stop is None else to_epoch_day(placement.stop) for placement in others] + [NO_END]
    for pair in zip(*find_overlaps(np.zeros(len(starts), np.int64), np.array(starts), np.array(ends)), strict=True):
        placement = others[min(pair)]  # the new one comes last
        raise GrilseError(
            messages.describe_occupied_container(
                find_label(container), day, placement.batch.number, placement.name, placement.start, placement.stop
            ),
            field="container",
        )


def refuse_fallow(container: Container, day: date) -> None:
    """Refuse a site that is still fallow on a day; one statement, none if its fallow days are 0."""
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
        what = f"{site.name} lies fallow until {until}, {site.fallow_days} days from {emptied}"
        raise GrilseError(f"{what}: stock it then or choose another site")


def close_placement(placement: Placement, day: date, replaced_rows: Iterable[Movement] = ()) -> None:
    """End a placement on the day its last fish leave; rows about to be replaced may have later dates."""
    if placement.stop is not None:
        raise GrilseError(f"{placement.name} ended on {placement.stop}: there is nothing to empty")
    if day <= placement.start:
        raise GrilseError(f"{placement.name} starts on {placement.start}: it can be emptied from the day after")
    _refuse_later_records(placement, day, {row.pk for row in replaced_rows})
    placement.stop = day
    placement.save(update_fields=["stop"])


def update_batch_status(batches: Iterable[int]) -> None:
    """Close batches without an active placement, and reopen those with one."""
    with lift_geography_limit():
        active_batches = set(Placement.objects.filter(batch__in=batches, stop=None).values_list("batch", flat=True))
    for batch in sorted(set(batches)):
        status = Batch.Status.ACTIVE if batch in active_batches else Batch.Status.CLOSED
        Batch.objects.filter(pk=batch).exclude(status=status).update(status=status)


def _refuse_later_records(placement: Placement, day: date, replaced_ids: Collection[int]) -> None:
    """Refuse an end before the last record; two statements, and those of the apps above."""
    if record := _find_record_after(placement, day, replaced_ids):
        what = f"{placement.name} cannot end on {day}: there is {record}"
        raise GrilseError(f"{what}; correct or withdraw that first")


def _find_record_after(placement: Placement, day: date, replaced_ids: Collection[int]) -> str:
    moved = Movement.objects.filter(Q(source=placement, date__gt=day) | Q(target=placement, date__gte=day))
    later_movements = moved.filter(count__gt=0).exclude_replaced().exclude(pk__in=replaced_ids)
    if row := later_movements.order_by("date").first():
        return f"{row.kind} of {row.date}"
    return WEIGHT_SAMPLES.find_event_after(placement.pk, day) or find_record_after(placement.pk, day)


def reopen_emptied_placements(rows: Iterable[Movement]) -> list[Movement]:
    """Reopen the placements that rows emptied, and their batches; return the closing corrections.

    Such a row is withdrawn because the fish did not leave, so there was no closing count either: the caller
    withdraws the returned rows.
    """
    closing_rows: list[Movement] = []
    own_ids = {row.pk for row in rows}
    for placement in _find_emptied_placements(rows):
        closing_rows += [row for row in find_closing_corrections(placement) if row.pk not in own_ids]
        reopen_placement(placement)
    return closing_rows


def _find_emptied_placements(rows: Iterable[Movement]) -> list[Placement]:
    """Return the placements whose last fish left by rows."""
    days = {(row.source_id, row.date) for row in rows if row.kind in EMPTYING_KINDS and row.count}
    sources = Placement.objects.select_related("batch", "container").filter(pk__in={id for id, _ in days})
    return [placement for placement in sources.order_by("name") if (placement.pk, placement.stop) in days]


def reopen_placement(placement: Placement) -> None:
    """Reopen a placement; refuse if its container is occupied since."""
    if placement.stop is None:
        return
    refuse_occupied_container(placement.container, placement.stop, excluding=placement.pk)
    placement.stop = None
    _save_placement(placement)
    update_batch_status([placement.batch_id])


def find_closing_corrections(placement: Placement) -> list[Movement]:
    """Return the count corrections at the end of a placement; one statement."""
    assert placement.stop is not None
    corrections = Movement.objects.filter(
        Q(source=placement, date=placement.stop) | Q(target=placement, date=placement.stop - timedelta(days=1)),
        kind=Movement.Kind.COUNT_CORRECTION,
        cause=COUNTING_CAUSE,
        count__gt=0,
    )
    return list(corrections.exclude_replaced().order_by("pk"))
