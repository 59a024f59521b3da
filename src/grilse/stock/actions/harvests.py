"""Harvests, and sales of live fish, with the grades and lots of the fish."""

from collections.abc import Sequence
from dataclasses import dataclass

from grilse.access.reasons import require_reason
from grilse.errors import GrilseError
from grilse.row_validation import find_row
from grilse.stock import changes, messages
from grilse.stock.actions import movements
from grilse.stock.actions.closed_placements import ClosedPlacement, describe_end
from grilse.stock.actions.grades import (
    HARVEST,
    SALE,
    Grade,
    NewHarvest,
    delete_grades,
    record_grades,
    refuse_excess_grades,
)
from grilse.stock.actions.movements import NewMovement, build_movement
from grilse.stock.actions.plausibility import check_gutted_weights
from grilse.stock.hooks import refuse_held_fish
from grilse.stock.models import Movement, Placement
from grilse.stock.rules import find_placements

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
        _refuse_invalid_harvests(harvests, placements)
        outcome = movements.enter_movements([_build_movement(harvest) for harvest in harvests])
        record_grades(zip(outcome.ids, harvests, strict=True))
        check_gutted_weights(harvests, placements)
        return [_build_result(id, harvest, outcome.ends) for id, harvest in zip(outcome.ids, harvests, strict=True)]


def correct_harvest(movement: int, new: NewHarvest, *, reason: str) -> HarvestOutcome:
    """Replace a harvest and its grades; a placement that it emptied may be active again."""
    old, source = _find_harvest(movement)
    with changes.edit_placements([source, new.placement]):
        require_reason(reason)
        placements = find_placements([source, new.placement])
        _refuse_invalid_harvests([new], placements)
        delete_grades([old])
        outcome = movements.enter_movements([_build_movement(new, replaces=old.pk)], reason=reason)
        [id] = outcome.ids
        record_grades([(id, new)])
        check_gutted_weights([new], placements)
        return _build_result(id, new, outcome.ends)


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
            raise GrilseError(messages.describe_unknown_choice(harvest.kind, (HARVEST, SALE)), field="kind")
        graded = sum(grade.count for grade in harvest.grades)
        refuse_excess_grades(graded, harvest.count, name)
        if harvest.kind == SALE and harvest.grades:
            raise GrilseError(f"fish of {name} that are sold alive have no grades: enter a HARVEST, or leave them out")
        if harvest.lot and not harvest.grades:
            raise GrilseError(f"lot {harvest.lot} of {name} has no grades: say how many fish of which grade it holds")
    for day in sorted({harvest.date for harvest in harvests if harvest.kind == HARVEST}):
        refuse_held_fish(
            [harvest.placement for harvest in harvests if harvest.date == day and harvest.kind == HARVEST], day
        )


def _build_movement(harvest: NewHarvest, replaces: int | None = None) -> NewMovement:
    method = "" if harvest.mean_weight_g is None else "HARVEST"
    return build_movement(harvest, source=harvest.placement, weight_method=method, replaces=replaces)


def _build_result(id: int, harvest: NewHarvest, ends: dict[int, ClosedPlacement]) -> HarvestOutcome:
    end = ends.get(harvest.placement) if harvest.last else None
    return HarvestOutcome(movement=id, placement=harvest.placement, **describe_end(end))
