"""The rules of placements and of the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.cells import NULL, convert_to_date
from grilse.exchange.ledger import sum_effective_movements
from grilse.exchange.rows import TableRows
from grilse.exchange.sorting import argsort_rows
from grilse.stock import messages
from grilse.stock.ledger import SIDES, find_unbalanced_placements

Tables = Mapping[str, TableRows]
NO_END = np.iinfo(np.int32).max


def check_placements(tables: Tables) -> None:
    """Blame placements before their batch, and two in one container on one day."""
    rows, batches = tables["placements"], tables["batches"]
    known = (rows["batch"] >= 0) & rows.is_filled("start_date")
    born = np.append(batches["start_date"], NULL)[np.maximum(rows["batch"], 0)]
    for row in np.flatnonzero(known & (rows["start_date"] < born)).tolist():
        day, batch = convert_to_date(rows["start_date"][row]), rows.format_cell(row, "batch")
        rows.add_problems(
            [row], "start_date", messages.describe_day_before_batch(day, batch, convert_to_date(born[row]))
        )
    order = argsort_rows([rows["container"], rows["start_date"]])
    order = order[(rows["container"][order] >= 0) & rows.is_filled("start_date")[order]]
    here, after = order[:-1], order[1:]
    stop = np.where(rows.is_filled("end_date"), rows["end_date"], NO_END)
    # The latest end so far, container by container: a long stay may cover several that follow.
    ends = (rows["container"].astype(np.int64) * (2 * NO_END) + stop)[here]
    reached = np.maximum.accumulate(ends)
    longest = np.maximum.accumulate(np.where(ends == reached, np.arange(len(here)), 0))
    holder = here[longest]
    same = rows["container"][holder] == rows["container"][after]
    both = same & (stop[holder] > rows["start_date"][after])
    for first, second in zip(holder[both].tolist(), after[both].tolist(), strict=True):
        other = rows["placement"][first]
        batch, start = rows.format_cell(first, "batch"), convert_to_date(rows["start_date"][first])
        until = convert_to_date(rows["end_date"][first]) if rows.is_filled("end_date")[first] else None
        where, day = rows.format_cell(second, "container"), convert_to_date(rows["start_date"][second])
        rows.add_problems(
            [second], "start_date", messages.describe_occupied_container(where, day, batch, other, start, until)
        )


def check_movements(tables: Tables) -> None:
    """Blame rows with the wrong sides, outside their placements, or with corrections that do not fit; then
    the placements that do not balance."""
    rows, placements = tables["movements"], tables["placements"]
    if not len(rows) and not len(placements):
        return
    check_sides(rows)
    check_dates(rows, placements)
    old = check_corrections(rows)
    check_counts(rows)
    if not {rows.file, placements.file} & rows.problems.files:
        check_balance(tables, old)


def check_sides(rows: TableRows) -> None:
    """Blame the rows that lack a side their kind has, or have one it has not."""
    kind, source, target = rows["kind"], rows.is_filled("from_placement"), rows.is_filled("to_placement")
    for name in dict.fromkeys(kind.tolist()):
        sides, those = SIDES.get(name, "source"), kind == name
        wants_source, wants_target = sides in ("source", "both"), sides in ("target", "both")
        if sides == "either":
            rows.add_problems(those & (source == target), "from_placement", messages.describe_single_side(name))
            continue
        rows.add_problems(
            those & source & (not wants_source), "from_placement", messages.describe_extra_side(name, "source")
        )
        rows.add_problems(
            those & ~source & wants_source, "from_placement", messages.describe_missing_side(name, "source")
        )
        rows.add_problems(
            those & target & (not wants_target), "to_placement", messages.describe_extra_side(name, "target")
        )
        rows.add_problems(
            those & ~target & wants_target, "to_placement", messages.describe_missing_side(name, "target")
        )
    same = (rows["from_placement"] >= 0) & (rows["from_placement"] == rows["to_placement"])
    rows.add_problems(same, "to_placement", messages.describe_same_sides())


def check_dates(rows: TableRows, placements: TableRows) -> None:
    """Blame movements before their placement starts or after it ends."""
    stop = np.where(placements.is_filled("end_date"), placements["end_date"], NO_END)
    for side in ("from_placement", "to_placement"):
        placement, date = np.maximum(rows[side], 0), rows["date"]
        known = (rows[side] >= 0) & rows.is_filled("date")
        if not known.any():
            continue
        start, end = placements["start_date"][placement], stop[placement]
        known &= start != NULL
        late = (date > end) if side == "from_placement" else (date >= end)
        early = (known & (date < start), start, messages.describe_day_before_start)
        for which, edge, describe in (early, (known & late, end, messages.describe_day_after_stop)):
            for row in np.flatnonzero(which).tolist():
                name, day = rows.format_cell(row, side), convert_to_date(date[row])
                rows.add_problems([row], "date", describe(day, name, convert_to_date(edge[row])))


def check_counts(rows: TableRows) -> None:
    """Blame a count of no fish in a row that corrects nothing."""
    for row in np.flatnonzero((rows["count"] == 0) & ~rows.is_filled("replaces")).tolist():
        side = "from_placement" if rows.is_filled("from_placement")[row] else "to_placement"
        rows.add_problems([row], "count", messages.describe_no_fish(0, rows.format_cell(row, side)))


def check_corrections(rows: TableRows) -> NDArray[np.bool_]:
    """Return which rows another one replaces; blame the references that do not fit."""
    links = Corrections(rows)
    old = np.zeros(len(rows), np.bool_)
    for row in np.flatnonzero(rows.is_filled("replaces")).tolist():
        why = links.describe_fault(row)
        if why:
            rows.add_problems([row], "replaces", why)
        else:
            old[links.row_by_ref[rows["replaces"][row]]] = True
    return old


def find_replaced_rows(rows: TableRows) -> NDArray[np.bool_]:
    """Return which rows another one replaces, of a ledger whose references fit."""
    names = set(rows["replaces"][rows.is_filled("replaces")].tolist())
    return np.array([bool(ref) and ref in names for ref in rows["ref"].tolist()], np.bool_)


@dataclass(slots=True)
class Corrections:
    """The rows that have a `ref`, and who replaces each."""

    rows: TableRows
    row_by_ref: dict[str, int]
    replaced_by: dict[str, int]

    def __init__(self, rows: TableRows) -> None:
        self.rows, self.row_by_ref, self.replaced_by = rows, {}, {}
        for row in np.flatnonzero(rows.is_filled("ref")).tolist():
            name = rows["ref"][row]
            if name in self.row_by_ref:
                rows.add_problems([row], "ref", f"stands on line {rows.lines[self.row_by_ref[name]]} already")
            self.row_by_ref.setdefault(name, row)

    def describe_fault(self, row: int) -> str:
        """Return why a row cannot replace the one it names, nothing where it can."""
        name = self.rows["replaces"][row]
        if name not in self.row_by_ref:
            return "no row has this ref"
        if name in self.replaced_by:
            return f"line {self.rows.lines[self.replaced_by[name]]} replaces it already"
        self.replaced_by[name] = row
        if self.rows["kind"][row] != self.rows["kind"][self.row_by_ref[name]]:
            return f"of another kind ({self.rows['kind'][self.row_by_ref[name]]})"
        return "leads back to itself" if self.is_circular(row) else ""

    def is_circular(self, row: int) -> bool:
        """Return whether what a row replaces leads back to the row."""
        at, steps = row, 0
        while steps <= len(self.row_by_ref):
            name = self.rows["replaces"][at]
            if not name or name not in self.row_by_ref:
                return False
            at, steps = self.row_by_ref[name], steps + 1
            if at == row:
                return True
        return True


def check_balance(tables: Tables, old: NDArray[np.bool_]) -> None:
    """Blame the placements whose ledger does not balance."""
    placements = tables["placements"]
    counts = sum_effective_movements(tables["movements"], old, len(placements))
    for row, why in find_unbalanced_placements(counts, placements["end_date"]).items():
        placements.add_problems(
            [row], "placement", messages.describe_unbalanced(placements.format_cell(row, "placement"), why)
        )
