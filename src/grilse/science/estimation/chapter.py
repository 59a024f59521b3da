"""A few days without noise: until they end, all that is learned in them is learned of their beginning."""

from dataclasses import dataclass, fields

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.belief import Belief
from grilse.science.estimation.growing import Path
from grilse.science.estimation.layout import Layout
from grilse.science.estimation.records import Places
from grilse.science.estimation.steps import Grown, Mark, Trail


@dataclass(kw_only=True, slots=True)
class Block:
    """Days of a chapter and the belief that holds on them, (days, k)."""

    layout: Layout
    standing: Places
    rows: Places
    first: int
    """Day of the first row."""
    around: Floats
    """Mean before the chapter around which its path was drawn, (d,)."""
    mean: Floats
    """What is believed before the chapter, with the covariance of it."""
    covariance: Floats
    root: Floats
    lift: Floats
    push: Floats
    unrest: Floats
    lost: Floats


class Chapter:
    """Days of which the state at the end of each is a linear function of the state before the first.

    Noise enters only between chapters. A measurement on one of the days is taken in as one of the state
    before the first, which says the same, and the covariance goes forward once a chapter.
    """

    def __init__(self, belief: Belief, first: int, rows: Places, path: Path, lost: Floats) -> None:
        """Begin; `lost` is the fish that a unit of loss takes until each day, (days, k)."""
        self.belief, self.first, self.rows, self.path, self.lost = belief, first, rows, path, lost
        self.around = belief.mean.copy()
        self.kept = 0
        self.blocks: list[Block] = []

    @property
    def days(self) -> int:
        """Number of days."""
        return int(self.rows.shape[0])

    def weight(self, place: int, day: int) -> tuple[float, list[int], list[float]]:
        """Return the root of a placement at the end of a day, and the parts it depends on."""
        at, path = self.belief.layout, self.path
        root, pen = at.root.start + place, at.pen.start + place
        lift, push = float(path.lift[day, place]), float(path.push[day, place])
        changed = lift * float(self.belief.mean[root] - self.around[root])
        changed += push * float(self.belief.mean[pen] - self.around[pen])
        return float(path.root[day, place]) + changed, [root, pen], [lift, push]

    def cut(self, days: int) -> None:
        """Leave out all but the first days."""
        columns = {field.name: getattr(self.path, field.name)[:days] for field in fields(Path)}
        self.rows, self.lost, self.path = self.rows[:days], self.lost[:days], Path(**columns)

    def keep(self, until: int) -> None:
        """Write down what is believed of the days up to one, before anything later is learned."""
        if until > self.kept:
            self.blocks.append(self._block(slice(self.kept, until)))
            self.kept = until

    def whole(self) -> Block:
        """Return all days with what is believed now."""
        return self._block(slice(0, self.days))

    def _block(self, days: slice) -> Block:
        belief, path = self.belief, self.path
        return Block(
            layout=belief.layout,
            standing=belief.standing,
            rows=self.rows[days],
            first=self.first + days.start,
            around=self.around,
            mean=belief.mean.copy(),
            covariance=belief.covariance.copy(),
            root=path.root[days],
            lift=path.lift[days],
            push=path.push[days],
            unrest=path.unrest[days],
            lost=self.lost[days],
        )

    def end(self, trail: Trail, number: int) -> Block:
        """Carry the belief over the days; return them for hindsight, which `number` names."""
        self.keep(self.days)
        last = self.blocks[-1]
        whole = last if last.rows.shape[0] == self.days else self.whole()
        trail.add(Mark(number, whole.mean, whole.covariance))
        belief, at, path = self.belief, self.belief.layout, self.path
        step = Grown(at, path.lift[-1], path.push[-1], belief.members * self.lost[-1])
        roots = path.root[-1] + path.lift[-1] * (belief.mean[at.root] - self.around[at.root])
        roots += path.push[-1] * (belief.mean[at.pen] - self.around[at.pen])
        step.forward(belief.mean, belief.covariance)
        belief.mean[at.root] = roots
        np.einsum("ii->i", belief.covariance)[at.root] += path.unrest[-1]
        trail.add(step)
        return whole


def now(belief: Belief, rows: Places, day: int) -> Block:
    """Return the end of a day as the belief has it, with nothing between."""
    at = belief.layout
    one, none = np.ones((1, at.pens)), np.zeros((1, at.pens))
    mean = belief.mean.copy()
    return Block(
        layout=at,
        standing=belief.standing,
        rows=rows,
        first=day,
        around=mean,
        mean=mean,
        covariance=belief.covariance.copy(),
        root=mean[None, at.root],
        lift=one,
        push=none,
        unrest=none,
        lost=none,
    )
