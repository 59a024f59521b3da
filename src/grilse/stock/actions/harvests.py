"""Harvests, and sales of live fish, with the grades and lots of the fish."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grilse.access.reasons import require_reason
from grilse.errors import GrilseError
from grilse.row_validation import describe_duplicate, find_row
from grilse.stock import changes, messages
from grilse.stock.actions import movements, placement_changes
from grilse.stock.actions.closing_counts import (
    ClosedPlacement,
    Departure,
    build_corrections,
    describe_end,
    end_placements,
)
from grilse.stock.actions.grades import HARVEST, SALE, Grade, NewHarvest, delete_grades, record_grades
from grilse.stock.actions.movements import NewMovement, build_movement, build_withdrawal
from grilse.stock.actions.plausibility import check_gutted_weights
from grilse.stock.hooks import refuse_held_fish
from grilse.stock.models import Movement, Placement
from grilse.stock.rules import find_placements, refuse_closed_batch

__all__ = ["Grade", "HarvestOutcome", "NewHarvest", "correct_harvest", "record_harvests", "withdraw_harvest"]


@dataclass(frozen=True, kw_only=True, slots=True)
class HarvestOutcome:
    """The result of a harvest."""

    movement: int
    placement: int
    emptied: bool
    corrected: int
    """Fish that the ledger had too many, below 0 too few, when the placement ended."""
    said: str


def record_harvests(harvests: Sequence[NewHarvest]) -> list[HarvestOutcome]:
    """Enter harvests and sales; emptied placements end, and a batch with its last placement."""
    with changes.edit_placements(harvest.placement for harvest in harvests):
        placements = find_placements(harvest.placement for harvest in harvests)
        for harvest in harvests:
            refuse_closed_batch(placements[harvest.placement].batch)
        _refuse_invalid_harvests(harvests, placements)
        _refuse_duplicate_harvests(harvests, placements)
        ends = end_placements(_list_departures(harvests), placements)
        ids = movements.record_movements([*map(_build_movement, harvests), *build_corrections(ends)])
        record_grades(harvests)
        check_gutted_weights(harvests, placements)
        placement_changes.update_batch_status({placement.batch_id for placement in placements.values()})
        return [_build_result(id, harvest, ends) for id, harvest in zip(ids, harvests, strict=False)]


def correct_harvest(movement: int, new: NewHarvest, *, reason: str) -> HarvestOutcome:
    """Replace a harvest and its grades; a placement that it emptied may be active again."""
    old, source = _find_harvest(movement)
    with changes.edit_placements([source, new.placement]):
        why = require_reason(reason)
        closing_rows = placement_changes.reopen_emptied_placements([old])
        placements = find_placements([source, new.placement])
        _refuse_invalid_harvests([new], placements)
        if (new.placement, new.date) != (source, old.date):
            _refuse_duplicate_harvests([new], placements)
        ends = end_placements(_list_departures([new]), placements, [old, *closing_rows])
        rows = [_build_movement(new, replaces=old.pk), *map(build_withdrawal, closing_rows), *build_corrections(ends)]
        id = movements.record_movements(rows, reason=why)[0]
        delete_grades([old])
        record_grades([new])
        check_gutted_weights([new], placements)
        placement_changes.update_batch_status({placement.batch_id for placement in placements.values()})
        return _build_result(id, new, ends)


def withdraw_harvest(movement: int, *, reason: str) -> None:
    """Withdraw a harvest that did not happen; a placement that it emptied is active again."""
    _, source = _find_harvest(movement)
    with changes.edit_placements([source]):
        movements.withdraw_movements([movement], reason=reason)


def _find_harvest(id: int) -> tuple[Movement, int]:
    """Return a harvest and its placement."""
    harvest = find_row(Movement.objects.filter(kind__in=(HARVEST, SALE), source__isnull=False), id, "harvest")
    assert harvest.source_id is not None
    return harvest, harvest.source_id


def _refuse_invalid_harvests(harvests: Sequence[NewHarvest], placements: dict[int, Placement]) -> None:
    """Refuse other kinds, grades and lots that do not fit the harvest, and fish that may not be harvested yet."""
    for harvest in harvests:
        name = placements[harvest.placement].name
        if harvest.kind not in (HARVEST, SALE):
            raise GrilseError(messages.describe_unknown_choice(harvest.kind, (HARVEST, SALE)))
        graded = sum(grade.count for grade in harvest.grades)
        if graded > harvest.count:
            what = f"the grades of {name} hold {graded:,} fish, harvested were {harvest.count:,}"
            raise GrilseError(f"{what}: correct one of them")
        if harvest.kind == SALE and harvest.grades:
            raise GrilseError(f"fish of {name} that are sold alive have no grades: enter a HARVEST, or leave them out")
        if harvest.lot and not harvest.grades:
            raise GrilseError(f"lot {harvest.lot} of {name} has no grades: say how many fish of which grade it holds")
    for day in sorted({harvest.date for harvest in harvests if harvest.kind == HARVEST}):
        refuse_held_fish(
            [harvest.placement for harvest in harvests if harvest.date == day and harvest.kind == HARVEST], day
        )


def _refuse_duplicate_harvests(harvests: Sequence[NewHarvest], placements: dict[int, Placement]) -> None:
    """Refuse a second harvest of a placement on a day, which would share its grades; one statement."""
    slaughtered = [harvest for harvest in harvests if harvest.kind == HARVEST]
    if not slaughtered:
        return
    earlier = Movement.objects.filter(kind=HARVEST, source__in=placements, count__gt=0).exclude_replaced()
    days = {harvest.date for harvest in slaughtered}
    harvested_days = set(earlier.filter(date__in=days).values_list("source_id", "date"))
    for harvest in slaughtered:
        if (harvest.placement, harvest.date) in harvested_days:
            what = f"the harvest of {placements[harvest.placement].name} on {harvest.date}"
            raise GrilseError(describe_duplicate(what))
        harvested_days.add((harvest.placement, harvest.date))


def _list_departures(harvests: Iterable[NewHarvest]) -> list[Departure]:
    return [Departure(harvest.placement, harvest.date, harvest.count, harvest.last) for harvest in harvests]


def _build_movement(harvest: NewHarvest, replaces: int | None = None) -> NewMovement:
    method = "" if harvest.mean_weight_g is None else "HARVEST"
    return build_movement(harvest, source=harvest.placement, weight_method=method, replaces=replaces)


def _build_result(id: int, harvest: NewHarvest, ends: dict[int, ClosedPlacement]) -> HarvestOutcome:
    end = ends.get(harvest.placement) if harvest.last else None
    return HarvestOutcome(movement=id, placement=harvest.placement, **describe_end(end))
