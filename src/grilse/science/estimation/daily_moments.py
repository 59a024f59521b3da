"""Moments of every placement-day and batch-day, computed from the state before each block of days."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, groupby
from typing import Any

import numpy as np

from grilse.science.arrays import Floats, Indices
from grilse.science.estimation.batch_group import BatchGroup
from grilse.science.estimation.ledger_counts import LedgerCounts
from grilse.science.estimation.segment import Block
from grilse.science.estimation.state_layout import FISH_UNIT, StateLayout, build_layout

Moments = Sequence[tuple[Floats, Floats]]
"""Mean and covariance before the days of each block."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthMoments:
    """Means, variances and covariances of weight and growth at the ends of days, one shape."""

    root: Floats
    """Cube root of mean weight, g^(1/3)."""
    multiplier: Floats
    """Of growth, batch and pen together."""
    root_variance: Floats
    root_multiplier_covariance: Floats
    multiplier_variance: Floats
    stationary_variance: Floats
    """Variance around 1 in which the multiplier wanders, as the batch's own past shows it."""
    level_shift_variance: Floats
    """Relative variance of mean weight that level shifts add a day, as the batch's own past shows it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DailyMoments(GrowthMoments):
    """Moments at the end of each placement-day, shape (rows,), and of batch-days, shape (batches, days)."""

    catch_bias: Floats
    """Catch bias of a sample, the placement's and the company's."""
    count: Floats
    count_variance: Floats
    root_count_covariance: Floats
    biomass_variance: Floats
    """kg², of a batch."""
    batch_count_variance: Floats
    biomass_count_covariance: Floats
    """Covariance of a batch's biomass (kg) and fish."""


BATCH_COLUMNS = ("biomass_variance", "batch_count_variance", "biomass_count_covariance")


def allocate_moments(rows: int, batches: int, days: int) -> DailyMoments:
    """Return a table of zeros to be filled."""
    columns = {
        field.name: np.zeros((batches, days) if field.name in BATCH_COLUMNS else rows) for field in fields(DailyMoments)
    }
    return DailyMoments(**columns)


def fill_moments(
    table: DailyMoments, blocks: Sequence[Block], moments: Moments, group: BatchGroup, ledger: LedgerCounts, first: int
) -> None:
    """Fill the rows and batch-days of some blocks in `table`, whose first batch-day is the day `first`."""
    if not blocks:
        return
    days = _BlockDays(blocks)
    _fill_rows(table, days, blocks, moments, group, ledger)
    at = 0
    for _, span in groupby(range(len(blocks)), key=lambda i: id(blocks[i].active)):
        own = list(span)
        at = _fill_batches(table, days, at, [blocks[i] for i in own], [moments[i][1] for i in own], group, first)


class _BlockDays:
    """Days of blocks one after another, with a row for each day and placement."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        """Concatenate the columns of the blocks."""
        self.rows = np.concatenate([block.rows for block in blocks], axis=None)
        self.root = np.concatenate([block.path.root for block in blocks], axis=None)
        self.root_sensitivity = np.concatenate([block.path.root_sensitivity for block in blocks], axis=None)
        self.multiplier_sensitivity = np.concatenate([block.path.multiplier_sensitivity for block in blocks], axis=None)
        self.noise_variance = np.concatenate([block.path.noise_variance for block in blocks], axis=None)
        self.loss_exposure = np.concatenate([block.loss_exposure for block in blocks], axis=None)
        length = np.array([len(block.rows) for block in blocks])
        pens = np.array([block.layout.pens for block in blocks])
        state = np.array([block.layout.size for block in blocks])
        size = length * pens
        self.pens = np.repeat(pens, size)
        self.placement_position = (np.arange(self.rows.size) - np.repeat(_compute_starts(size), size)) % self.pens
        self.state_start = np.repeat(_compute_starts(state), size)
        """Position at which the state of the row's block begins among the states of all blocks."""
        self.pen_position = np.repeat(_compute_starts(pens), size) + self.placement_position
        """Position of the row's placement among the placements of all blocks."""
        self.layouts = [build_layout(blocks[0].layout.batches, pens) for pens in range(max(pens) + 1)]

    def find_pen_positions(self, part: str) -> Indices:
        """Return the positions of a part of the rows' placements in the states of all blocks."""
        start = np.array([getattr(at, part).start for at in self.layouts])
        return np.asarray(self.state_start + start[self.pens] + self.placement_position)

    def find_batch_positions(self, part: str, batch: Indices) -> Indices:
        """Return the positions of a part of the rows' batches in the states of all blocks."""
        return np.asarray(self.state_start + getattr(self.layouts[0], part).start + batch)


def _compute_starts(sizes: Indices) -> Indices:
    return np.asarray(np.cumsum(sizes) - sizes)


