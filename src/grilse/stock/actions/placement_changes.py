"""Placements: opened when fish come, closed when the last fish leave; their container is free for them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from functools import reduce
from itertools import chain, count
from operator import or_

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, When

from grilse.access.tenancy import lift_geography_limit
from grilse.errors import GrilseError
from grilse.farm.models import GEOGRAPHY_PATHS, Container
from grilse.farm.site_names import find_label
from grilse.row_validation import fill_row, find_rows
from grilse.science.days import to_epoch_day
from grilse.stock import messages
from grilse.stock.actions.fish_counts import FISH_COUNTS
from grilse.stock.actions.weight_samples import WEIGHT_SAMPLES
from grilse.stock.hooks import RecordCheck, end_checks, start_checks
from grilse.stock.ledger import COUNTING_CAUSE
from grilse.stock.models import Batch, Movement, Placement, Stage
from grilse.stock.rules import find_overlaps, get_end_day


def find_containers(ids: Collection[int]) -> dict[int, Container]:
    """Return containers with their sites by id; refuse ids that the company does not have; one statement."""
    return find_rows(Container.objects.select_related(*GEOGRAPHY_PATHS), ids, "container", field="container")


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
        what = f"{site} lies fallow until {until}, {site.fallow_days} days from {emptied}"
        raise GrilseError(f"{what}: stock it then or choose another site")


def close_placements(ends: Mapping[Placement, date], replaced_ids: Collection[int] = ()) -> None:
    """End placements on the days their last fish leave; the caller saves them.

    Rows about to be replaced may have later dates. Three statements, and those of the apps above.
    """
    ends = {placement: day for placement, day in ends.items() if placement.stop != day}
    for placement, day in ends.items():
        if placement.stop is not None:
            what = f"{placement.name} ended on {placement.stop}: there is nothing to empty"
            raise GrilseError(f"{what}; correct or withdraw the movement that emptied it first")
        if day <= placement.start:
            raise GrilseError(messages.describe_start_after_end(placement.name, placement.start))
    days = {placement.pk: day for placement, day in ends.items()}
    if days and (first := _find_record_after(days, replaced_ids)):
        id, record = first
        [name] = [placement.name for placement in ends if placement.pk == id]
        raise GrilseError(f"{name} cannot end on {days[id]}: there is {record}; correct or withdraw that first")
    for placement, day in ends.items():
        placement.stop = day


def _find_record_after(ends: Mapping[int, date], replaced_ids: Collection[int]) -> tuple[int, str] | None:
    sides = (Q(source=id, date__gt=day) | Q(target=id, date__gte=day) for id, day in ends.items())
    moved = Movement.objects.filter(reduce(or_, sides), count__gt=0).exclude_replaced().exclude(pk__in=replaced_ids)
    # Corrections follow from counts, which the next line finds.
    entered = moved.exclude(kind=Movement.Kind.COUNT_CORRECTION, cause=COUNTING_CAUSE)
    if row := entered.order_by("date").first():
        source, target = row.source_id or 0, row.target_id or 0
        is_source = source in ends and row.date > ends[source]
        return source if is_source else target, f"{row.kind} of {row.date}"
    return _find_first_record([WEIGHT_SAMPLES.find_event_after, FISH_COUNTS.find_event_after, *end_checks], ends)


def find_record_before(starts: Mapping[int, date]) -> tuple[int, str] | None:
    """Return a record of placements before a day of each, with its placement; two statements, and those of apps above.

    None if there is no such record.
    """
    return _find_first_record([WEIGHT_SAMPLES.find_event_before, FISH_COUNTS.find_event_before, *start_checks], starts)


def _find_first_record(checks: Iterable[RecordCheck], days: Mapping[int, date]) -> tuple[int, str] | None:
    return next((first for check in checks if (first := check(days))), None) if days else None


def update_batch_status(batches: Collection[int]) -> None:
    """Close batches without an active placement, and reopen those with one; three statements."""
    with lift_geography_limit():
        active_batches = set(Placement.objects.filter(batch__in=batches, stop=None).values_list("batch", flat=True))
    for status, ids in ((Batch.Status.ACTIVE, active_batches), (Batch.Status.CLOSED, set(batches) - active_batches)):
        Batch.objects.filter(pk__in=ids).exclude(status=status).update(status=status)
