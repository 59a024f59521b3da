"""Batches that begin: fish of one origin, stocked into the containers they start in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from grilse.errors import GrilseError
from grilse.farm.rows import checked
from grilse.farm.tenancy import acting
from grilse.stock import changes, refusals
from grilse.stock.actions import movements, places
from grilse.stock.actions.movements import NewMovement
from grilse.stock.models import Batch, Movement, Placement, Species, Stage
from grilse.stock.windows import refuse_future, refuse_repeated


@dataclass(frozen=True, kw_only=True, slots=True)
class Stocked:
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
    stocked: Sequence[Stocked]


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """The ids of what a start made, in the order of what was stocked."""

    batch: int
    placements: list[int]
    movements: list[int]


def start(new: NewBatch) -> Started:
    """Begin a batch: it, its first placements and the fish in them."""
    with changes.editing([]):
        refuse_future(new.start)
        _refuse_nowhere(new)
        stages = stages_of(new.species, [one.stage for one in new.stocked])
        containers = places.containers([one.container for one in new.stocked])
        batch = _made(new)
        # In the order of the containers, so that two who open the same do not wait for each other.
        opened: dict[int, Placement] = {}
        for one in sorted(new.stocked, key=lambda one: one.container):
            container, stage = containers[one.container], stages[one.stage]
            opened[one.container] = places.opened(batch, container, stage, new.start)
        rows = [_stocking(new.start, one, opened[one.container]) for one in new.stocked]
        ids = movements.record(rows)
        return Started(batch=batch.pk, placements=[row.target for row in rows if row.target], movements=ids)


def stages_of(species: int, orders: Sequence[int]) -> dict[int, Stage]:
    """Return stages of a species by their orders, refusing one that it has not; one statement."""
    known = {stage.order: stage for stage in Stage.objects.filter(species=species)}
    if not known:
        raise GrilseError(refusals.missing("species", species), field="species")
    for order in orders:
        if order not in known:
            named = ", ".join(f"{stage.order} {stage.name}" for stage in known.values())
            raise GrilseError(refusals.no_stage(order, named), field="stage")
    return known


def _refuse_nowhere(new: NewBatch) -> None:
    """Refuse a batch without fish, or with two lots of them in one container."""
    if not new.stocked:
        raise GrilseError(refusals.nothing_stocked(new.number))
    there = [one.container for one in new.stocked]
    refuse_repeated(there, lambda container: refusals.stocked_twice(new.number, container))


def _made(new: NewBatch) -> Batch:
    """Save the batch; refuse a number that is taken, also by somebody at the same moment."""
    row = Batch(
        company_id=acting().company,
        number=new.number.strip(),
        species=Species(pk=new.species),
        start_date=new.start,
    )
    checked(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise GrilseError(refusals.there_already(f"batch {row.number}"), field="number") from None
    return row


def _stocking(day: date, one: Stocked, placement: Placement) -> NewMovement:
    return NewMovement(
        date=day,
        kind=Movement.Kind.STOCKING.value,
        count=one.count,
        target=placement.pk,
        mean_weight_g=one.mean_weight_g,
    )
