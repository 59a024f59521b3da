"""The rules of transfer orders: what they group, and that nothing else came beside it."""

from collections.abc import Mapping

import numpy as np

from grilse.exchange.rows import TableRows
from grilse.exchange.rules.fish import find_replaced_rows
from grilse.stock import messages

Tables = Mapping[str, TableRows]

UNMOVED = ("planned", "cancelled")


def check_orders(tables: Tables) -> None:
    """Blame movements that do not belong to their order, and orders that are not what was moved."""
    orders, rows, placements = tables["orders"], tables["movements"], tables["placements"]
    if not len(orders) or not len(placements):
        return
    ordered = rows["order"] >= 0
    rows.add_problems(ordered & (rows["kind"] != "TRANSFER"), "order", messages.describe_order_not_allowed())
    batch = np.where(rows["from_placement"] >= 0, placements["batch"][np.maximum(rows["from_placement"], 0)], -1)
    foreign = ordered & (batch >= 0) & (orders["batch"][np.maximum(rows["order"], 0)] != batch)
    for row in np.flatnonzero(foreign).tolist():
        rows.add_problems([row], "order", messages.describe_order_of_other_batch(rows.format_cell(row, "order")))
    moved = np.isin(np.arange(len(orders)), rows["order"])
    unmoved = np.isin(orders["status"].astype(np.str_), UNMOVED)
    orders.add_problems(moved & unmoved, "status", "yet it has movements")
    orders.add_problems(~moved & ~unmoved, "status", "yet it has no movement")
    check_unordered_transfers(rows, ordered, batch)


def check_unordered_transfers(rows: TableRows, ordered: np.ndarray, batch: np.ndarray) -> None:
    """Blame the transfers of no order beside ordered ones of the same batch, day and target."""
    transfers = np.flatnonzero((rows["kind"] == "TRANSFER") & ~find_replaced_rows(rows) & (batch >= 0))
    keys = np.stack([rows["date"], rows["to_placement"], batch])[:, transfers]
    group = np.unique(keys, axis=1, return_inverse=True)[1].reshape(-1)
    beside = ~ordered[transfers] & np.isin(group, group[ordered[transfers]])
    rows.add_problems(transfers[beside].tolist(), "order", "fish came here by an order that day: name it")
