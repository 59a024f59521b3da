"""Batches that begin: fish of one origin, stocked into the containers they start in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.row_validation import check_fields
from grilse.stock import changes, messages
from grilse.stock.actions import movements, placement_changes
from grilse.stock.actions.movements import NewMovement
from grilse.stock.models import Batch, Movement, Placement, Species, Stage
from grilse.stock.rules import refuse_duplicate_keys, refuse_future_date


@dataclass(frozen=True, kw_only=True, slots=True)
class NewStocking:
    """Fish that a batch starts with in one container."""

    container: int
    stage: int
    """By its order in the life of the species."""
    count: int
    mean_weight_g: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewBatch:
    """A batch as a door brings it; species and containers by their ids."""

    number: str
    species: int
    start: date
    stocked: Sequence[NewStocking]


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchStartOutcome:
    """The ids of what a start made, in the order of what was stocked."""

    batch: int
    placements: list[int]
    movements: list[int]


def start_batch(new: NewBatch) -> BatchStartOutcome:
    """Begin a batch: it, its first placements and the fish in them."""
    with changes.edit_placements([]):
        refuse_future_date(new.start)
        _refuse_invalid_stocking(new)
        stages = find_stages(new.species, [stocking.stage for stocking in new.stocked])
        containers = placement_changes.find_containers([stocking.container for stocking in new.stocked])
        batch = _save_batch(new)
        # In the order of the containers, so that two who open the same do not wait for each other.
        placements: dict[int, Placement] = {}
        for stocking in sorted(new.stocked, key=lambda stocking: stocking.container):
            container, stage = containers[stocking.container], stages[stocking.stage]
            placements[stocking.container] = placement_changes.open_placement(batch, container, stage, new.start)
        rows = [_build_movement(new.start, stocking, placements[stocking.container]) for stocking in new.stocked]
        ids = movements.record_movements(rows)
        return BatchStartOutcome(batch=batch.pk, placements=[row.target for row in rows if row.target], movements=ids)


def find_stages(species: int, orders: Sequence[int]) -> dict[int, Stage]:
    """Return stages of a species by their orders, refusing one that it has not; one statement."""
    known = {stage.order: stage for stage in Stage.objects.filter(species=species)}
    if not known:
        raise GrilseError(messages.describe_missing("species", species), field="species")
    for order in orders:
        if order not in known:
            named = ", ".join(f"{stage.order} {stage.name}" for stage in known.values())
            raise GrilseError(messages.describe_unknown_stage(order, named), field="stage")
    return known


def _refuse_invalid_stocking(new: NewBatch) -> None:
    """Refuse a batch without fish, or with two lots of them in one container."""
    if not new.stocked:
        raise GrilseError(messages.describe_empty_batch(new.number))
    container_ids = [stocking.container for stocking in new.stocked]
    refuse_duplicate_keys(container_ids, lambda container: messages.describe_duplicate_stocking(new.number, container))


def _save_batch(new: NewBatch) -> Batch:
    """Save the batch; refuse a number that is taken, also by somebody at the same moment."""
    row = Batch(
        company_id=get_current_actor().company,
        number=new.number.strip(),
        species=Species(pk=new.species),
        start_date=new.start,
    )
    check_fields(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise GrilseError(messages.describe_duplicate(f"batch {row.number}"), field="number") from None
    return row


def _build_movement(day: date, stocking: NewStocking, placement: Placement) -> NewMovement:
    return NewMovement(
        date=day,
        kind=Movement.Kind.STOCKING.value,
        count=stocking.count,
        target=placement.pk,
        mean_weight_g=stocking.mean_weight_g,
    )
