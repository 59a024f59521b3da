"""Batches: started with the fish that are stocked into containers, withdrawn where they were entered by mistake."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.row_validation import describe_duplicate, describe_missing, fill_row
from grilse.stock import changes
from grilse.stock.actions import placement_changes
from grilse.stock.actions.count_corrections import CountMoment, find_derived_rows
from grilse.stock.actions.movements import build_movement, record_movements, withdraw_movements
from grilse.stock.actions.placement_periods import refuse_any_record
from grilse.stock.models import (
    Batch,
    FishCount,
    Movement,
    Placement,
    Stage,
    TransferLine,
    TransferOrder,
    WeighedFish,
    WeightSample,
)
from grilse.stock.rules import find_batch, find_placements, refuse_duplicate_keys, refuse_future_date


@dataclass(frozen=True, kw_only=True, slots=True)
class NewStocking:
    """Fish stocked into one container at the start of a batch."""

    container: int
    stage: int
    """By its order in the life of the species."""
    count: int
    mean_weight_g: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewBatch:
    """A batch that starts; species and containers by their ids."""

    number: str
    species: int
    start: date
    stocked: Sequence[NewStocking]


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchStartOutcome:
    """The ids of the new rows; placements and movements in the order of the stockings."""

    batch: int
    placements: list[int]
    movements: list[int]


def start_batch(new: NewBatch) -> BatchStartOutcome:
    """Start a batch with its first placements and the fish in them."""
    with changes.edit_placements([]):
        _refuse_invalid_stocking(new)
        stages = find_stages(new.species, [stocking.stage for stocking in new.stocked])
        containers = placement_changes.find_containers([stocking.container for stocking in new.stocked])
        refuse_future_date(new.start, containers[new.stocked[0].container].time_zone)
        batch = _save_batch(new)
        # In the order of the containers, so that two editors do not wait for each other.
        placements: dict[int, Placement] = {}
        for stocking in sorted(new.stocked, key=lambda stocking: stocking.container):
            container, stage = containers[stocking.container], stages[stocking.stage]
            placements[stocking.container] = placement_changes.open_placement(batch, container, stage, new.start)
        day, kind = new.start, Movement.Kind.STOCKING.value
        rows = [
            build_movement(stocking, date=day, kind=kind, target=placements[stocking.container].pk)
            for stocking in new.stocked
        ]
        ids = record_movements(rows)
        return BatchStartOutcome(batch=batch.pk, placements=[row.target for row in rows if row.target], movements=ids)


def withdraw_batch(batch: int, *, reason: str) -> None:
    """Withdraw a batch that was entered by mistake, with its movements, weight samples and counts.

    Its containers are free on every day, and its number and the names of its placements are free again.
    """
    row = find_batch(batch)
    own = Placement.objects.filter(batch=row)
    ids = list(own.values_list("pk", flat=True))
    if row.number.endswith(_build_mark(row)) and not own.exclude(stop=F("start")).exists():
        raise GrilseError(
            f"batch {row.number}: it is withdrawn already; start a batch, or correct one of its movements"
        )
    with changes.edit_placements(ids):
        require_reason(reason)
        placements = find_placements(ids)
        former = _delete_events(ids)
        _withdraw_movements(placements, former, reason)
        TransferLine.objects.filter(order__batch=row, status=TransferLine.Status.PLANNED).update(
            status=TransferLine.Status.CANCELLED
        )
        TransferOrder.objects.filter(batch=row).update(status=TransferOrder.Status.CANCELLED)
        _free_names(row, placements.values())


def _delete_events(placements: Sequence[int]) -> list[CountMoment]:
    """Delete the weight samples and counts of placements; return the moments of the counts."""
    WeighedFish.objects.filter(sample__placement__in=placements).delete()
    WeightSample.objects.filter(placement__in=placements).delete()
    counts = FishCount.objects.filter(placement__in=placements)
    former = [CountMoment(placement, day, False) for placement, day in counts.values_list("placement", "date")]
    counts.delete()
    return former


def _withdraw_movements(placements: dict[int, Placement], former: Sequence[CountMoment], reason: str) -> None:
    """Withdraw all movements of placements, except the corrections that follow from counts: they go with the counts."""
    sides = Q(source__in=placements) | Q(target__in=placements)
    rows = list(Movement.objects.filter(sides, count__gt=0).exclude_replaced().order_by("pk"))
    derived = find_derived_rows(rows, placements.values(), former)
    movements = [row.pk for row in rows if row.pk not in derived]
    if movements:
        withdraw_movements(movements, reason=reason, former=former)


def _free_names(batch: Batch, placements: Iterable[Placement]) -> None:
    """Mark number and names as withdrawn, and end the placements to which no fish ever came; three statements."""
    mark = _build_mark(batch)
    batch.number = batch.number.removesuffix(mark)[: 60 - len(mark)] + mark
    batch.save(update_fields=["number"])
    rows = list(Placement.objects.filter(pk__in=[placement.pk for placement in placements]))
    refuse_any_record(rows)
    for row in rows:
        row.name, row.stop = row.name.removesuffix(mark)[: 120 - len(mark)] + mark, row.start
    Placement.objects.bulk_update(rows, ["name", "stop"])
    placement_changes.update_batch_status([batch.pk])


def _build_mark(batch: Batch) -> str:
    return f" withdrawn {batch.pk}"


def find_stages(species: int, orders: Sequence[int]) -> dict[int, Stage]:
    """Return the stages of a species by order; refuse orders that it does not have; one statement."""
    known = {stage.order: stage for stage in Stage.objects.filter(species=species)}
    if not known:
        raise GrilseError(describe_missing("species", species), field="species")
    for order in orders:
        if order not in known:
            names = ", ".join(f"{stage.order} {stage.name}" for stage in known.values())
            raise GrilseError(f"there is no stage {order}: {names}", field="stage")
    return known


def _refuse_invalid_stocking(new: NewBatch) -> None:
    """Refuse a batch without fish, or with two stockings of one container."""
    if not new.stocked:
        raise GrilseError(f"batch {new.number} starts with no fish: name the containers that it is stocked into")
    refuse_duplicate_keys(
        [stocking.container for stocking in new.stocked],
        lambda container: f"batch {new.number} is stocked into container {container} twice: add the fish up",
    )


def _save_batch(new: NewBatch) -> Batch:
    """Insert the batch; refuse a number that exists, also one that another editor inserts at the same time."""
    row = fill_row(
        Batch(company_id=get_current_actor().company),
        number=new.number.strip(),
        species=new.species,
        start_date=new.start,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise GrilseError(describe_duplicate(f"batch {row.number}"), field="number") from None
    return row
