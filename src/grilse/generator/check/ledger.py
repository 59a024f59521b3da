"""The laws of the ledger, of placements and of the counts in daily states."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import read_columns
from grilse.exchange.sorting import find_positions
from grilse.generator.check.result import Check, check_law
from grilse.stock.ledger import NOT_REPLACED, Populations, compute_populations

OPEN_STOP = np.iinfo(np.int32).max  # the end of a placement that has not ended
PLACEMENTS = (
    "SELECT p.id, p.company_id, p.batch_id, p.container_id, p.start, coalesce(p.stop, '9999-12-31') AS stop,"
    ' s."order" AS stage, p.name FROM stock_placement p JOIN stock_stage s ON s.id = p.stage_id ORDER BY p.id'
)
# Replaced movements are ignored.
MOVEMENTS = (
    "SELECT m.date, (m.kind = 'TRANSFER')::int AS moved, m.source_id, m.target_id, m.order_id, m.count"
    f" FROM stock_movement m WHERE {NOT_REPLACED.format('m')}"
)
BATCHES = "SELECT id, company_id, number FROM stock_batch ORDER BY id"
Columns = dict[str, NDArray[Any]]
DAILY = "SELECT placement_id, date, count FROM growth_dailystate"
BATCH = "SELECT s.batch_id, s.date, s.count FROM growth_batchstate s"
Int64Array = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class StockArrays:
    """Placements, movements and batches of all companies; references are positions."""

    placements: Columns
    movements: Columns
    batches: Columns
    populations: Populations

    @classmethod
    def read_tables(cls, connection: Connection[Any]) -> "StockArrays":
        """Read all tables; three statements."""
        id_kinds = dict.fromkeys(("id", "company_id", "batch_id", "container_id"), "int8")
        kinds = {**id_kinds, "start": "date", "stop": "date", "stage": "int2", "name": "text"}
        placements = read_columns(connection, PLACEMENTS, kinds)
        kinds = dict.fromkeys(("source_id", "target_id", "order_id"), "int8")
        movements = read_columns(connection, MOVEMENTS, {"date": "date", "moved": "int4", **kinds, "count": "int4"})
        batches = read_columns(connection, BATCHES, {"id": "int8", "company_id": "int8", "number": "text"})
        placements["batch"] = np.searchsorted(batches["id"], placements["batch_id"])
        for side in ("source", "target"):
            ids = movements.pop(f"{side}_id")
            movements[side] = np.where(ids < 0, -1, np.searchsorted(placements["id"], ids))
        columns = (movements[name] for name in ("source", "target", "date", "count"))
        counts = compute_populations(*columns, placements=len(placements["id"]))
        return cls(placements, movements, batches, counts)

    def get_side_batches(self, side: str) -> NDArray[np.int64]:
        """Return the batch on one side of each movement, -1 without that side."""
        placement = self.movements[side]
        return np.where(placement < 0, -1, np.append(self.placements["batch"], -1)[placement])


def check_ledger(stock: StockArrays) -> Iterator[Check]:
    """Yield every law of the ledger and of placements."""
    yield from check_conservation(stock)
    left = stock.populations.get_final_counts()
    is_closed = find_closed_placements(stock)
    yield check_placements("the movements of each closed placement sum to zero", is_closed & (left != 0), stock, left)
    below_zero = stock.populations.placement[stock.populations.count < 0]
    negative = np.bincount(below_zero, minlength=len(stock.placements["id"]))
    yield check_placements("no placement has fewer than zero fish on any day", negative > 0, stock, negative)
    yield check_moves(stock)
    yield check_movement_dates(stock)
    yield check_overlaps(stock)


def find_closed_placements(stock: StockArrays) -> NDArray[np.bool_]:
    """Return a mask of the placements that have ended."""
    return np.asarray(stock.placements["stop"] < np.datetime64("9999-12-31", "D").astype(np.int64))


def check_placements(name: str, wrong: NDArray[np.bool_], stock: StockArrays, amount: Int64Array) -> Check:
    """Return a law of placements, with the first placement that breaks it."""
    first = np.flatnonzero(wrong)[:1].tolist()
    detail = f"first {stock.placements['name'][first[0]]}: {int(amount[first[0]])}" if first else ""
    return check_law(name, int(wrong.sum()), detail)


def check_conservation(stock: StockArrays) -> Iterator[Check]:
    """Yield the checks that fish in = fish out + fish in open placements, for each batch and company."""
    source, target = stock.get_side_batches("source"), stock.get_side_batches("target")
    count = stock.movements["count"].astype(np.int64)
    size = len(stock.batches["id"])
    across = source != target
    came = sum_by_group(target, np.where(across, count, 0), size)
    went = sum_by_group(source, np.where(across, count, 0), size)
    standing = np.where(find_closed_placements(stock), 0, stock.populations.get_final_counts())
    remaining = sum_by_group(stock.placements["batch"].astype(np.int64), standing, size)
    off = came - went - remaining
    first = np.flatnonzero(off)[:1].tolist()
    detail = f"first {stock.batches['number'][first[0]]}: {int(off[first[0]])} fish" if first else f"{size} batches"
    yield check_law("fish are conserved in every batch", int((off != 0).sum()), detail)
    companies, owner = np.unique(stock.batches["company_id"], return_inverse=True)
    total = sum_by_group(owner, off, len(companies))
    yield check_law(
        "fish are conserved in every company",
        int((total != 0).sum()),
        f"{int(remaining.sum()):,} fish in open placements",
    )


def sum_by_group(group: Int64Array, values: Int64Array, size: int) -> Int64Array:
    """Return exact sums by group; rows with a group below zero are ignored."""
    totals = np.zeros(size, np.int64)
    known = group >= 0
    np.add.at(totals, group[known], values[known])
    return totals


def check_moves(stock: StockArrays) -> Check:
    """Return the check that moves within a batch do not change its fish count."""
    source, target = stock.get_side_batches("source"), stock.get_side_batches("target")
    within = (stock.movements["moved"] == 1) & (source == target)
    moves = np.stack([target[within], stock.movements["date"][within]])
    batch, day = np.unique(moves, axis=1).astype(np.int64)
    before, after = count_fish_on(stock, batch, day - 1), count_fish_on(stock, batch, day)
    net = compute_net_changes(stock, source, target, batch, day)
    wrong = np.flatnonzero(after - before != net)
    detail = f"{len(day):,} moves"
    if len(wrong):
        first = wrong[0]
        number, when = stock.batches["number"][batch[first]], np.datetime64(int(day[first]), "D")
        detail = f"first {number} on {when}: {after[first] - before[first] - net[first]:+,} fish"
    return check_law("a transfer within a batch does not change its number of fish", len(wrong), detail)


def count_fish_on(stock: StockArrays, batch: Int64Array, day: Int64Array) -> Int64Array:
    """Return the fish of batches at the end of days, in placements that have not ended."""
    order = np.argsort(stock.placements["batch"], kind="stable")
    first = np.searchsorted(stock.placements["batch"][order], np.arange(len(stock.batches["id"]) + 1))
    sizes = (first[1:] - first[:-1])[batch]
    row = np.repeat(np.arange(len(batch)), sizes)  # each pair with all placements of its batch
    within = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    place = order[first[batch][row] + within]
    when = day[row]
    is_active = (stock.placements["start"][place] <= when) & (when < stock.placements["stop"][place])
    counts = np.where(is_active, stock.populations.get_counts_before(place, when + 1), 0)
    return sum_by_group(row, counts, len(batch))


def compute_net_changes(
    stock: StockArrays, source: Int64Array, target: Int64Array, batch: Int64Array, day: Int64Array
) -> Int64Array:
    """Return the fish that entered batches less those that left them, on days."""
    span = int(stock.movements["date"].max(initial=0)) + 2
    keys = batch * span + day  # ascending, because the pairs are sorted
    count = stock.movements["count"].astype(np.int64)
    totals = np.zeros(len(keys), np.int64)
    for group, sign in ((target, 1), (source, -1)):
        row = find_positions(keys, group.astype(np.int64) * span + stock.movements["date"])
        totals += sum_by_group(np.where((source != target) & (group >= 0), row, -1), sign * count, len(keys))
    return totals


def check_movement_dates(stock: StockArrays) -> Check:
    """Return that every movement of fish is within the dates of its placements; withdrawals have no fish."""
    wrong = np.zeros(len(stock.movements["date"]), np.bool_)
    date = stock.movements["date"]
    for side in ("source", "target"):
        placement = stock.movements[side]
        if not len(stock.placements["id"]):
            continue
        start, stop = stock.placements["start"][placement], stock.placements["stop"][placement]
        late = date > stop if side == "source" else date >= stop
        wrong |= (placement >= 0) & ((date < start) | late)
    wrong &= stock.movements["count"] > 0  # the period of a placement follows the movements of fish
    return check_law(
        "the date of every movement is within its placements", int(wrong.sum()), f"{len(wrong):,} movements"
    )


def check_overlaps(stock: StockArrays) -> Check:
    """Return that no two placements are in one container on one day."""
    placements = stock.placements
    order = np.lexsort((placements["start"], placements["container_id"]))
    container, start = placements["container_id"][order], placements["start"][order].astype(np.int64)
    base = np.unique(container, return_inverse=True)[1].astype(np.int64) * (2 * OPEN_STOP)
    latest_stop = np.maximum.accumulate(base + placements["stop"][order])[:-1]
    wrong = (container[1:] == container[:-1]) & (latest_stop > (base + start)[1:])
    return check_law(
        "no two placements are in one container at the same time", int(wrong.sum()), f"{len(order):,} placements"
    )


def check_states(connection: Connection[Any], stock: StockArrays) -> Iterator[Check]:
    """Yield that the counts of states agree with the ledger; two statements."""
    counts_kinds = {"date": "date", "count": "int4"}
    daily = read_columns(connection, DAILY, {"placement_id": "int8", **counts_kinds})
    placement = find_positions(stock.placements["id"], daily["placement_id"])
    is_known = placement >= 0
    placement, day = placement[is_known], daily["date"][is_known].astype(np.int64)
    counts = stock.populations.get_counts_before(placement, day + 1)
    wrong = counts != daily["count"][is_known]
    yield check_law("the count of every daily state equals the ledger's", int(wrong.sum()), f"{len(wrong):,} states")
    batch_states = read_columns(connection, BATCH, {"batch_id": "int8", **counts_kinds})
    span = int(max(day.max(initial=0), batch_states["date"].max(initial=0))) + 1
    keys, group = np.unique(stock.placements["batch_id"][placement] * span + day, return_inverse=True)
    sums = sum_by_group(group, counts, len(keys))
    row = find_positions(keys, batch_states["batch_id"] * span + batch_states["date"])
    same = (row >= 0) & (np.append(sums, 0)[row] == batch_states["count"])
    yield check_law(
        "the count of every batch state is the sum of its placements",
        int((~same).sum()),
        f"{len(batch_states['date']):,} states",
    )
