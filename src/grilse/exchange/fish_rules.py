"""The rules of placements and of the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import NULL, as_date
from grilse.exchange.ledger import effective
from grilse.exchange.order import sorting
from grilse.exchange.rows import Rows
from grilse.stock import refusals
from grilse.stock.ledger import SIDES, unbalanced

Tables = Mapping[str, Rows]
STANDING = np.iinfo(np.int32).max


def check_placements(tables: Tables) -> None:
    """Blame placements before their batch, and two in one container on one day."""
    rows, batches = tables["placements"], tables["batches"]
    known = (rows["batch"] >= 0) & rows.given("start_date")
    born = np.append(batches["start_date"], NULL)[np.maximum(rows["batch"], 0)]
    for row in np.flatnonzero(known & (rows["start_date"] < born)).tolist():
        day, batch = as_date(rows["start_date"][row]), rows.shown(row, "batch")
        rows.blame([row], "start_date", refusals.before_batch(day, batch, as_date(born[row])))
    order = sorting([rows["container"], rows["start_date"]])
    order = order[(rows["container"][order] >= 0) & rows.given("start_date")[order]]
    here, after = order[:-1], order[1:]
    stop = np.where(rows.given("end_date"), rows["end_date"], STANDING)
    # The latest end so far, container by container: a long stay may cover several that follow.
    ends = (rows["container"].astype(np.int64) * (2 * STANDING) + stop)[here]
    reached = np.maximum.accumulate(ends)
    longest = np.maximum.accumulate(np.where(ends == reached, np.arange(len(here)), 0))
    holder = here[longest]
    same = rows["container"][holder] == rows["container"][after]
    both = same & (stop[holder] > rows["start_date"][after])
    for first, second in zip(holder[both].tolist(), after[both].tolist(), strict=True):
        other = rows["placement"][first]
        batch, start = rows.shown(first, "batch"), as_date(rows["start_date"][first])
        until = as_date(rows["end_date"][first]) if rows.given("end_date")[first] else None
        where, day = rows.shown(second, "container"), as_date(rows["start_date"][second])
        rows.blame([second], "start_date", refusals.taken(where, day, batch, other, start, until))


def check_movements(tables: Tables) -> None:
    """Blame rows with the wrong sides, outside their placements, or with corrections that do not fit; then
    the placements that do not balance."""
    rows, placements = tables["movements"], tables["placements"]
    if not len(rows) and not len(placements):
        return
    check_sides(rows)
    check_dates(rows, placements)
    old = replaced(rows)
    check_counts(rows)
    if not {rows.file, placements.file} & rows.problems.files:
        check_balance(tables, old)


def check_sides(rows: Rows) -> None:
    """Blame the rows that lack a side their kind has, or have one it has not."""
    kind, source, target = rows["kind"], rows.given("from_placement"), rows.given("to_placement")
    for name in dict.fromkeys(kind.tolist()):
        sides, those = SIDES.get(name, "source"), kind == name
        wants_source, wants_target = sides in ("source", "both"), sides in ("target", "both")
        if sides == "either":
            rows.blame(those & (source == target), "from_placement", refusals.one_side(name))
            continue
        rows.blame(those & source & (not wants_source), "from_placement", refusals.no_side(name, "source"))
        rows.blame(those & ~source & wants_source, "from_placement", refusals.needs_side(name, "source"))
        rows.blame(those & target & (not wants_target), "to_placement", refusals.no_side(name, "target"))
        rows.blame(those & ~target & wants_target, "to_placement", refusals.needs_side(name, "target"))
    same = (rows["from_placement"] >= 0) & (rows["from_placement"] == rows["to_placement"])
    rows.blame(same, "to_placement", refusals.nowhere())


def check_dates(rows: Rows, placements: Rows) -> None:
    """Blame movements before their placement starts or after it ends."""
    stop = np.where(placements.given("end_date"), placements["end_date"], STANDING)
    for side in ("from_placement", "to_placement"):
        placement, date = np.maximum(rows[side], 0), rows["date"]
        known = (rows[side] >= 0) & rows.given("date")
        if not known.any():
            continue
        start, end = placements["start_date"][placement], stop[placement]
        known &= start != NULL
        late = (date > end) if side == "from_placement" else (date >= end)
        early = (known & (date < start), start, refusals.before_start)
        for which, edge, said in (early, (known & late, end, refusals.after_stop)):
            for row in np.flatnonzero(which).tolist():
                name, day = rows.shown(row, side), as_date(date[row])
                rows.blame([row], "date", said(day, name, as_date(edge[row])))


def check_counts(rows: Rows) -> None:
    """Blame a count of no fish in a row that corrects nothing."""
    for row in np.flatnonzero((rows["count"] == 0) & ~rows.given("replaces")).tolist():
        side = "from_placement" if rows.given("from_placement")[row] else "to_placement"
        rows.blame([row], "count", refusals.no_fish(0, rows.shown(row, side)))


def replaced(rows: Rows) -> NDArray[np.bool_]:
    """Return which rows another one replaces; blame the references that do not fit."""
    links = Corrections(rows)
    old = np.zeros(len(rows), np.bool_)
    for row in np.flatnonzero(rows.given("replaces")).tolist():
        why = links.fault(row)
        if why:
            rows.blame([row], "replaces", why)
        else:
            old[links.by_ref[rows["replaces"][row]]] = True
    return old


def superseded(rows: Rows) -> NDArray[np.bool_]:
    """Return which rows another one replaces, of a ledger whose references fit."""
    names = set(rows["replaces"][rows.given("replaces")].tolist())
    return np.array([bool(ref) and ref in names for ref in rows["ref"].tolist()], np.bool_)


@dataclass(slots=True)
class Corrections:
    """The rows that have a `ref`, and who replaces each."""

    rows: Rows
    by_ref: dict[str, int]
    taken: dict[str, int]

    def __init__(self, rows: Rows) -> None:
        self.rows, self.by_ref, self.taken = rows, {}, {}
        for row in np.flatnonzero(rows.given("ref")).tolist():
            name = rows["ref"][row]
            if name in self.by_ref:
                rows.blame([row], "ref", f"stands on line {rows.lines[self.by_ref[name]]} already")
            self.by_ref.setdefault(name, row)

    def fault(self, row: int) -> str:
        """Return why a row cannot replace the one it names, nothing where it can."""
        name = self.rows["replaces"][row]
        if name not in self.by_ref:
            return "no row has this ref"
        if name in self.taken:
            return f"line {self.rows.lines[self.taken[name]]} replaces it already"
        self.taken[name] = row
        if self.rows["kind"][row] != self.rows["kind"][self.by_ref[name]]:
            return f"of another kind ({self.rows['kind'][self.by_ref[name]]})"
        return "leads back to itself" if self.circles(row) else ""

    def circles(self, row: int) -> bool:
        """Return whether what a row replaces leads back to the row."""
        at, steps = row, 0
        while steps <= len(self.by_ref):
            name = self.rows["replaces"][at]
            if not name or name not in self.by_ref:
                return False
            at, steps = self.by_ref[name], steps + 1
            if at == row:
                return True
        return True


def check_balance(tables: Tables, old: NDArray[np.bool_]) -> None:
    """Blame the placements whose ledger does not balance."""
    placements = tables["placements"]
    counts = effective(tables["movements"], old, len(placements))
    for row, why in unbalanced(counts, placements["end_date"]).items():
        placements.blame([row], "placement", refusals.unbalanced(placements.shown(row, "placement"), why))
