"""Transfers carried out: fish counted, perhaps weighed, out of one container and into another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.stock import changes, messages
from grilse.stock.actions import movements, placement_changes
from grilse.stock.actions.balance import read_ledgers
from grilse.stock.actions.closing_counts import ClosedPlacement, end_placement
from grilse.stock.actions.movements import NewMovement
from grilse.stock.actions.order_lines import find_order, find_planned_lines, update_order_status
from grilse.stock.models import Movement, Placement, TransferLine, TransferOrder
from grilse.stock.rules import find_placements, refuse_closed_batch, refuse_duplicate_keys


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """What moved by one line of an order, as a door brings it; the line by its id."""

    line: int
    date: date
    """The day it was, perhaps long ago."""
    count: int
    mean_weight_g: float | None = None
    """Where it was measured."""
    weight_method: str = ""
    fish_weighed: int | None = None
    last: bool = False
    """No fish are left: the source ends, and its ledger is corrected to what was counted."""
    more: bool = False
    """The line goes on: more fish move by it another day."""
    mix: bool = False
    """Into the fish of another batch, where some stand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TransferOutcome:
    """What a move did."""

    line: int
    movement: int
    placement: int
    """The target."""
    opened: bool
    emptied: bool
    corrected: int
    """Fish that the source's ledger had too many, below 0 too few, when it was emptied."""
    said: str


@dataclass(frozen=True, slots=True)
class _PlacedMove:
    """A move with its line, and where its fish stand afterwards."""

    move: Move
    line: TransferLine
    target: Placement
    opened: bool


def execute_transfer(order: int, moves: Sequence[Move]) -> list[TransferOutcome]:
    """Carry out lines of an order; targets are opened where none stand, emptied sources end."""
    order_row = find_order(order)
    refuse_duplicate_keys([move.line for move in moves], messages.describe_duplicate_move)
    lines = _find_lines(order_row, moves)
    locked_placements = {line.source_id for line in lines.values()} | _find_targets(lines, moves)
    with changes.edit_placements(locked_placements):
        # Read again: an editor that was waited for may have moved them.
        lines = _find_lines(order_row, moves)
        order_row.batch.refresh_from_db()
        refuse_closed_batch(order_row.batch)
        closed_placements = _end_sources(lines, moves)
        placed_moves = _assign_targets(order_row, lines, moves, locked_placements)
        corrections = [row for end in closed_placements.values() if (row := end.build_correction()) is not None]
        ids = movements.record_movements([*(_build_movement(order_row, way) for way in placed_moves), *corrections])
        _finish_lines(placed_moves)
        update_order_status(order_row)
        placement_changes.update_batch_status([order_row.batch_id])
        return [_build_result(id, way, closed_placements) for id, way in zip(ids, placed_moves, strict=False)]


def _find_lines(order: TransferOrder, moves: Sequence[Move]) -> dict[int, TransferLine]:
    return {line.pk: line for line in find_planned_lines(order, [move.line for move in moves])}


def _find_targets(lines: dict[int, TransferLine], moves: Iterable[Move]) -> set[int]:
    """Return the placements that stand where fish will come; a statement a move."""
    there = (placement_changes.find_active_placement(lines[move.line].container_id, move.date) for move in moves)
    return {placement.pk for placement in there if placement is not None}


def _end_sources(lines: dict[int, TransferLine], moves: Sequence[Move]) -> dict[int, ClosedPlacement]:
    """End the sources of which the last fish leave; return what is corrected, by source."""
    sources = find_placements({lines[move.line].source_id for move in moves if move.last})
    if not sources:
        return {}
    placement_ledgers, ends = read_ledgers(sources.values()), {}
    for move in moves:
        if move.last:
            source = lines[move.line].source_id
            leaving = (other.count for other in moves if lines[other.line].source_id == source)
            ends[source] = end_placement(sources[source], move.date, leaving, placement_ledgers)
    return ends


def _assign_targets(
    order: TransferOrder, lines: dict[int, TransferLine], moves: Sequence[Move], locked_placements: set[int]
) -> list[_PlacedMove]:
    """Return where each move goes, in the order given; placements are opened by container, then by day."""
    placed_moves: dict[int, _PlacedMove] = {}
    for move in sorted(moves, key=lambda move: (lines[move.line].container_id, move.date)):
        line = lines[move.line]
        target = placement_changes.find_active_placement(line.container_id, move.date)
        if target is None:
            target = placement_changes.open_placement(order.batch, line.container, line.stage, move.date)
            locked_placements.add(target.pk)
            placed_moves[move.line] = _PlacedMove(move, line, target, opened=True)
        else:
            _refuse_invalid_target(target, move, line, order, locked_placements)
            placed_moves[move.line] = _PlacedMove(move, line, target, opened=False)
    return [placed_moves[move.line] for move in moves]


def _refuse_invalid_target(
    target: Placement, move: Move, line: TransferLine, order: TransferOrder, locked_placements: set[int]
) -> None:
    """Refuse to move fish to where they are, or into others that nobody wanted mixed."""
    if target.pk == line.source_id:
        raise GrilseError(messages.describe_same_placement(target.name))
    if target.batch_id != order.batch_id and not move.mix:
        placement_changes.refuse_occupied_container(line.container, move.date)
    if target.pk not in locked_placements:
        raise GrilseError(messages.describe_concurrent_move(line.container.name))


def _build_movement(order: TransferOrder, placed_move: _PlacedMove) -> NewMovement:
    return NewMovement(
        date=placed_move.move.date,
        kind=Movement.Kind.TRANSFER.value,
        count=placed_move.move.count,
        source=placed_move.line.source_id,
        target=placed_move.target.pk,
        mean_weight_g=placed_move.move.mean_weight_g,
        weight_method=placed_move.move.weight_method,
        fish_weighed=placed_move.move.fish_weighed,
        order=order.pk,
    )


def _finish_lines(placed_moves: Iterable[_PlacedMove]) -> None:
    for way in placed_moves:
        if not way.move.more:
            way.line.status = TransferLine.Status.DONE
            way.line.save(update_fields=["status"])


def _build_result(id: int, placed_move: _PlacedMove, closed_placements: dict[int, ClosedPlacement]) -> TransferOutcome:
    closed = closed_placements.get(placed_move.line.source_id) if placed_move.move.last else None
    return TransferOutcome(
        line=placed_move.line.pk,
        movement=id,
        placement=placed_move.target.pk,
        opened=placed_move.opened,
        emptied=closed is not None,
        corrected=closed.corrected if closed else 0,
        said=closed.message if closed else "",
    )
