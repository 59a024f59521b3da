"""Days to which no record of a batch reaches: their estimates are carried forward."""

import numpy as np

from grilse.science.arrays import Indices, Mask
from grilse.science.estimation.batch_group import BatchGroup


def find_carried_rows(group: BatchGroup, longest_gap: int) -> Mask:
    """Return the rows whose estimates are carried forward, shape (rows,).

    These are the days after the last record of a batch, the days between two of its records that are more than
    `longest_gap` days apart, and the days after such a gap until fish of the batch are weighed: a death count tells
    nothing about the weight. Records are feed, measured temperatures, weight samples, movements and new placements.

    Source: chosen, as `longest_record_gap` in estimator.toml.
    """
    day = np.arange(int(group.rows.day.max()) - int(group.rows.day.min()) + 2)
    recorded, weighed = _mark_records(group, day.size)
    last = np.maximum.accumulate(np.where(recorded, day, -1), axis=1)
    following = np.minimum.accumulate(np.where(recorded, day, day.size)[:, ::-1], axis=1)[:, ::-1]
    after_last = following == day.size
    in_gap = ~after_last & (last >= 0) & (following - last > longest_gap)
    gap_day = np.maximum.accumulate(np.where(in_gap, day, -1), axis=1)
    weighed_day = np.maximum.accumulate(np.where(weighed, day, -1), axis=1)
    carried = after_last | (gap_day > weighed_day)
    return np.asarray(carried[group.placements.batch[group.rows.placement], group.rows.day - group.rows.day.min()])


def _mark_records(group: BatchGroup, days: int) -> tuple[Mask, Mask]:
    """Return whether a batch has a record on a day, and whether its fish were weighed, shape (batches, days) each.

    The day after the last row counts too: the movements that end a placement are on it.
    """
    rows, moves, samples = group.rows, group.movements, group.samples
    recorded, weighed = np.zeros((2, group.batch_start.size, days), dtype=np.bool_)
    measured = (group.temperature_flags == 0) | (group.feed > 0.0) | (rows.age == 0)
    has_weight = np.isfinite(moves.mean_weight)

    def mark(grid: Mask, placement: Indices, day: Indices) -> None:
        place = day - int(rows.day.min())
        inside = (placement >= 0) & (place >= 0) & (place < days)
        grid[group.placements.batch[placement[inside]], place[inside]] = True

    mark(recorded, rows.placement[measured], rows.day[measured])
    for side in (moves.source, moves.target):
        mark(recorded, side, moves.day)
        mark(weighed, side[has_weight], moves.day[has_weight])
    mark(weighed, samples.placement, samples.day)
    return recorded | weighed, weighed
