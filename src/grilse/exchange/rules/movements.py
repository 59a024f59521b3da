"""The rules of the ledger: sides, days, corrections, balance and transfer orders of its rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.rows import TableRows, Tables
from grilse.exchange.rules.counts import add_count_corrections
from grilse.exchange.rules.placements import check_days, get_end_days
from grilse.exchange.rules.populations import sum_effective_movements
from grilse.stock import messages
from grilse.stock.ledger import (
    find_excess_weighed,
    find_invalid_counts,
    find_same_sides,
    find_unbalanced_placements,
    iter_wrong_sides,
)
from grilse.stock.rules import LAST_DAY_COUNTS, find_wrong_orders

EMPTY_ORDERS = ("planned", "cancelled")


def check_movements(tables: Tables) -> None:
    """Check the sides, days, corrections and counts of the ledger, then the balance of placements."""
    rows, placements = tables["movements"], tables["placements"]
    if not len(rows) and not len(placements):
        return
    check_sides(rows)
    replaced = check_corrections(rows)
    # The period of a placement follows the effective rows with fish.
    effective = ~replaced & (rows["count"] != 0)
    for side, last_counts in (("from_placement", "departures"), ("to_placement", "arrivals")):
        check_days(rows, side, "date", last_counts=LAST_DAY_COUNTS[last_counts], which=effective)
    check_counts(rows)
    check_weighed_fish(rows)
    if not {rows.file, placements.file, tables["counts"].file} & rows.problems.files:
        add_count_corrections(tables, replaced)
        check_balance(tables, find_replaced_rows(rows))


def check_sides(rows: TableRows) -> None:
    """Report the rows that lack a side of their kind, or have one too many."""
    columns = {"": "from_placement", "source": "from_placement", "target": "to_placement"}
    for is_wrong, side, why in iter_wrong_sides(
        rows["kind"], rows.is_filled("from_placement"), rows.is_filled("to_placement")
    ):
        rows.add_problems(is_wrong, columns[side], why)
    same = find_same_sides(rows["from_placement"], rows["to_placement"])
    rows.add_problems(same, "to_placement", messages.describe_same_sides())


def check_counts(rows: TableRows) -> None:
    """Report a count of no fish in a row that corrects nothing."""
    is_invalid = find_invalid_counts(rows["count"], rows.is_filled("replaces")) & (rows["count"] >= 0)
    for row in np.flatnonzero(is_invalid).tolist():
        side = "from_placement" if rows.is_filled("from_placement")[row] else "to_placement"
        rows.add_problems([row], "count", messages.describe_no_fish(0, rows.format_cell(row, side)))


def check_weighed_fish(rows: TableRows) -> None:
    """Report movements of which more fish were weighed than moved."""
    for row in np.flatnonzero(find_excess_weighed(rows["fish_weighed"], rows["count"])).tolist():
        side = "from_placement" if rows.is_filled("from_placement")[row] else "to_placement"
        weighed, count = (int(rows[name][row]) for name in ("fish_weighed", "count"))
        why = messages.describe_excess_weighed(weighed, count, rows.format_cell(row, side))
        rows.add_problems([row], "fish_weighed", why)


def check_corrections(rows: TableRows) -> NDArray[np.bool_]:
    """Return which rows another one replaces; report the references that do not fit."""
    links = Corrections(rows)
    replaced = np.zeros(len(rows), np.bool_)
    for row in np.flatnonzero(rows.is_filled("replaces")).tolist():
        why = links.describe_fault(row)
        if why:
            rows.add_problems([row], "replaces", why)
        else:
            replaced[links.row_by_ref[rows["replaces"][row]]] = True
    return replaced


def find_replaced_rows(rows: TableRows) -> NDArray[np.bool_]:
    """Return which rows another one replaces, of a ledger whose references fit."""
    names = set(rows["replaces"][rows.is_filled("replaces")].tolist())
    if not names:
        return np.zeros(len(rows), np.bool_)
    return np.array([bool(ref) and ref in names for ref in rows["ref"].tolist()], np.bool_)


@dataclass(slots=True)
class Corrections:
    """The rows that have a `ref`, and the rows that replace them."""

    rows: TableRows
    row_by_ref: dict[str, int]
    replaced_by: dict[str, int]

    def __init__(self, rows: TableRows) -> None:
        self.rows, self.row_by_ref, self.replaced_by = rows, {}, {}
        for row in np.flatnonzero(rows.is_filled("ref")).tolist():
            name = rows["ref"][row]
            if name in self.row_by_ref:
                rows.add_problems([row], "ref", f"is on line {rows.lines[self.row_by_ref[name]]} already")
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
        """Return whether the chain of replaced rows leads back to the row."""
        at, steps = row, 0
        while steps <= len(self.row_by_ref):
            name = self.rows["replaces"][at]
            if not name or name not in self.row_by_ref:
                return False
            at, steps = self.row_by_ref[name], steps + 1
            if at == row:
                return True
        return True


def check_balance(tables: Tables, replaced: NDArray[np.bool_]) -> None:
    """Report the placements whose ledger does not balance."""
    placements = tables["placements"]
    counts = sum_effective_movements(tables["movements"], replaced, len(placements))
    for row, why in find_unbalanced_placements(counts, get_end_days(placements)).items():
        why = messages.describe_unbalanced(placements.format_cell(row, "placement"), why)
        placements.add_problems([row], "placement", why)


def check_orders(tables: Tables, replaced: NDArray[np.bool_]) -> None:
    """Report movements that do not belong to their order, and orders whose status does not fit what was moved."""
    orders, rows, placements = tables["orders"], tables["movements"], tables["placements"]
    if not len(orders) or not len(placements):
        return
    is_ordered = rows["order"] >= 0
    batch = np.where(rows["from_placement"] >= 0, placements["batch"][np.maximum(rows["from_placement"], 0)], -1)
    is_no_transfer, is_foreign = find_wrong_orders(rows["kind"], batch, orders["batch"][np.maximum(rows["order"], 0)])
    rows.add_problems(is_ordered & is_no_transfer, "order", messages.describe_order_not_allowed())
    for row in np.flatnonzero(is_ordered & is_foreign).tolist():
        rows.add_problems([row], "order", messages.describe_order_of_other_batch(rows.format_cell(row, "order")))
    has_movements = np.isin(np.arange(len(orders)), rows["order"])
    is_empty = np.isin(orders["status"].astype(np.str_), EMPTY_ORDERS)
    orders.add_problems(has_movements & is_empty, "status", "yet it has movements")
    orders.add_problems(~has_movements & ~is_empty, "status", "yet it has no movement")
    check_unordered_transfers(rows, is_ordered, batch, replaced)


def check_unordered_transfers(
    rows: TableRows, is_ordered: NDArray[np.bool_], batch: NDArray[np.int64], replaced: NDArray[np.bool_]
) -> None:
    """Report the transfers without an order on the day, of the batch and to the target of an ordered one."""
    transfers = np.flatnonzero((rows["kind"] == "TRANSFER") & ~replaced & (batch >= 0))
    keys = np.stack([rows["date"], rows["to_placement"], batch])[:, transfers]
    group = np.unique(keys, axis=1, return_inverse=True)[1].reshape(-1)
    beside = ~is_ordered[transfers] & np.isin(group, group[is_ordered[transfers]])
    rows.add_problems(transfers[beside].tolist(), "order", "fish came here by an order that day: name it")
