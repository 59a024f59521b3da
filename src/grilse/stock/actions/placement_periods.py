"""Starts and ends of placements, which follow their movements.

A placement starts with its earliest arrival, and its batch with its earliest placement. A placement ends on the day of
the movement that took its last fish. One whose arrivals are all withdrawn ends on the day it starts.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F, Min

from grilse.access.tenancy import lift_geography_limit
from grilse.errors import GrilseError
from grilse.stock import changes, messages
from grilse.stock.actions.balance import Ledgers
from grilse.stock.actions.count_corrections import CountMoment
from grilse.stock.actions.placement_changes import (
    close_placements,
    find_containers,
    find_record_before,
    refuse_fallow,
    refuse_occupied_container,
    update_batch_status,
)
from grilse.stock.models import Batch, Movement, Placement

# Movements that can end a placement; a death of its last day does not.
EMPTYING_KINDS = (Movement.Kind.HARVEST, Movement.Kind.SALE, Movement.Kind.TRANSFER, Movement.Kind.CULL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Departure:
    """Fish that are the last of their placement."""

    placement: int
    day: date


def is_withdrawn(placement: Placement) -> bool:
    """Tell whether all fish that came to a placement were withdrawn."""
    return placement.stop == placement.start


def find_ending_rows(
    rows: Iterable[Movement], placements: Mapping[int, Placement], corrected: Collection[int]
) -> set[int]:
    """Return the ids of the rows, about to be replaced, by which placements ended; one statement.

    `corrected` are the rows that are not withdrawn. Rows of packages do not tell whether they took the last fish:
    there all departures of the last day did.
    """
    candidates = [
        row
        for row in rows
        if row.source_id is not None
        and row.kind in EMPTYING_KINDS
        and row.count
        and row.date == placements[row.source_id].stop
    ]
    if not candidates:
        return set()
    remaining = Movement.objects.filter(
        source__in={row.source_id for row in candidates}, kind__in=EMPTYING_KINDS, count__gt=0
    )
    remaining = remaining.exclude_replaced().exclude(pk__in=[row.pk for row in candidates])
    others = set(remaining.values_list("source_id", "date", "last"))
    ending = set()
    for row in candidates:
        source, day = row.source_id, row.date
        if (source, day, True) in others:
            continue
        is_marked = any(other.last for other in candidates if other.source_id == source)
        is_sole = row.pk not in corrected or (source, day, False) not in others
        if row.last if is_marked else is_sole:
            ending.add(row.pk)
    return ending


@contextmanager
def save_periods(placements: Collection[Placement]) -> Iterator[None]:
    """Save the starts and ends that are changed within, and what follows from them for batches."""
    before = {placement.pk: (placement.start, placement.stop) for placement in placements}
    yield
    changed = [placement for placement in placements if before[placement.pk] != (placement.start, placement.stop)]
    if not changed:
        return
    containers = find_containers({placement.container_id for placement in changed})
    for placement in changed:
        start, stop = before[placement.pk]
        placement.container = containers[placement.container_id]
        _refuse_impossible_period(placement, start, stop)
        changes.announce_change([placement.pk], min(start, placement.start))
    try:
        with transaction.atomic():
            Placement.objects.bulk_update(changed, ["start", "stop"])
    except IntegrityError:
        raise GrilseError("somebody placed fish in the container just now: look again, then enter this") from None
    _follow_placements({(placement.batch_id, before[placement.pk][0]) for placement in changed})
    update_batch_status({placement.batch_id for placement in changed})


def _refuse_impossible_period(placement: Placement, start: date, stop: date | None) -> None:
    """Refuse a period in which the placement is not alone in its container, or that ends before it starts."""
    if is_withdrawn(placement):
        return
    if placement.stop is not None and placement.stop < placement.start:
        raise GrilseError(messages.describe_start_after_end(placement.name, placement.start))
    if start == stop or placement.start < start:
        refuse_occupied_container(placement.container, placement.start, placement.stop, excluding=placement.pk)
        refuse_fallow(placement.container, placement.start)
    elif stop is not None and (placement.stop is None or placement.stop > stop):
        refuse_occupied_container(placement.container, stop, placement.stop, excluding=placement.pk)


def _follow_placements(former_starts: Collection[tuple[int, date]]) -> None:
    """Let batches start with their first placement; they had placements with former starts. Three statements."""
    batches = {batch for batch, _ in former_starts}
    with lift_geography_limit():
        standing = Placement.objects.filter(batch__in=batches).exclude(stop=F("start")).order_by()
        first = dict(standing.values_list("batch").annotate(first=Min("start")))
        moved = []
        for batch in Batch.objects.filter(pk__in=first):
            day, start = first[batch.pk], batch.start_date
            if day < start or (day > start and (batch.pk, start) in former_starts):
                batch.start_date = day
                moved.append(batch)
        Batch.objects.bulk_update(moved, ["start_date"])


def end_placements(
    departures: Sequence[Departure], placements: Mapping[int, Placement], replaced: Mapping[int, Movement]
) -> list[CountMoment]:
    """End placements with their last departures; reopen those that ended by replaced rows; return the former ends."""
    former = []
    for row in replaced.values():
        assert row.source_id is not None
        placement = placements[row.source_id]
        if placement.stop is not None:
            former.append(CountMoment(placement.pk, placement.stop, True))
            placement.stop = None
    ends: dict[Placement, date] = {}
    for departure in departures:
        placement = placements[departure.placement]
        if ends.setdefault(placement, departure.day) != departure.day:
            raise GrilseError(
                f"{placement.name} is emptied on {ends[placement]} and on {departure.day}: choose one day"
            )
    close_placements(ends, replaced.keys())
    return former


def follow_arrivals(
    placement_ledgers: Ledgers, placements: Collection[int], old: Iterable[Movement]
) -> list[CountMoment]:
    """Let placements start with their first arrival; return the ends of those that no fish came to."""
    first_days = {(row.target_id, row.date) for row in old}
    former, emptied, later = [], [], {}
    for placement in placement_ledgers.placements:
        if placement.pk not in placements:
            continue
        first = placement_ledgers.get_first_arrival(placement.pk)
        if first is None:
            if placement.stop is not None and not is_withdrawn(placement):
                former.append(CountMoment(placement.pk, placement.stop, True))
            _refuse_changed_fish(placement, placement_ledgers)
            emptied.append(placement)
            placement.stop = placement.start
        elif is_withdrawn(placement):
            placement.start, placement.stop = first, None
        elif first < placement.start:
            placement.start = first
        elif first > placement.start and (placement.pk, placement.start) in first_days:
            change = placement_ledgers.get_first_change(placement.pk)
            if change is not None and change < first:
                raise GrilseError(messages.describe_day_before_start(change, placement.name, first))
            later[placement.pk] = first
            placement.start = first
    _refuse_records_before(later, placement_ledgers)
    refuse_any_record(emptied)
    return former


def _refuse_records_before(starts: Mapping[int, date], placement_ledgers: Ledgers) -> None:
    """Refuse that placements start on days after one of their records."""
    if first := find_record_before(starts):
        id, record = first
        name = placement_ledgers.placements[placement_ledgers.index[id]].name
        raise GrilseError(messages.describe_record_before_start(name, starts[id], record))


def _refuse_changed_fish(placement: Placement, placement_ledgers: Ledgers) -> None:
    """Refuse that no fish came to a placement whose fish changed."""
    change = placement_ledgers.get_first_change(placement.pk)
    if change is not None:
        raise GrilseError(messages.describe_fish_without_arrival(placement.name, f"a movement of {change}"))


def refuse_any_record(placements: Collection[Placement]) -> None:
    """Refuse that no fish came to placements that have a record; two statements, and those of the apps above."""
    names = {placement.pk: placement.name for placement in placements}
    if first := find_record_before(dict.fromkeys(names, date.max)):
        id, record = first
        raise GrilseError(messages.describe_fish_without_arrival(names[id], record))
