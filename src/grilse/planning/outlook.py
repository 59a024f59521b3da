"""What lies ahead of standing pens: stages as planned, the usual water and losses, by steps of days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from grilse.growth.states import EPOCH
from grilse.planning.plan import Plan
from grilse.planning.records import first_days, losses_departure, water_departure
from grilse.planning.standing import Ids, Pens
from grilse.planning.surroundings import Profile, Surroundings
from grilse.science.arrays import Floats
from grilse.science.batch_plan import EGGS, usual_hazard
from grilse.science.estimation import Group
from grilse.science.parameters import load
from grilse.science.projection import (
    Ahead,
    Departure,
    Habit,
    Stretch,
    Water,
    land_habit,
    loss_habit,
    sea_habit,
    unseen,
)
from grilse.science.temperature import day_of_year


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """What the ensemble needs beside the belief."""

    ahead: Ahead
    water: Ids
    """Position of each pen's water, shape (k,)."""
    losses: Ids
    """Position of the losses that it shares with its batch."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stages:
    """Stage by steps, and when it was or will be entered, days since 1970; shape (steps,)."""

    order: Ids
    sea: NDArray[np.bool_]
    entered: Ids


def outlook_of(
    group: Group,
    fish: Ids,
    pens: Pens,
    plans: Sequence[Plan | None],
    surroundings: Surroundings,
    days: int,
    unrecorded: float,
) -> Outlook:
    """Return what lies ahead of a group's pens.

    `fish` is the ledger's, per row of the group; `plans` are those of its batches; `unrecorded` is the
    hazard of losses that nobody writes down, 1/d.
    """
    view = _View(group, fish, pens, plans, surroundings, days)
    keys = np.stack([pens.batch, pens.area, pens.hall, pens.stage], axis=1)
    _, first, water = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    batches, losses = np.unique(pens.batch, return_inverse=True)
    ahead = Ahead(
        step_days=view.step,
        waters=[view.water(int(pen), np.flatnonzero(water == place)) for place, pen in enumerate(first)],
        losses=[view.losses(int(batch)) for batch in batches],
        unrecorded=unrecorded,
    )
    return Outlook(ahead=ahead, water=water.ravel(), losses=losses)


class _View:
    """A group looked at from its last day."""

    def __init__(
        self,
        group: Group,
        fish: Ids,
        pens: Pens,
        plans: Sequence[Plan | None],
        surroundings: Surroundings,
        days: int,
    ) -> None:
        self.group, self.fish, self.pens, self.plans, self.around = group, fish, pens, plans, surroundings
        self.step = int(load("projection")["step_days"])
        self.first = pens.day + 1 + self.step * np.arange(-(-days // self.step))
        """First day of each step."""

    def water(self, pen: int, pens: Ids) -> Water:
        """Water of a pen and of others that share it, given by their places among the pens."""
        stages = self._stages(pen)
        batch = int(self.pens.batch[pen])
        middle = self.first + self.step // 2
        at_stage = self.first - stages.entered
        return Water(
            stage=stages.order,
            sea=stages.sea,
            usual_c=self._usual(pen, stages.order, stages.sea, middle),
            departures=self._departures(pen, pens, stages),
            usual_hazard=usual_hazard(
                stages.order, at_stage, self._rates(batch), load("planning")["month_days"]
            ),
        )

    def losses(self, batch: int) -> list[Stretch]:
        """Departures of a batch's log hazard: from its records until it goes to sea, anew from then on."""
        pen = int(np.flatnonzero(self.pens.batch == batch)[-1])
        sea = self._stages(pen).sea
        now = bool(self.pens.sea[pen])
        start = losses_departure(self.group, self.fish, batch, now, self._rates(batch))
        habit = loss_habit()
        same = int(np.count_nonzero(sea == now))
        stretches = [Stretch(steps=same, habit=habit, start=start)]
        if same < sea.size:
            stretches.append(Stretch(steps=sea.size - same, habit=habit, start=unseen(habit)))
        return stretches

    def _rates(self, batch: int) -> Mapping[int, Sequence[float]]:
        plan = self.plans[batch]
        if plan is not None:
            return plan.rates
        return {int(order): rates for order, rates in load("planning")["monthly_rate"].items()}

    def _stages(self, pen: int) -> Stages:
        """Stages by steps: the pen's own until the plan has the batch at a later one."""
        own, batch = int(self.pens.stage[pen]), int(self.pens.batch[pen])
        order = np.full(self.first.size, own)
        sea = np.full(self.first.size, bool(self.pens.sea[pen]))
        entered = np.full(self.first.size, first_days(self.group, batch)[own])
        plan = self.plans[batch]
        for span in plan.spans if plan is not None else ():
            # A move that is overdue is expected tomorrow, and its planned month at the stage with it.
            start = _day(span.start)
            if span.order > own:
                later = self.first >= start
                order[later], sea[later] = span.order, span.water == "sea"
                entered[later] = max(start, self.pens.day + 1)
        return Stages(order=order, sea=sea, entered=entered)

    def _usual(self, pen: int, stage: Ids, sea: NDArray[np.bool_], days: Ids) -> Floats:
        """Usual temperature at the stages, °C."""
        planning = load("planning")
        profile = self._profile(pen)
        at_sea = (
            profile.usual_c[day_of_year(days) - 1]
            if profile is not None
            else np.full(days.size, planning["sea_c"])
        )
        on_land = np.where(stage == EGGS, planning["eggs_c"], planning["freshwater_c"])
        return np.where(sea, at_sea, on_land)

    def _departures(self, pen: int, pens: Ids, stages: Stages) -> list[Stretch]:
        """A stretch for each stage, the first from what was measured where the fish are."""
        bounds = [0, *(np.flatnonzero(np.diff(stages.order)) + 1).tolist(), stages.order.size]
        stretches = []
        for start, stop in pairwise(bounds):
            habit = self._habit(pen, sea=bool(stages.sea[start]))
            here = stages.order[start] == self.pens.stage[pen]
            departure = self._measured(pen, pens, habit) if here else unseen(habit)
            stretches.append(Stretch(steps=stop - start, habit=habit, start=departure))
        return stretches

    def _measured(self, pen: int, pens: Ids, habit: Habit) -> Departure:
        lately = self.pens.day + 1 - np.arange(load("projection")["sea"]["evidence_days"], 0, -1)
        stage = np.full(lately.size, self.pens.stage[pen])
        usual = self._usual(pen, stage, np.full(lately.size, self.pens.sea[pen]), lately)
        return water_departure(self.group, self.pens.position[pens], usual, habit)

    def _habit(self, pen: int, *, sea: bool) -> Habit:
        profile = self._profile(pen)
        return sea_habit(profile.sd_c if profile else np.nan) if sea else land_habit()

    def _profile(self, pen: int) -> Profile | None:
        return self.around.profile(int(self.pens.geography[pen]), int(self.pens.area[pen]))


def _day(day: date) -> int:
    return (day - EPOCH).days