def _fill_rows(
    table: DailyMoments,
    days: _BlockDays,
    blocks: Sequence[Block],
    moments: Moments,
    group: BatchGroup,
    ledger: LedgerCounts,
) -> None:
    """Fill the placement-days of all blocks at once."""
    pairs: dict[int, Indices] = {}
    spreads = []
    for block, (_, covariance) in zip(blocks, moments, strict=True):
        key = id(block.active)
        if key not in pairs:
            pairs[key] = _find_covariance_pairs(block.layout, group.placements.batch[block.active])
        spreads.append(covariance.take(pairs[key]))
    mean = np.concatenate([mean for mean, _ in moments])
    reference_mean = np.concatenate([block.reference_mean for block in blocks])
    rows, loss_exposure = days.rows, days.loss_exposure
    root_sensitivity, multiplier_sensitivity = days.root_sensitivity, days.multiplier_sensitivity
    batch = group.placements.batch[group.rows.placement[rows]]
    of_root, of_pen = days.find_pen_positions("root"), days.find_pen_positions("pen_multiplier")
    multiplier, loss = mean[of_pen], mean[days.find_batch_positions("unrecorded_loss", batch)]
    xx, xm, mm, xe, me, ee, xl, ml, el, ll = np.concatenate(spreads, axis=1)[:, days.pen_position]
    table.root[rows] = (
        days.root
        + root_sensitivity * (mean[of_root] - reference_mean[of_root])
        + multiplier_sensitivity * (multiplier - reference_mean[of_pen])
    )
    table.root_variance[rows] = (
        root_sensitivity * root_sensitivity * xx
        + 2.0 * root_sensitivity * multiplier_sensitivity * xm
        + multiplier_sensitivity * multiplier_sensitivity * mm
        + days.noise_variance
    )
    table.multiplier[rows] = multiplier
    table.catch_bias[rows] = (
        mean[days.find_pen_positions("pen_bias")] + mean[days.find_batch_positions("company_bias", batch)]
    )
    table.multiplier_variance[rows] = mm
    table.root_multiplier_covariance[rows] = root_sensitivity * xm + multiplier_sensitivity * mm
    count_offset = (mean[days.find_pen_positions("count_offset")] - loss_exposure * loss) * FISH_UNIT
    table.count[rows] = np.maximum(np.maximum(ledger.count[rows], 0) + count_offset, 0.0)
    table.count_variance[rows] = (ee - 2.0 * loss_exposure * el + loss_exposure * loss_exposure * ll) * FISH_UNIT**2
    table.root_count_covariance[rows] = (
        root_sensitivity * (xe - loss_exposure * xl) + multiplier_sensitivity * (me - loss_exposure * ml)
    ) * FISH_UNIT


def _find_covariance_pairs(at: StateLayout, batch: Indices) -> Indices:
    """Return the positions of the pairs of a placement's parts in the flat covariance, (10, k)."""
    root, pen, fish = (np.arange(part.start, part.stop) for part in (at.root, at.pen_multiplier, at.count_offset))
    loss = at.unrecorded_loss.start + batch
    left = np.stack([root, root, pen, root, pen, fish, loss, loss, loss, loss])
    right = np.stack([root, pen, pen, fish, fish, fish, root, pen, fish, loss])
    return np.asarray(left * at.size + right)


def _fill_batches(
    table: DailyMoments,
    days: _BlockDays,
    start: int,
    blocks: Sequence[Block],
    covariances: Sequence[Floats],
    group: BatchGroup,
    first: int,
) -> int:
    """Fill the batch-days of blocks with the same active placements.

    `start` is the position of the blocks' first day among all rows; the position after their last day is returned.
    """
    at, active = blocks[0].layout, blocks[0].active
    length = [len(block.rows) for block in blocks]
    begin = [0, *accumulate(length)]
    stop = start + begin[-1] * at.pens

    def select_days(column: Any) -> Any:
        return column[start:stop].reshape(-1, at.pens)

    rows, loss_exposure, noise_variance = map(select_days, (days.rows, days.loss_exposure, days.noise_variance))
    root_sensitivity, multiplier_sensitivity = map(select_days, (days.root_sensitivity, days.multiplier_sensitivity))
    day = np.repeat([block.first_day - i for block, i in zip(blocks, begin, strict=False)], length)
    day += np.arange(begin[-1])
    root = table.root[rows]
    weight = root * root * root * (FISH_UNIT / 1000.0)
    count_slope = table.count[rows] * 3.0 * root * root / 1000.0
    batch = group.placements.batch[active]
    for which in np.unique(batch).tolist():
        in_batch = (batch == which).astype(np.float64)
        slope = np.zeros((begin[-1], 2, at.size))
        slope[:, 0, at.root] = count_slope * root_sensitivity * in_batch
        slope[:, 0, at.pen_multiplier] = count_slope * multiplier_sensitivity * in_batch
        slope[:, 0, at.count_offset] = weight * in_batch
        slope[:, 1, at.count_offset] = FISH_UNIT * in_batch
        slope[:, 0, at.unrecorded_loss.start + which] = -(weight * in_batch * loss_exposure).sum(axis=1)
        slope[:, 1, at.unrecorded_loss.start + which] = -(FISH_UNIT * in_batch * loss_exposure).sum(axis=1)
        cross_covariance = np.empty_like(slope)
        # Row by row, since the last bits of a product may depend on its number of rows.
        single, product = slope.reshape(-1, 2, 1, at.size), cross_covariance.reshape(-1, 2, 1, at.size)
        for begin_day, end, covariance in zip(begin, begin[1:], covariances, strict=False):
            np.matmul(single[begin_day:end], covariance, out=product[begin_day:end])
        on, added = day - first, (noise_variance * (count_slope * in_batch) ** 2).sum(axis=1)
        table.biomass_variance[which, on] = (cross_covariance[:, 0] * slope[:, 0]).sum(axis=1) + added
        table.batch_count_variance[which, on] = (cross_covariance[:, 1] * slope[:, 1]).sum(axis=1)
        table.biomass_count_covariance[which, on] = (cross_covariance[:, 0] * slope[:, 1]).sum(axis=1)
    return stop
