"""Transfers carried out: fish counted, perhaps weighed, out of one container and into another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grilse.errors import GrilseError
from grilse.stock import changes, refusals
from grilse.stock.actions import movements, places
from grilse.stock.actions.balance import ledgers
from grilse.stock.actions.emptying import Emptied, emptied
from grilse.stock.actions.lines import order_of, planned_lines, settle
from grilse.stock.actions.movements import NewMovement
from grilse.stock.models import Movement, Placement, TransferLine, TransferOrder
from grilse.stock.windows import placed, refuse_closed, refuse_repeated


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
class Moved:
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
class _Way:
    """A move with its line, and where its fish stand afterwards."""

    move: Move
    line: TransferLine
    target: Placement
    opened: bool


def execute(order: int, moves: Sequence[Move]) -> list[Moved]:
    """Carry out lines of an order; targets are opened where none stand, emptied sources end."""
    found = order_of(order)
    refuse_repeated([move.line for move in moves], refusals.moved_twice)
    lines = _lines(found, moves)
    held = {line.source_id for line in lines.values()} | _targets(lines, moves)
    with changes.editing(held):
        # Read again: an editor that was waited for may have moved them.
        lines = _lines(found, moves)
        found.batch.refresh_from_db()
        refuse_closed(found.batch)
        ends = _emptied(lines, moves)
        ways = _ways(found, lines, moves, held)
        corrections = [row for end in ends.values() if (row := end.correction()) is not None]
        ids = movements.record([*(_movement(found, way) for way in ways), *corrections])
        _finish(ways)
        settle(found)
        places.settle([found.batch_id])
        return [_done(id, way, ends) for id, way in zip(ids, ways, strict=False)]


def _lines(order: TransferOrder, moves: Sequence[Move]) -> dict[int, TransferLine]:
    return {line.pk: line for line in planned_lines(order, [move.line for move in moves])}


def _targets(lines: dict[int, TransferLine], moves: Iterable[Move]) -> set[int]:
    """Return the placements that stand where fish will come; a statement a move."""
    there = (places.standing(lines[move.line].container_id, move.date) for move in moves)
    return {placement.pk for placement in there if placement is not None}


def _emptied(lines: dict[int, TransferLine], moves: Sequence[Move]) -> dict[int, Emptied]:
    """End the sources of which the last fish leave; return what is corrected, by source."""
    sources = placed({lines[move.line].source_id for move in moves if move.last})
    if not sources:
        return {}
    found, ends = ledgers(sources.values()), {}
    for move in moves:
        if move.last:
            source = lines[move.line].source_id
            leaving = (other.count for other in moves if lines[other.line].source_id == source)
            ends[source] = emptied(sources[source], move.date, leaving, found)
    return ends


def _ways(
    order: TransferOrder, lines: dict[int, TransferLine], moves: Sequence[Move], held: set[int]
) -> list[_Way]:
    """Return where each move goes, in the order given; placements are opened by container, then by day."""
    ways: dict[int, _Way] = {}
    for move in sorted(moves, key=lambda move: (lines[move.line].container_id, move.date)):
        line = lines[move.line]
        there = places.standing(line.container_id, move.date)
        if there is None:
            there = places.opened(order.batch, line.container, line.stage, move.date)
            held.add(there.pk)
            ways[move.line] = _Way(move, line, there, opened=True)
        else:
            _refuse_other(there, move, line, order, held)
            ways[move.line] = _Way(move, line, there, opened=False)
    return [ways[move.line] for move in moves]


def _refuse_other(
    there: Placement, move: Move, line: TransferLine, order: TransferOrder, held: set[int]
) -> None:
    """Refuse to move fish to where they are, or into others that nobody wanted mixed."""
    if there.pk == line.source_id:
        raise GrilseError(refusals.same_place(there.name))
    if there.batch_id != order.batch_id and not move.mix:
        places.refuse_taken(line.container, move.date)
    if there.pk not in held:
        raise GrilseError(refusals.came_meanwhile(line.container.name))


def _movement(order: TransferOrder, way: _Way) -> NewMovement:
    return NewMovement(
        date=way.move.date,
        kind=Movement.Kind.TRANSFER.value,
        count=way.move.count,
        source=way.line.source_id,
        target=way.target.pk,
        mean_weight_g=way.move.mean_weight_g,
        weight_method=way.move.weight_method,
        fish_weighed=way.move.fish_weighed,
        order=order.pk,
    )


def _finish(ways: Iterable[_Way]) -> None:
    for way in ways:
        if not way.move.more:
            way.line.status = TransferLine.Status.DONE
            way.line.save(update_fields=["status"])


def _done(id: int, way: _Way, ends: dict[int, Emptied]) -> Moved:
    end = ends.get(way.line.source_id) if way.move.last else None
    return Moved(
        line=way.line.pk,
        movement=id,
        placement=way.target.pk,
        opened=way.opened,
        emptied=end is not None,
        corrected=end.corrected if end else 0,
        said=end.said if end else "",
    )
