"""The start of batches: fish of one origin are stocked into containers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.row_validation import describe_duplicate, describe_missing, fill_row
from grilse.stock import changes
from grilse.stock.actions import placement_changes
from grilse.stock.actions.movements import build_movement, record_movements
from grilse.stock.models import Batch, Movement, Placement, Stage
from grilse.stock.rules import refuse_duplicate_keys, refuse_future_date


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
