"""Placements: opened when fish come, closed when the last fish leave; their container is free for them."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from itertools import chain, count

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, When

from grilse.access.tenancy import lift_geography_limit
from grilse.errors import GrilseError
from grilse.farm.models import Container
from grilse.row_validation import fill_row, find_rows
from grilse.science.days import to_epoch_day
from grilse.stock import messages
from grilse.stock.actions.fish_counts import FISH_COUNTS
from grilse.stock.actions.weight_samples import WEIGHT_SAMPLES
from grilse.stock.hooks import find_record_after, find_record_before
from grilse.stock.ledger import COUNTING_CAUSE
from grilse.stock.models import Batch, Movement, Placement, Stage
from grilse.stock.rules import find_overlaps, get_end_day

# Movements that can end a placement; a death of its last day does not.
EMPTYING_KINDS = (Movement.Kind.HARVEST, Movement.Kind.SALE, Movement.Kind.TRANSFER, Movement.Kind.CULL)


def find_containers(ids: Collection[int]) -> dict[int, Container]:
    """Return containers with their sites by id; refuse ids that the company does not have; one statement."""
    return find_rows(Container.objects.select_related("area", "hall"), ids, "container", field="container")


def find_active_placement(container: int, day: date) -> Placement | None:
    """Return the active placement of a container on a day; one statement."""
    candidates = Placement.objects.select_related("batch", "container").filter(container=container, start__lte=day)
    return candidates.filter(Q(stop=None) | Q(stop__gt=day)).first()


def find_own_placement(batch: Batch, container: int, stage: int, day: date) -> Placement | None:
    """Return the placement of a batch in a container that fish of an earlier day belong to; one statement.

    It is the next that starts after the day, else one that all fish were withdrawn from.
    """
    own = Placement.objects.select_related("batch", "container").filter(batch=batch, container=container, stage=stage)
    is_empty = Case(When(stop=F("start"), then=True), default=False)
    later = own.filter(Q(start__gt=day) | Q(stop=F("start"))).annotate(is_empty=is_empty)
    return later.order_by("is_empty", "start", "pk").first()


def open_placement(batch: Batch, container: Container, stage: Stage, day: date) -> Placement:
    """Place a batch in a container from a day on; refuse an occupied container and a fallow site."""
    refuse_occupied_container(container, day)
    refuse_fallow(container, day)
    row = Placement(company_id=batch.company_id, batch=batch, container=container, stage=stage)
    name = f"{batch.number}/{stage.order}/{container.name}"
    # A batch may come to a container again.
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


def refuse_occupied_container(container: Container, day: date, stop: date | None = None, *, excluding: int = 0) -> None:
    """Refuse a container with another placement from a day on, or until before `stop`; one statement."""
    placements = Placement.objects.select_related("batch").filter(container=container)
    others = list(placements.exclude(pk=excluding).exclude(stop=F("start")).order_by("start"))
    starts = [to_epoch_day(placement.start) for placement in others] + [to_epoch_day(day)]
    ends = [get_end_day(placement.stop) for placement in others] + [get_end_day(stop)]
    for pair in zip(*find_overlaps(np.zeros(len(starts), np.int64), np.array(starts), np.array(ends)), strict=True):
        placement = others[min(pair)]  # the new one comes last
        raise GrilseError(
            messages.describe_occupied_container(
                container.name, day, placement.batch.number, placement.name, placement.start, placement.stop
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


def close_placement(placement: Placement, day: date, replaced_ids: Collection[int] = ()) -> None:
    """End a placement on the day its last fish leave; the caller saves it.

    Rows about to be replaced may have later dates. Three statements, and those of the apps above.
    """
    if placement.stop == day:
        return
    if placement.stop is not None:
        raise GrilseError(f"{placement.name} ended on {placement.stop}: there is nothing to empty")
    if day <= placement.start:
        raise GrilseError(messages.describe_start_after_end(placement.name, placement.start))
    if record := _find_record_after(placement, day, replaced_ids):
        what = f"{placement.name} cannot end on {day}: there is {record}"
        raise GrilseError(f"{what}; correct or withdraw that first")
    placement.stop = day


def _find_record_after(placement: Placement, day: date, replaced_ids: Collection[int]) -> str:
    moved = Movement.objects.filter(Q(source=placement, date__gt=day) | Q(target=placement, date__gte=day))
    later_movements = moved.filter(count__gt=0).exclude_replaced().exclude(pk__in=replaced_ids)
    # Corrections follow from counts, which the next line finds.
    entered = later_movements.exclude(kind=Movement.Kind.COUNT_CORRECTION, cause=COUNTING_CAUSE)
    if row := entered.order_by("date").first():
        return f"{row.kind} of {row.date}"
    own = (events.find_event_after(placement.pk, day) for events in (WEIGHT_SAMPLES, FISH_COUNTS))
    return next(filter(None, own), "") or find_record_after(placement.pk, day)


def find_first_record(placements: Collection[int], day: date) -> str:
    """Return a record of placements before a day, "" for none; two statements, and those of the apps above."""
    own = (events.find_event_before(placements, day) for events in (WEIGHT_SAMPLES, FISH_COUNTS))
    return next(filter(None, own), "") or find_record_before(placements, day)


def update_batch_status(batches: Iterable[int]) -> None:
    """Close batches without an active placement, and reopen those with one."""
    with lift_geography_limit():
        active_batches = set(Placement.objects.filter(batch__in=batches, stop=None).values_list("batch", flat=True))
    for batch in sorted(set(batches)):
        status = Batch.Status.ACTIVE if batch in active_batches else Batch.Status.CLOSED
        Batch.objects.filter(pk=batch).exclude(status=status).update(status=status)
