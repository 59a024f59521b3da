"""What lies ahead of standing pens: stages as planned, the usual water and losses, by steps of days."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from grilse.growth.states import EPOCH
from grilse.planning.plan import Plan
from grilse.planning.records import culled_share, first_days, losses_departure, water_departure
from grilse.planning.standing import Ids, Pens
from grilse.planning.surroundings import Profile, Surroundings
from grilse.science.arrays import Floats
from grilse.science.batch_plan import EGGS, usual_hazard
from grilse.science.estimation import Group, States
from grilse.science.parameters import load
from grilse.science.projection import (
    Ahead,
    Departure,
    Habit,
    Losses,
    Stretch,
    Water,
    gradual,
    land_habit,
    loss_habit,
    sea_habit,
    unseen,
)
from grilse.science.resting import resting_share
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
    states: States,
    pens: Pens,
    plans: Sequence[Plan | None],
    surroundings: Surroundings,
    days: int,
    unrecorded: float,
) -> Outlook:
    """Return what lies ahead of a group's pens.

    `states` are per row of the group; `plans` are those of its batches; `unrecorded` is the hazard of losses
    that nobody writes down, 1/d.
    """
    view = _View(group, states, pens, plans, surroundings, days)
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
        states: States,
        pens: Pens,
        plans: Sequence[Plan | None],
        surroundings: Surroundings,
        days: int,
    ) -> None:
        self.group, self.states, self.pens, self.plans, self.around = group, states, pens, plans, surroundings
        self.step = int(load("projection")["step_days"])
        self.first = pens.day + 1 + self.step * np.arange(-(-days // self.step))
        """First day of each step."""

    def water(self, pen: int, pens: Ids) -> Water:
        """Water of a pen and of others that share it, given by their places among the pens."""
        stages = self._stages(pen)
        batch = int(self.pens.batch[pen])
        hazard = self._hazard(batch, stages.order, self.first - stages.entered)
        return Water(
            stage=stages.order,
            sea=stages.sea,
            usual_c=self._usual(pen, stages.order, stages.sea, self.first + self.step // 2),
            departures=self._departures(pen, pens, stages),
            resting=self._resting(pen, stages.sea),
            usual_hazard=gradual(hazard, stages.order, delousing=stages.sea),
        )

    def _resting(self, pen: int, sea: NDArray[np.bool_]) -> Floats:
        """Share of fasted days: as the group's in this water, and as usual in the next."""
        row = self.group.rows.offset[self.pens.position[pen : pen + 1] + 1] - 1
        here = resting_share(self.group, self.states.provenance, row)
        # Without a meal on record the multiplier has the fasts in it, at sea as on land.
        at_sea = load("backtest")["resting_share"][1] if here.any() else 0.0
        return np.where(sea == self.pens.sea[pen], here, at_sea)

    def losses(self, batch: int) -> Losses:
        """Losses of a batch: as its records say until its fish feed and until they go to sea, then anew."""
        stages = self._stages(int(np.flatnonzero(self.pens.batch == batch)[-1]))
        young = stages.order <= load("projection")["losses"]["young_order"]
        kind = np.where(young, 0, np.where(stages.sea, 2, 1))
        stretches = [
            Stretch(steps=stop - start, habit=loss_habit(young=bool(young[start])), start=departure)
            for start, stop in _spans(kind)
            for departure in [self._loss_departure(batch, stages, start)]
        ]
        grading = stages.order == load("projection")["grading"]["order"]
        return Losses(
            departures=stretches,
            young=young,
            sea=stages.sea,
            graded=grading,
            culled=culled_share(self.group, self.states, batch),
        )

    def _loss_departure(self, batch: int, stages: Stages, step: int) -> Departure:
        young_order = load("projection")["losses"]["young_order"]
        young = bool(stages.order[step] <= young_order)
        if step > 0:
            return unseen(loss_habit(young=young))
        group, of = self.group, self.group.placements
        alike = (of.sea == stages.sea[0]) & ((of.stage <= young_order) == young)
        stage = of.stage[group.rows.placement]
        hazard = self._hazard(batch, stage, group.rows.day - first_days(group, batch)[stage])
        usual = gradual(hazard, stage, delousing=np.zeros(stage.size, dtype=np.bool_))
        places = np.flatnonzero(alike & (of.batch == batch))
        return losses_departure(group, self.states, places, young, usual)

    def _hazard(self, batch: int, stage: Ids, at_stage: Ids) -> Floats:
        """Hazard of the batch's plan, 1/d."""
        return usual_hazard(stage, at_stage, self._rates(batch), load("planning")["month_days"])

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
        stretches = []
        for start, stop in _spans(stages.order):
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


def _spans(values: Ids) -> Iterator[tuple[int, int]]:
    """Yield first step and end of each run of equal values."""
    return pairwise([0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), values.size])


def _day(day: date) -> int:
    return (day - EPOCH).days
