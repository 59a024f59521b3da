"""Fish that leave for the plant, or alive for another farm, with their grades and the lot of both."""

from collections.abc import Sequence
from dataclasses import dataclass

from grilse.errors import GrilseError
from grilse.farm.reasons import required_reason
from grilse.stock import changes, refusals
from grilse.stock.actions import movements, places
from grilse.stock.actions.balance import Ledgers, ledgers
from grilse.stock.actions.emptying import Emptied, emptied
from grilse.stock.actions.grades import HARVEST, SALE, Grade, NewHarvest, grade, ungrade
from grilse.stock.actions.movements import NewMovement, withdrawal
from grilse.stock.holds import refuse_held
from grilse.stock.models import Movement, Placement
from grilse.stock.windows import placed, refuse_closed

__all__ = ["Grade", "Harvested", "NewHarvest", "correct", "record", "withdraw"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Harvested:
    """What a harvest did."""

    movement: int
    placement: int
    emptied: bool
    corrected: int
    """Fish that the ledger had too many, below 0 too few, when the placement was emptied."""
    said: str


def record(harvests: Sequence[NewHarvest]) -> list[Harvested]:
    """Enter harvests and sales of pens; those that are emptied end, the batch with its last."""
    with changes.editing(harvest.placement for harvest in harvests):
        placements = placed(harvest.placement for harvest in harvests)
        for harvest in harvests:
            refuse_closed(placements[harvest.placement].batch)
        _check(harvests, placements)
        _refuse_twice(harvests, placements)
        ends = _emptied(harvests, placements, ledgers(placements.values()))
        ids = movements.record([*map(_movement, harvests), *_corrections(ends)])
        grade(harvests)
        places.settle({placement.batch_id for placement in placements.values()})
        return [_done(id, harvest, ends) for id, harvest in zip(ids, harvests, strict=False)]


def correct(movement: int, new: NewHarvest, *, reason: str) -> Harvested:
    """Write a harvest as it should have been, its grades too; a pen that it emptied may stand again."""
    old, source = _existing(movement)
    with changes.editing([source, new.placement]):
        why = required_reason(reason)
        counted = places.reopened([old])
        placements = placed([source, new.placement])
        _check([new], placements)
        if (new.placement, new.date) != (source, old.date):
            _refuse_twice([new], placements)
        ends = _emptied([new], placements, ledgers(placements.values()), [old, *counted])
        rows = [_movement(new, replaces=old.pk), *map(withdrawal, counted), *_corrections(ends)]
        id = movements.record(rows, reason=why)[0]
        ungrade([old])
        grade([new])
        places.settle({placement.batch_id for placement in placements.values()})
        return _done(id, new, ends)


def withdraw(movement: int, *, reason: str) -> None:
    """Take a harvest back that was not one; a pen that it emptied stands again."""
    _, source = _existing(movement)
    with changes.editing([source]):
        movements.withdraw([movement], reason=reason)


def _existing(movement: int) -> tuple[Movement, int]:
    """Return a harvest and the placement it was of."""
    found = Movement.objects.filter(pk=movement, kind__in=(HARVEST, SALE)).first()
    if found is None or found.source_id is None:
        raise GrilseError(refusals.missing("harvest", movement))
    return found, found.source_id


def _check(harvests: Sequence[NewHarvest], placements: dict[int, Placement]) -> None:
    """Refuse what is no harvest, or of fish that are held back."""
    for harvest in harvests:
        name = placements[harvest.placement].name
        if harvest.kind not in (HARVEST, SALE):
            raise GrilseError(refusals.none_of(harvest.kind, (HARVEST, SALE)))
        graded = sum(grade.count for grade in harvest.grades)
        if graded > harvest.count:
            raise GrilseError(refusals.graded(name, graded, harvest.count))
        if harvest.kind == SALE and harvest.grades:
            raise GrilseError(refusals.alive(name))
        if harvest.lot and not harvest.grades:
            raise GrilseError(refusals.lot_of_nothing(name, harvest.lot))
    for day in sorted({harvest.date for harvest in harvests if harvest.kind == HARVEST}):
        refuse_held([one.placement for one in harvests if one.date == day and one.kind == HARVEST], day)


def _refuse_twice(harvests: Sequence[NewHarvest], placements: dict[int, Placement]) -> None:
    """Refuse a second harvest of a pen on a day: its grades are those of pen and day; one statement."""
    mine = [harvest for harvest in harvests if harvest.kind == HARVEST]
    replaced = Movement.objects.filter(replaces__isnull=False).values("replaces")
    there = Movement.objects.filter(kind=HARVEST, source__in=placements, count__gt=0).exclude(pk__in=replaced)
    days = {harvest.date for harvest in mine}
    taken = set(there.filter(date__in=days).values_list("source_id", "date")) if mine else set()
    for harvest in mine:
        if (harvest.placement, harvest.date) in taken:
            name = placements[harvest.placement].name
            raise GrilseError(refusals.there_already(refusals.harvested(name, harvest.date)))
        taken.add((harvest.placement, harvest.date))


def _emptied(
    harvests: Sequence[NewHarvest],
    placements: dict[int, Placement],
    found: Ledgers,
    taken_back: Sequence[Movement] = (),
) -> dict[int, Emptied]:
    """End the placements of which the last fish leave; return what is corrected, by placement."""
    ends = {}
    for harvest in harvests:
        if harvest.last:
            leaving = (one.count for one in harvests if one.placement == harvest.placement)
            placement = placements[harvest.placement]
            ends[placement.pk] = emptied(placement, harvest.date, leaving, found, taken_back)
    return ends


def _corrections(ends: dict[int, Emptied]) -> list[NewMovement]:
    return [row for end in ends.values() if (row := end.correction()) is not None]


def _movement(harvest: NewHarvest, replaces: int | None = None) -> NewMovement:
    return NewMovement(
        date=harvest.date,
        kind=harvest.kind,
        count=harvest.count,
        source=harvest.placement,
        mean_weight_g=harvest.mean_weight_g,
        weight_method="" if harvest.mean_weight_g is None else "HARVEST",
        fish_weighed=harvest.fish_weighed,
        replaces=replaces,
    )


def _done(id: int, harvest: NewHarvest, ends: dict[int, Emptied]) -> Harvested:
    end = ends.get(harvest.placement) if harvest.last else None
    return Harvested(
        movement=id,
        placement=harvest.placement,
        emptied=end is not None,
        corrected=end.corrected if end else 0,
        said=end.said if end else "",
    )
