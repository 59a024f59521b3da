"""Fish that leave for the plant, or alive for another farm, with their grades and the lot of both."""

from collections.abc import Sequence
from dataclasses import dataclass

from grilse.access.reasons import require_reason
from grilse.errors import GrilseError
from grilse.stock import changes, messages
from grilse.stock.actions import movements, placement_changes
from grilse.stock.actions.balance import Ledgers, read_ledgers
from grilse.stock.actions.closing_counts import ClosedPlacement, end_placement
from grilse.stock.actions.grades import HARVEST, SALE, Grade, NewHarvest, delete_grades, record_grades
from grilse.stock.actions.movements import NewMovement, build_withdrawal
from grilse.stock.harvest_checks import refuse_held_fish
from grilse.stock.models import Movement, Placement
from grilse.stock.rules import find_placements, refuse_closed_batch

__all__ = ["Grade", "HarvestOutcome", "NewHarvest", "correct_harvest", "record_harvests", "withdraw_harvest"]


@dataclass(frozen=True, kw_only=True, slots=True)
class HarvestOutcome:
    """What a harvest did."""

    movement: int
    placement: int
    emptied: bool
    corrected: int
    """Fish that the ledger had too many, below 0 too few, when the placement was emptied."""
    said: str


def record_harvests(harvests: Sequence[NewHarvest]) -> list[HarvestOutcome]:
    """Enter harvests and sales of pens; those that are emptied end, the batch with its last."""
    with changes.edit_placements(harvest.placement for harvest in harvests):
        placements = find_placements(harvest.placement for harvest in harvests)
        for harvest in harvests:
            refuse_closed_batch(placements[harvest.placement].batch)
        _refuse_invalid_harvests(harvests, placements)
        _refuse_duplicate_harvests(harvests, placements)
        ends = _end_placements(harvests, placements, read_ledgers(placements.values()))
        ids = movements.record_movements([*map(_build_movement, harvests), *_build_corrections(ends)])
        record_grades(harvests)
        placement_changes.update_batch_status({placement.batch_id for placement in placements.values()})
        return [_build_result(id, harvest, ends) for id, harvest in zip(ids, harvests, strict=False)]


def correct_harvest(movement: int, new: NewHarvest, *, reason: str) -> HarvestOutcome:
    """Write a harvest as it should have been, its grades too; a pen that it emptied may stand again."""
    old, source = _find_harvest(movement)
    with changes.edit_placements([source, new.placement]):
        why = require_reason(reason)
        closing_rows = placement_changes.reopen_emptied_placements([old])
        placements = find_placements([source, new.placement])
        _refuse_invalid_harvests([new], placements)
        if (new.placement, new.date) != (source, old.date):
            _refuse_duplicate_harvests([new], placements)
        ends = _end_placements([new], placements, read_ledgers(placements.values()), [old, *closing_rows])
        rows = [_build_movement(new, replaces=old.pk), *map(build_withdrawal, closing_rows), *_build_corrections(ends)]
        id = movements.record_movements(rows, reason=why)[0]
        delete_grades([old])
        record_grades([new])
        placement_changes.update_batch_status({placement.batch_id for placement in placements.values()})
        return _build_result(id, new, ends)


def withdraw_harvest(movement: int, *, reason: str) -> None:
    """Take a harvest back that was not one; a pen that it emptied stands again."""
    _, source = _find_harvest(movement)
    with changes.edit_placements([source]):
        movements.withdraw_movements([movement], reason=reason)


def _find_harvest(movement: int) -> tuple[Movement, int]:
    """Return a harvest and the placement it was of."""
    row = Movement.objects.filter(pk=movement, kind__in=(HARVEST, SALE)).first()
    if row is None or row.source_id is None:
        raise GrilseError(messages.describe_missing("harvest", movement))
    return row, row.source_id


def _refuse_invalid_harvests(harvests: Sequence[NewHarvest], placements: dict[int, Placement]) -> None:
    """Refuse what is no harvest, or of fish that are held back."""
    for harvest in harvests:
        name = placements[harvest.placement].name
        if harvest.kind not in (HARVEST, SALE):
            raise GrilseError(messages.describe_unknown_choice(harvest.kind, (HARVEST, SALE)))
        graded = sum(grade.count for grade in harvest.grades)
        if graded > harvest.count:
            raise GrilseError(messages.describe_grade_excess(name, graded, harvest.count))
        if harvest.kind == SALE and harvest.grades:
            raise GrilseError(messages.describe_live_sale_grades(name))
        if harvest.lot and not harvest.grades:
            raise GrilseError(messages.describe_empty_lot(name, harvest.lot))
    for day in sorted({harvest.date for harvest in harvests if harvest.kind == HARVEST}):
        refuse_held_fish(
            [harvest.placement for harvest in harvests if harvest.date == day and harvest.kind == HARVEST], day
        )


def _refuse_duplicate_harvests(harvests: Sequence[NewHarvest], placements: dict[int, Placement]) -> None:
    """Refuse a second harvest of a pen on a day: its grades are those of pen and day; one statement."""
    slaughtered = [harvest for harvest in harvests if harvest.kind == HARVEST]
    replaced = Movement.objects.filter(replaces__isnull=False).values("replaces")
    earlier_harvests = Movement.objects.filter(kind=HARVEST, source__in=placements, count__gt=0).exclude(
        pk__in=replaced
    )
    days = {harvest.date for harvest in slaughtered}
    harvested_days = (
        set(earlier_harvests.filter(date__in=days).values_list("source_id", "date")) if slaughtered else set()
    )
    for harvest in slaughtered:
        if (harvest.placement, harvest.date) in harvested_days:
            name = placements[harvest.placement].name
            raise GrilseError(messages.describe_duplicate(messages.describe_harvest(name, harvest.date)))
        harvested_days.add((harvest.placement, harvest.date))


def _end_placements(
    harvests: Sequence[NewHarvest],
    placements: dict[int, Placement],
    placement_ledgers: Ledgers,
    replaced_rows: Sequence[Movement] = (),
) -> dict[int, ClosedPlacement]:
    """End the placements of which the last fish leave; return what is corrected, by placement."""
    ends = {}
    for harvest in harvests:
        if harvest.last:
            leaving = (other.count for other in harvests if other.placement == harvest.placement)
            placement = placements[harvest.placement]
            ends[placement.pk] = end_placement(placement, harvest.date, leaving, placement_ledgers, replaced_rows)
    return ends


def _build_corrections(ends: dict[int, ClosedPlacement]) -> list[NewMovement]:
    return [row for end in ends.values() if (row := end.build_correction()) is not None]


def _build_movement(harvest: NewHarvest, replaces: int | None = None) -> NewMovement:
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


def _build_result(id: int, harvest: NewHarvest, ends: dict[int, ClosedPlacement]) -> HarvestOutcome:
    end = ends.get(harvest.placement) if harvest.last else None
    return HarvestOutcome(
        movement=id,
        placement=harvest.placement,
        emptied=end is not None,
        corrected=end.corrected if end else 0,
        said=end.message if end else "",
    )
