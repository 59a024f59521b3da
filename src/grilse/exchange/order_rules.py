"""The rules of transfer orders: what they group, and that nothing else came beside it."""

from collections.abc import Mapping

import numpy as np

from grilse.exchange.fish_rules import superseded
from grilse.exchange.rows import Rows
from grilse.stock import refusals

Tables = Mapping[str, Rows]

UNMOVED = ("planned", "cancelled")


def check(tables: Tables) -> None:
    """Blame movements that do not belong to their order, and orders that are not what was moved."""
    orders, rows, placements = tables["orders"], tables["movements"], tables["placements"]
    if not len(orders) or not len(placements):
        return
    ordered = rows["order"] >= 0
    rows.blame(ordered & (rows["kind"] != "TRANSFER"), "order", refusals.not_ordered())
    batch = np.where(
        rows["from_placement"] >= 0, placements["batch"][np.maximum(rows["from_placement"], 0)], -1
    )
    foreign = ordered & (batch >= 0) & (orders["batch"][np.maximum(rows["order"], 0)] != batch)
    for row in np.flatnonzero(foreign).tolist():
        rows.blame([row], "order", refusals.order_of_others(rows.shown(row, "order")))
    moved = np.isin(np.arange(len(orders)), rows["order"])
    unmoved = np.isin(orders["status"].astype(np.str_), UNMOVED)
    orders.blame(moved & unmoved, "status", "yet it has movements")
    orders.blame(~moved & ~unmoved, "status", "yet it has no movement")
    check_beside(rows, ordered, batch)


def check_beside(rows: Rows, ordered: np.ndarray, batch: np.ndarray) -> None:
    """Blame the transfers of no order beside ordered ones of the same batch, day and target."""
    transfers = np.flatnonzero((rows["kind"] == "TRANSFER") & ~superseded(rows) & (batch >= 0))
    keys = np.stack([rows["date"], rows["to_placement"], batch])[:, transfers]
    group = np.unique(keys, axis=1, return_inverse=True)[1].reshape(-1)
    beside = ~ordered[transfers] & np.isin(group, group[ordered[transfers]])
    rows.blame(transfers[beside].tolist(), "order", "fish came here by an order that day: name it")
