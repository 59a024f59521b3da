"""The forward pass: groups side by side, all their placements together, one day at a time.

Every operation that groups share is element by element, and padding is zero: what stands beside a group does
not change a bit of it. Sums over placements are made group by group, on arrays of the group's own size.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.base import ROOT_POINTS, ROOT_STEP, GrowthBase
from grilse.science.estimation.belief import Belief
from grilse.science.estimation.course import Course
from grilse.science.estimation.lane import Ends, Filtered, Lane
from grilse.science.estimation.ledger import Stand
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Places


def filtered(groups: Sequence[tuple[Group, Stand]], base: GrowthBase, priors: Priors) -> list[Filtered]:
    """Filter groups from their first days to their last.

    Parameters
    ----------
    groups : each with its fish per row; at least one placement-day each.
    base, priors : growth at multiplier 1; spreads and errors.

    Returns
    -------
    list of Filtered
        In the order of the groups.
    """
    lanes = [Lane(group, stand, base, priors) for group, stand in groups]
    for batches in {lane.batches for lane in lanes}:
        _Convoy([lane for lane in lanes if lane.batches == batches], base, priors).run()
    return [lane.out for lane in lanes]


class _Convoy:
    """Lanes of as many batches each, padded to the widest; arrays are (lanes, placements, …)."""

    def __init__(self, lanes: Sequence[Lane], base: GrowthBase, priors: Priors) -> None:
        self.lanes, self.base, self.keep = lanes, base, priors.keep
        self.b, k = lanes[0].batches, max(lane.widest() for lane in lanes)
        lead, days = len(lanes), max(lane.days for lane in lanes)
        width = self.b + k
        self.root = np.zeros((lead, k))
        self.multiplier = np.zeros((lead, width))
        self.root_root = np.zeros((lead, k, k))
        self.root_multiplier = np.zeros((lead, k, width))
        self.multiplier_multiplier = np.zeros((lead, width, width))
        self.noise = np.zeros((lead, width, width))
        self.known = np.zeros((lead, k), dtype=np.bool_)
        self.points = np.full((days, lead, k), base.still)
        self.onward = np.zeros((days, lead, k))
        self.stretch = np.ones((days, lead, k))
        self.unrest = np.zeros((days, lead, k))
        self.young = np.zeros(days, dtype=np.bool_)
        self.starts, self.roots, self.multipliers = np.empty((3, days, lead, k))
        self.covariances = np.empty((days, lead, k, k))
        self.knowns = np.empty((days, lead, k), dtype=np.bool_)
        self.rooted, self.part = np.empty((2, lead, k, k))
        self.crossed, self.share = np.empty((2, lead, k, width))

    def run(self) -> None:
        """Pass over all days, then write the spans of every lane."""
        moves: dict[int, list[tuple[int, int, int]]] = {}
        for place, lane in enumerate(self.lanes):
            for day, until in pairwise(lane.boundaries):
                moves.setdefault(day - lane.first, []).append((place, day, until))
        spans: list[tuple[int, Places, int, int]] = []
        for today in range(len(self.points)):
            for place, day, until in moves.get(today, ()):
                self._move(place, day, until)
                spans.append((place, self.lanes[place].belief.standing, day, until))
            self._pass_day(today)
        for place, standing, day, until in spans:
            if standing.size:
                self._write(place, standing, day, until)

    def _move(self, place: int, day: int, until: int) -> None:
        lane = self.lanes[place]
        lane.belief = lane.belief.apart()
        ahead = lane.move(day, until)
        self._seat(place, lane.belief)
        self._look_ahead(place, day - lane.first, ahead)

    def _seat(self, place: int, belief: Belief) -> None:
        """Put a belief into its lane; from now on it is a view of it."""
        k, width = belief.root.size, belief.multiplier.size
        for shared in (self.root, self.multiplier, self.root_root, self.root_multiplier):
            shared[place] = 0.0
        for shared in (self.multiplier_multiplier, self.noise):
            shared[place] = 0.0
        seats = {
            "root": self.root[place, :k],
            "multiplier": self.multiplier[place, :width],
            "root_root": self.root_root[place, :k, :k],
            "root_multiplier": self.root_multiplier[place, :k, :width],
            "multiplier_multiplier": self.multiplier_multiplier[place, :width, :width],
            "noise": self.noise[place, :width, :width],
            "known": self.known[place, :k],
        }
        for name, seat in seats.items():
            seat[...] = getattr(belief, name)
            setattr(belief, name, seat)

    def _look_ahead(self, place: int, today: int, ahead: Course) -> None:
        days, k = ahead.points.shape
        here = (slice(today, today + days), place, slice(k))
        self.points[here], self.onward[here] = ahead.points, ahead.onward
        if ahead.stretch is not None and ahead.unrest is not None:
            self.stretch[here], self.unrest[here] = ahead.stretch, ahead.unrest
            self.young[today : today + days] = True

    def _pass_day(self, today: int) -> None:
        """Let every lane grow, take in what was weighed, and keep the end of the day."""
        self.starts[today] = self.root
        growing, slope = self._growth(today)
        multiplier = self.multiplier[:, self.b :]
        slope *= multiplier
        if self.young[today]:
            slope += self.stretch[today]
            self.root *= self.stretch[today]
        else:
            slope += 1.0
        self.root += growing * multiplier
        self._predict(growing, slope)
        if self.young[today]:
            np.einsum("lii->li", self.root_root)[...] += self.unrest[today] * self.root**2
        for lane in self.lanes:
            lane.observe(lane.first + today, before_moves=0)
        self.roots[today] = self.root
        self.multipliers[today] = multiplier
        self.covariances[today] = self.root_root
        self.knowns[today] = self.known

    def _growth(self, today: int) -> tuple[Floats, Floats]:
        """Gain of the cube root at multiplier 1, and its derivative by the cube root."""
        place = self.root * (1.0 / ROOT_STEP)
        np.minimum(place, ROOT_POINTS - 1.001, out=place)
        point = place.astype(np.int64)
        place -= point
        point += self.points[today]
        corners = self.base.corners.take(point, axis=0, mode="clip")
        pair = corners[:, :, 2:] * self.onward[today, :, :, None]
        pair += corners[:, :, :2]
        slope = pair[:, :, 1]
        place *= slope
        place += pair[:, :, 0]
        return place, slope * (1.0 / ROOT_STEP)

    def _predict(self, growing: Floats, slope: Floats) -> None:
        """Covariances after a day: roots take up what multipliers add; multipliers revert and wander."""
        b, keep = self.b, self.keep
        rooted, part, crossed, share = self.rooted, self.part, self.crossed, self.share
        g, f = growing[:, :, None], slope[:, :, None]
        np.multiply(f, self.root_multiplier, out=crossed)
        np.multiply(g, self.multiplier_multiplier[:, b:], out=share)
        crossed += share
        np.multiply(f, self.root_root, out=rooted)
        np.multiply(g, self.root_multiplier[:, :, b:].transpose(0, 2, 1), out=part)
        rooted += part
        rooted *= slope[:, None, :]
        np.multiply(crossed[:, :, b:], growing[:, None, :], out=part)
        np.add(rooted, part, out=self.root_root)
        np.multiply(crossed, keep, out=self.root_multiplier)
        self.multiplier_multiplier *= keep * keep
        self.multiplier_multiplier += self.noise
        self.multiplier *= keep
        self.multiplier += 1.0 - keep

    def _write(self, place: int, standing: Places, day: int, until: int) -> None:
        lane, k = self.lanes[place], standing.size
        days = slice(day - lane.first, until - lane.first)
        ends = Ends(
            starts=np.ascontiguousarray(self.starts[days, place, :k]),
            roots=np.ascontiguousarray(self.roots[days, place, :k]),
            multipliers=np.ascontiguousarray(self.multipliers[days, place, :k]),
            covariances=np.ascontiguousarray(self.covariances[days, place, :k, :k]),
            known=np.ascontiguousarray(self.knowns[days, place, :k]),
        )
        lane.write(standing, day, ends)
