"""Segments of days without process noise, in which every update is one of the state at the segment's start."""

from dataclasses import dataclass

import numpy as np

from grilse.science.arrays import Floats, Indices
from grilse.science.estimation.growth_prediction import GrowthPath
from grilse.science.estimation.smoother import GrowthStep, SmootherLog, SmootherMark
from grilse.science.estimation.state_estimate import StateEstimate
from grilse.science.estimation.state_layout import StateLayout


@dataclass(kw_only=True, slots=True)
class Block:
    """Days of a segment and the state estimate before it, (days, k)."""

    layout: StateLayout
    active: Indices
    rows: Indices
    first_day: int
    """Day of the first row."""
    reference_mean: Floats
    """Mean before the segment at which its path was predicted, (d,)."""
    mean: Floats
    """State estimate before the segment, with its covariance."""
    covariance: Floats
    path: GrowthPath
    loss_exposure: Floats


class Segment:
    """Days whose states are linear functions of the state before the first.

    Process noise enters only between segments. An observation on one of the days updates the state before the first,
    which is equivalent, and the covariance is predicted once per segment.
    """

    def __init__(
        self, state: StateEstimate, first: int, rows: Indices, path: GrowthPath, loss_exposure: Floats
    ) -> None:
        """Begin; `loss_exposure` is the fish that a unit of loss takes until each day, (days, k)."""
        self.state, self.first_day, self.rows, self.path, self.loss_exposure = (state, first, rows, path, loss_exposure)
        self.reference_mean = state.mean.copy()
        self.stored_days = 0
        self.blocks: list[Block] = []

    @property
    def day_count(self) -> int:
        """Number of days."""
        return int(self.rows.shape[0])

    def predict_root(self, place: int, day: int) -> tuple[float, list[int], list[float]]:
        """Return a placement's root at the end of a day, with the components that it depends on and their slopes."""
        at, path = self.state.layout, self.path
        root, pen = at.root.start + place, at.pen_multiplier.start + place
        lift, push = float(path.root_sensitivity[day, place]), float(path.multiplier_sensitivity[day, place])
        changed = lift * float(self.state.mean[root] - self.reference_mean[root])
        changed += push * float(self.state.mean[pen] - self.reference_mean[pen])
        return float(path.root[day, place]) + changed, [root, pen], [lift, push]

    def truncate_days(self, days: int) -> None:
        """Drop all but the first days."""
        kept_days = slice(0, days)
        self.rows, self.loss_exposure = self.rows[kept_days], self.loss_exposure[kept_days]
        self.path = self.path.select_days(kept_days)

    def store_filtered_block(self, until: int) -> None:
        """Store the filtered estimate of days before `until`, before later records change it."""
        if until > self.stored_days:
            self.blocks.append(self._build_block(slice(self.stored_days, until)))
            self.stored_days = until

    def build_full_block(self) -> Block:
        """Return all days with the current estimate."""
        return self._build_block(slice(0, self.day_count))

    def _build_block(self, days: slice) -> Block:
        state = self.state
        return Block(
            layout=state.layout,
            active=state.active,
            rows=self.rows[days],
            first_day=self.first_day + days.start,
            reference_mean=self.reference_mean,
            mean=state.mean.copy(),
            covariance=state.covariance.copy(),
            path=self.path.select_days(days),
            loss_exposure=self.loss_exposure[days],
        )

    def close_segment(self, smoother_log: SmootherLog, number: int) -> Block:
        """Predict the state over the days; return them for the smoother, under the number `number`."""
        self.store_filtered_block(self.day_count)
        last = self.blocks[-1]
        full_block = last if last.rows.shape[0] == self.day_count else self.build_full_block()
        smoother_log.add(SmootherMark(number, full_block.mean, full_block.covariance))
        state, at, path = self.state, self.state.layout, self.path
        step = GrowthStep(
            at, path.root_sensitivity[-1], path.multiplier_sensitivity[-1], state.membership * self.loss_exposure[-1]
        )
        roots = path.root[-1] + path.root_sensitivity[-1] * (state.mean[at.root] - self.reference_mean[at.root])
        roots += path.multiplier_sensitivity[-1] * (
            state.mean[at.pen_multiplier] - self.reference_mean[at.pen_multiplier]
        )
        step.predict(state.mean, state.covariance)
        state.mean[at.root] = roots
        np.einsum("ii->i", state.covariance)[at.root] += path.noise_variance[-1]
        smoother_log.add(step)
        return full_block


def build_day_block(state: StateEstimate, rows: Indices, day: int) -> Block:
    """Return the end of a day by the current estimate, as a block of that day."""
    at = state.layout
    ones, none = np.ones((1, at.pens)), np.zeros((1, at.pens))
    mean = state.mean.copy()
    return Block(
        layout=at,
        active=state.active,
        rows=rows,
        first_day=day,
        reference_mean=mean,
        mean=mean,
        covariance=state.covariance.copy(),
        path=GrowthPath(
            root=mean[None, at.root],
            gain=none,
            base_gain=none,
            root_sensitivity=ones,
            multiplier_sensitivity=none,
            noise_variance=none,
        ),
        loss_exposure=none,
    )
