"""What a pass says of every placement-day and batch-day, from the beliefs before its blocks of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.chapter import Block
from grilse.science.estimation.layout import FISH, Layout, layout
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
    at = 0
    for _, span in groupby(range(len(blocks)), key=lambda i: id(blocks[i].standing)):
        own = list(span)
        at = _fill_batches(
            table, days, at, [blocks[i] for i in own], [moments[i][1] for i in own], group, first
        )


class _Days:
    """Days of blocks one after another; a row for each day and placement."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        """Lay the columns of the blocks end to end."""
        self.rows, self.root, self.lift, self.push, self.unrest, self.lost = (
            np.concatenate([getattr(block, name) for block in blocks], axis=None)
            for name in ("rows", "root", "lift", "push", "unrest", "lost")
        )
        length = np.array([len(block.rows) for block in blocks])
        pens = np.array([block.layout.pens for block in blocks])
        state = np.array([block.layout.size for block in blocks])
        size = length * pens
        self.pens = np.repeat(pens, size)
        self.place = (np.arange(self.rows.size) - np.repeat(_begin(size), size)) % self.pens
        self.state = np.repeat(_begin(state), size)
        """Where the state of the row's block begins among the states of all."""
        self.own = np.repeat(_begin(pens), size) + self.place
        """Position of the row's placement among the placements of all blocks."""
        self.layouts = [layout(blocks[0].layout.batches, pens) for pens in range(max(pens) + 1)]

    def of_pen(self, part: str) -> Places:
        """Positions of a part of the rows' placements in the states of all blocks."""
        start = np.array([getattr(at, part).start for at in self.layouts])
        return np.asarray(self.state + start[self.pens] + self.place)

    def of_batch(self, part: str, batch: Places) -> Places:
        """Positions of a part of the rows' batches in the states of all blocks."""
        return np.asarray(self.state + getattr(self.layouts[0], part).start + batch)


def _begin(sizes: Places) -> Places:
    return np.asarray(np.cumsum(sizes) - sizes)


def _fill_rows(
    table: Table, days: _Days, blocks: Sequence[Block], moments: Moments, group: Group, stand: Stand
) -> None:
    """Placement-days of all blocks at once."""
    pairs: dict[int, Places] = {}
    spreads = []
    for block, (_, covariance) in zip(blocks, moments, strict=True):
        key = id(block.standing)
        if key not in pairs:
            pairs[key] = _pairs(block.layout, group.placements.batch[block.standing])
        spreads.append(covariance.take(pairs[key]))
    mean = np.concatenate([mean for mean, _ in moments])
    around = np.concatenate([block.around for block in blocks])
    rows, lift, push, lost = days.rows, days.lift, days.push, days.lost
    batch = group.placements.batch[group.rows.placement[rows]]
    of_root, of_pen = days.of_pen("root"), days.of_pen("pen")
    multiplier, loss = mean[of_pen], mean[days.of_batch("loss", batch)]
    xx, xm, mm, xe, me, ee, xl, ml, el, ll = np.concatenate(spreads, axis=1)[:, days.own]
    table.root[rows] = (
        days.root + lift * (mean[of_root] - around[of_root]) + push * (multiplier - around[of_pen])
    )
    table.root_variance[rows] = lift * lift * xx + 2.0 * lift * push * xm + push * push * mm + days.unrest
    table.multiplier[rows] = multiplier
    table.bias[rows] = mean[days.of_pen("bias")] + mean[days.of_batch("company", batch)]
    table.multiplier_variance[rows] = mm
    table.root_multiplier[rows] = lift * xm + push * mm
    beyond = (mean[days.of_pen("fish")] - lost * loss) * FISH
    table.fish[rows] = np.maximum(np.maximum(stand.count[rows], 0) + beyond, 0.0)
    table.fish_variance[rows] = (ee - 2.0 * lost * el + lost * lost * ll) * FISH**2
    table.root_fish[rows] = (lift * (xe - lost * xl) + push * (me - lost * ml)) * FISH


def _pairs(at: Layout, batch: Places) -> Places:
    """Positions in the flat covariance of the pairs of a placement's parts, (10, k)."""
    root, pen, fish = (np.arange(part.start, part.stop) for part in (at.root, at.pen, at.fish))
    loss = at.loss.start + batch
    left = np.stack([root, root, pen, root, pen, fish, loss, loss, loss, loss])
    right = np.stack([root, pen, pen, fish, fish, fish, root, pen, fish, loss])
    return np.asarray(left * at.size + right)


def _fill_batches(
    table: Table,
    days: _Days,
    start: int,
    blocks: Sequence[Block],
    covariances: Sequence[Floats],
    group: Group,
    first: int,
) -> int:
    """Variances of each batch's biomass and fish while the same placements stand.

    `start` is where the days of the blocks begin among all; where they end is returned.
    """
    at, standing = blocks[0].layout, blocks[0].standing
    length = [len(block.rows) for block in blocks]
    begin = [0, *accumulate(length)]
    stop = start + begin[-1] * at.pens
    rows, lift, push, unrest, lost = (
        column[start:stop].reshape(-1, at.pens)
        for column in (days.rows, days.lift, days.push, days.unrest, days.lost)
    )
    day = np.repeat([block.first - i for block, i in zip(blocks, begin, strict=False)], length)
    day += np.arange(begin[-1])
    root = table.root[rows]
    weight = root * root * root * (FISH / 1000.0)
    tilt = table.fish[rows] * 3.0 * root * root / 1000.0
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
        # Row by row: the bits of a product may depend on how many rows it has.
        single, product = slope.reshape(-1, 2, 1, at.size), across.reshape(-1, 2, 1, at.size)
        for one, end, covariance in zip(begin, begin[1:], covariances, strict=False):
            np.matmul(single[one:end], covariance, out=product[one:end])
        on, added = day - first, (unrest * (tilt * mine) ** 2).sum(axis=1)
        table.biomass_variance[which, on] = (across[:, 0] * slope[:, 0]).sum(axis=1) + added
        table.batch_fish_variance[which, on] = (across[:, 1] * slope[:, 1]).sum(axis=1)
        table.biomass_fish[which, on] = (across[:, 0] * slope[:, 1]).sum(axis=1)
    return stop
