"""The execution of transfer orders: fish move from placements into containers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.farm.site_names import find_label
from grilse.stock import changes
from grilse.stock.actions import movements, placement_changes
from grilse.stock.actions.closed_placements import ClosedPlacement, describe_end
from grilse.stock.actions.movements import build_movement
from grilse.stock.actions.order_lines import find_order, find_planned_lines, update_order_status
from grilse.stock.actions.placement_periods import Departure, end_placements, save_periods
from grilse.stock.models import Movement, Placement, TransferLine, TransferOrder
from grilse.stock.rules import find_placements, refuse_duplicate_keys


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """Fish that moved by one line of an order."""

    line: int
    date: date
    """The day of the move, also long ago."""
    count: int
    mean_weight_g: float | None = None
    """None if it was not measured."""
    weight_method: str = ""
    fish_weighed: int | None = None
    last: bool = False
    """No fish are left: the source ends, and a count correction brings its ledger to 0."""
    more: bool = False
    """The line stays open: more fish move by it on another day."""
    mix: bool = False
    """Mix the fish with those of another batch, if there are any."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TransferOutcome:
    """The result of a move."""

    line: int
    movement: int
    placement: int
    """The target."""
    opened: bool
    emptied: bool
    corrected: int
    """Fish that the ledger of the source had too many, below 0 too few, when the source ended."""
    said: str


@dataclass(frozen=True, slots=True)
class _PlacedMove:
    """A move with its line and its target."""

    move: Move
    line: TransferLine
    target: Placement
    opened: bool


def execute_transfer(order: int, moves: Sequence[Move]) -> list[TransferOutcome]:
    """Carry out lines of an order; missing target placements are opened, emptied sources end."""
    order_row = find_order(order)
    refuse_duplicate_keys(
        [move.line for move in moves],
        lambda line: f"line {line} is there twice: add the fish up, or send the second day by itself",
    )
    lines = _find_lines(order_row, moves)
    locked_placements = {line.source_id for line in lines.values()} | _find_targets(lines, moves)
    with changes.edit_placements(locked_placements):
        # Read again under the lock: another editor may have moved them meanwhile.
        lines = _find_lines(order_row, moves)
        _end_sources(lines, moves)
        placed_moves = _assign_targets(order_row, lines, moves, locked_placements)
        outcome = movements.enter_movements(
            [
                build_movement(
                    placed_move.move,
                    kind=Movement.Kind.TRANSFER.value,
                    source=placed_move.line.source_id,
                    target=placed_move.target.pk,
                    order=order,
                )
                for placed_move in placed_moves
            ]
        )
        _finish_lines(placed_moves)
        update_order_status(order_row)
        placement_changes.update_batch_status([order_row.batch_id])
        return [
            _build_result(id, placed_move, outcome.ends)
            for id, placed_move in zip(outcome.ids, placed_moves, strict=True)
        ]


def _find_lines(order: TransferOrder, moves: Sequence[Move]) -> dict[int, TransferLine]:
    return {line.pk: line for line in find_planned_lines(order, [move.line for move in moves])}


def _find_targets(lines: dict[int, TransferLine], moves: Iterable[Move]) -> set[int]:
    """Return the placements of the target containers that fish join; one or two statements a move."""
    targets = (_find_target(lines[move.line], move.date) for move in moves)
    return {placement.pk for placement in targets if placement is not None}


def _find_target(line: TransferLine, day: date) -> Placement | None:
    """Return the placement that fish join: the active one, else one of their batch that starts earlier with them."""
    active = placement_changes.find_active_placement(line.container_id, day)
    return active or placement_changes.find_own_placement(line.source.batch, line.container_id, line.stage_id, day)


def _end_sources(lines: dict[int, TransferLine], moves: Sequence[Move]) -> None:
    """End the sources whose last fish leave, so that others can come to their containers on the day."""
    sources = find_placements({lines[move.line].source_id for move in moves if move.last})
    departures = [Departure(placement=lines[move.line].source_id, day=move.date) for move in moves if move.last]
    with save_periods(sources.values()):
        end_placements(departures, sources, {})


def _assign_targets(
    order: TransferOrder, lines: dict[int, TransferLine], moves: Sequence[Move], locked_placements: set[int]
) -> list[_PlacedMove]:
    """Return the target of each move, in the order of the moves; placements are opened by container and day."""
    placed_moves: dict[int, _PlacedMove] = {}
    for move in sorted(moves, key=lambda move: (lines[move.line].container_id, move.date)):
        line = lines[move.line]
        target = _find_target(line, move.date)
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
    """Refuse to move fish into their own placement, or into another batch unless `mix` is set."""
    if target.pk == line.source_id:
        what = f"the fish of {target.name} go where they were"
        raise GrilseError(f"{what}: choose another container, or empty it as they leave")
    if target.batch_id != order.batch_id and not move.mix:
        placement_changes.refuse_occupied_container(line.container, move.date)
    if target.pk not in locked_placements:
        raise GrilseError(
            f"somebody moved fish into {find_label(line.container)} just now: look again, then move these"
        )


def _finish_lines(placed_moves: Iterable[_PlacedMove]) -> None:
    for placed_move in placed_moves:
        if not placed_move.move.more:
            placed_move.line.status = TransferLine.Status.DONE
            placed_move.line.save(update_fields=["status"])


def _build_result(id: int, placed_move: _PlacedMove, closed_placements: dict[int, ClosedPlacement]) -> TransferOutcome:
    closed = closed_placements.get(placed_move.line.source_id) if placed_move.move.last else None
    return TransferOutcome(
        line=placed_move.line.pk,
        movement=id,
        placement=placed_move.target.pk,
        opened=placed_move.opened,
        **describe_end(closed),
    )
