"""What a pass says of every placement-day and batch-day, from the beliefs before its blocks of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

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
    days = _Days(blocks)
    _fill_rows(table, days, blocks, moments, group, stand)
    for _, span in groupby(range(len(blocks)), key=lambda i: id(blocks[i].standing)):
        own = list(span)
        _fill_batches(table, [blocks[i] for i in own], [moments[i][1] for i in own], group, first)


class _Days:
    """Days of blocks one after another; a row for each day and placement."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        """Lay the columns of the blocks end to end."""
        self.rows = np.concatenate([block.rows.ravel() for block in blocks])
        self.root, self.lift, self.push, self.unrest, self.lost = (
            np.concatenate([getattr(block, name).ravel() for block in blocks])
            for name in ("root", "lift", "push", "unrest", "lost")
        )
        pens = np.array([block.standing.size for block in blocks])
        size = pens * np.array([block.rows.shape[0] for block in blocks])
        begin = np.concatenate([[0], np.cumsum(size)[:-1]])
        offset = np.concatenate([[0], np.cumsum(pens)[:-1]])
        within = (np.arange(self.rows.size) - np.repeat(begin, size)) % np.repeat(pens, size)
        self.own = np.repeat(offset, size) + within
        """Position of the row's placement among the placements of all blocks."""


def _fill_rows(
    table: Table, days: _Days, blocks: Sequence[Block], moments: Moments, group: Group, stand: Stand
) -> None:
    """Placement-days of all blocks at once."""
    places: dict[int, tuple[Places, Places]] = {}
    means, arounds, spreads = [], [], []
    for block, (mean, covariance) in zip(blocks, moments, strict=True):
        at, key = block.layout, id(block.standing)
        if key not in places:
            places[key] = _places(at, group.placements.batch[block.standing])
        parts, pairs = places[key]
        means.append(mean.take(parts))
        arounds.append(block.around[at.root.start : at.pen.stop].reshape(2, at.pens))
        spreads.append(covariance.take(pairs))
    own, rows, lift, push, lost = days.own, days.rows, days.lift, days.push, days.lost
    root, multiplier, bias, fish, loss, company = np.concatenate(means, axis=1)[:, own]
    around_root, around_pen = np.concatenate(arounds, axis=1)[:, own]
    xx, xm, mm, xe, me, ee, xl, ml, el, ll = np.concatenate(spreads, axis=1)[:, own]
    table.root[rows] = days.root + lift * (root - around_root) + push * (multiplier - around_pen)
    table.root_variance[rows] = lift * lift * xx + 2.0 * lift * push * xm + push * push * mm + days.unrest
    table.multiplier[rows] = multiplier
    table.bias[rows] = bias + company
    table.multiplier_variance[rows] = mm
    table.root_multiplier[rows] = lift * xm + push * mm
    beyond = (fish - lost * loss) * FISH
    table.fish[rows] = np.maximum(np.maximum(stand.count[rows], 0) + beyond, 0.0)
    table.fish_variance[rows] = (ee - 2.0 * lost * el + lost * lost * ll) * FISH**2
    table.root_fish[rows] = (lift * (xe - lost * xl) + push * (me - lost * ml)) * FISH


def _places(at: Layout, batch: Places) -> tuple[Places, Places]:
    """Positions of a placement's parts, (6, k), and in the flat covariance of their pairs, (10, k)."""
    root, pen, bias, fish = (np.arange(part.start, part.stop) for part in (at.root, at.pen, at.bias, at.fish))
    loss = at.loss.start + batch
    left = np.stack([root, root, pen, root, pen, fish, loss, loss, loss, loss])
    right = np.stack([root, pen, pen, fish, fish, fish, root, pen, fish, loss])
    return np.stack([root, pen, bias, fish, loss, at.company.start + batch]), left * at.size + right


def _fill_batches(
    table: Table, blocks: Sequence[Block], covariances: Sequence[Floats], group: Group, first: int
) -> None:
    """Variances of each batch's biomass and fish while the same placements stand."""
    at, standing = blocks[0].layout, blocks[0].standing
    rows, lift, push, unrest, lost = (
        np.concatenate([getattr(block, name) for block in blocks])
        for name in ("rows", "lift", "push", "unrest", "lost")
    )
    length = np.array([block.rows.shape[0] for block in blocks])
    begin = np.concatenate([[0], np.cumsum(length)])
    day = np.repeat(np.array([block.first for block in blocks]) - begin[:-1], length) + np.arange(begin[-1])
    root = table.root[rows]
    weight = root**3 * (FISH / 1000.0)
    tilt = table.fish[rows] * 3.0 * root**2 / 1000.0
    batch = group.placements.batch[standing]
    for which in np.unique(batch).tolist():
        mine = (batch == which).astype(np.float64)
        slope = np.zeros((begin[-1], 2, at.size))
        slope[:, 0, at.root] = tilt * lift * mine
        slope[:, 0, at.pen] = tilt * push * mine
        slope[:, 0, at.fish] = weight * mine
        slope[:, 1, at.fish] = FISH * mine
        slope[:, 0, at.loss.start + which] = -(weight * mine * lost).sum(axis=1)
        slope[:, 1, at.loss.start + which] = -(FISH * mine * lost).sum(axis=1)
        across = np.empty_like(slope)
        for i, covariance in enumerate(covariances):
            # Day by day: the bits of a product may depend on how many rows it has.
            here = slice(begin[i], begin[i + 1])
            np.matmul(slope[here], covariance, out=across[here])
        on, added = day - first, (unrest * (tilt * mine) ** 2).sum(axis=1)
        table.biomass_variance[which, on] = (across[:, 0] * slope[:, 0]).sum(axis=1) + added
        table.batch_fish_variance[which, on] = (across[:, 1] * slope[:, 1]).sum(axis=1)
        table.biomass_fish[which, on] = (across[:, 0] * slope[:, 1]).sum(axis=1)
