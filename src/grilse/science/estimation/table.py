"""What a pass says of every placement-day and batch-day, from the beliefs before its blocks of days."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.chapter import Block
from grilse.science.estimation.layout import FISH, Layout
from grilse.science.estimation.ledger import Stand
from grilse.science.estimation.records import Group, Places

Moments = Sequence[tuple[Floats, Floats]]
"""Mean and covariance before the days of each block."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Means, variances and covariances at the end of each placement-day, shape (rows,), and batch-day."""

    root: Floats
    """g^(1/3)."""
    root_variance: Floats
    multiplier: Floats
    multiplier_variance: Floats
    root_multiplier: Floats
    """Covariance."""
    bias: Floats
    """Catch bias of a sample, the placement's and the company's."""
    fish: Floats
    fish_variance: Floats
    root_fish: Floats
    biomass_variance: Floats
    """kg², of a batch, shape (batches, days)."""
    batch_fish_variance: Floats
    biomass_fish: Floats
    """Covariance of a batch's biomass (kg) and fish."""


def empty_table(rows: int, batches: int, days: int) -> Table:
    """Return a table to be filled."""
    row, cell = (rows,), (batches, days)
    return Table(
        root=np.zeros(row),
        root_variance=np.zeros(row),
        multiplier=np.zeros(row),
        multiplier_variance=np.zeros(row),
        root_multiplier=np.zeros(row),
        bias=np.zeros(row),
        fish=np.zeros(row),
        fish_variance=np.zeros(row),
        root_fish=np.zeros(row),
        biomass_variance=np.zeros(cell),
        batch_fish_variance=np.zeros(cell),
        biomass_fish=np.zeros(cell),
    )


def fill(
    table: Table, blocks: Sequence[Block], moments: Moments, group: Group, stand: Stand, first: int
) -> None:
    """Write the days of some blocks.

    Parameters
    ----------
    table : is changed.
    blocks, moments : days, and what is believed before them.
    group, stand : batches of the placements; fish of the ledger.
    first : first day of the table's batch-days.
    """
    if not blocks:
        return
    _fill_rows(table, blocks, moments, group, stand)
    for block, (_, covariance) in zip(blocks, moments, strict=True):
        _fill_batches(table, block, covariance, group, first)


MOST_DAYS = 7
"""Longest chapter."""

_PAIRS = ("root_root", "root_pen", "pen_pen", "root_fish", "pen_fish", "fish_fish")


def _fill_rows(table: Table, blocks: Sequence[Block], moments: Moments, group: Group, stand: Stand) -> None:
    """Placement-days of all blocks at once."""
    parts, spreads, column = [], [], []
    places: dict[int, tuple[Places, Places]] = {}
    offset = 0
    for block, (mean, covariance) in zip(blocks, moments, strict=True):
        at, k = block.layout, block.standing.size
        key = id(block.standing)
        if key not in places:
            places[key] = _places(at, group.placements.batch[block.standing])
        left, right = places[key]
        spreads.append(covariance[left, right])
        changed = mean - block.around
        parts.append(
            np.stack(
                [
                    changed[at.root],
                    changed[at.pen],
                    mean[at.pen],
                    mean[at.fish],
                    mean[left[6]],
                    mean[at.bias] + mean[at.company],
                ]
            )
        )
        column.append((offset + np.zeros((block.rows.shape[0], 1), dtype=np.int64) + np.arange(k)).ravel())
        offset += k
    own = np.concatenate(column)
    rows = np.concatenate([block.rows.ravel() for block in blocks])
    root, lift, push, unrest, lost = (
        np.concatenate([getattr(block, name).ravel() for block in blocks])
        for name in ("root", "lift", "push", "unrest", "lost")
    )
    by_root, by_pen, multiplier, fish, loss, bias = np.concatenate(parts, axis=1)[:, own]
    xx, xm, mm, xe, me, ee, xl, ml, el, ll = np.concatenate(spreads, axis=1)[:, own]
    table.root[rows] = root + lift * by_root + push * by_pen
    table.root_variance[rows] = lift * lift * xx + 2.0 * lift * push * xm + push * push * mm + unrest
    table.multiplier[rows] = multiplier
    table.bias[rows] = bias
    table.multiplier_variance[rows] = mm
    table.root_multiplier[rows] = lift * xm + push * mm
    beyond = (fish - lost * loss) * FISH
    table.fish[rows] = np.maximum(np.maximum(stand.count[rows], 0) + beyond, 0.0)
    table.fish_variance[rows] = (ee - 2.0 * lost * el + lost * lost * ll) * FISH**2
    table.root_fish[rows] = (lift * (xe - lost * xl) + push * (me - lost * ml)) * FISH


def _places(at: Layout, batch: Places) -> tuple[Places, Places]:
    """Positions in the covariance of all pairs within a placement and its batch's loss, (10, k) each."""
    root, pen = np.arange(at.root.start, at.root.stop), np.arange(at.pen.start, at.pen.stop)
    fish, loss = np.arange(at.fish.start, at.fish.stop), at.loss.start + batch
    left = np.stack([root, root, pen, root, pen, fish, loss, loss, loss, loss])
    right = np.stack([root, pen, pen, fish, fish, fish, root, pen, fish, loss])
    return left, right


def _fill_batches(table: Table, block: Block, covariance: Floats, group: Group, first: int) -> None:
    """Variances of each batch's biomass and fish, from the joint covariance of its placements."""
    at, days = block.layout, block.rows.shape[0]
    roots = table.root[block.rows]
    weight = roots**3 * (FISH / 1000.0)
    tilt = table.fish[block.rows] * 3.0 * roots**2 / 1000.0
    batch = group.placements.batch[block.standing]
    for which in range(at.batches):
        mine = (batch == which).astype(np.float64)
        if not mine.any():
            continue
        # As many rows whatever the days, so that a product has the same bits however a week is cut.
        padded = np.zeros((2, MOST_DAYS, at.size))
        slope = padded[:, :days]
        slope[0, :, at.root] = tilt * block.lift * mine
        slope[0, :, at.pen] = tilt * block.push * mine
        slope[0, :, at.fish] = weight * mine
        slope[1, :, at.fish] = FISH * mine
        slope[0, :, at.loss.start + which] = -(weight * mine * block.lost).sum(axis=1)
        slope[1, :, at.loss.start + which] = -(FISH * mine * block.lost).sum(axis=1)
        across = (padded @ covariance)[:, :days]
        here = slice(block.first - first, block.first - first + days)
        unrest = (block.unrest * (tilt * mine) ** 2).sum(axis=1)
        table.biomass_variance[which, here] = (across[0] * slope[0]).sum(axis=1) + unrest
        table.batch_fish_variance[which, here] = (across[1] * slope[1]).sum(axis=1)
        table.biomass_fish[which, here] = (across[0] * slope[1]).sum(axis=1)
