"""Forecast conditions of active pens by time step: planned stages, typical water temperature and losses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from grilse.planning.plans import GrowthPlan
from grilse.planning.site_conditions import ActivePens, Ids, SeaTemperatureProfile, SiteConditions
from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.days import to_epoch_day
from grilse.science.estimation import BatchGroup, DailyEstimates, MovementKind, Provenance
from grilse.science.forecast_pairs import fasting_share
from grilse.science.parameters import load_parameters
from grilse.science.planned_growth import EGGS, planned_hazard
from grilse.science.projection import (
    AnomalyModel,
    AnomalySegment,
    AnomalyState,
    LossConditions,
    ProjectionConditions,
    WaterConditions,
    filter_anomaly,
    filter_hazard_anomaly,
    gradual_hazard,
    hazard_anomaly_model,
    land_anomaly_model,
    prior_anomaly,
    sea_anomaly_model,
)
from grilse.science.temperature import day_of_year


@dataclass(frozen=True, kw_only=True, slots=True)
class ForecastConditions:
    """Inputs of the ensemble besides the estimate."""

    forecast: ProjectionConditions
    water: Ids
    """Position of each pen's water, shape (k,)."""
    losses: Ids
    """Position of the losses that the pen shares with its batch."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StageSteps:
    """Stage by steps, and the day on which it was or will be entered, days since 1970; shape (steps,)."""

    order: Ids
    sea: Mask
    entered: Ids


def build_forecast_conditions(
    group: BatchGroup,
    states: DailyEstimates,
    pens: ActivePens,
    plans: Sequence[GrowthPlan | None],
    surroundings: SiteConditions,
    days: int,
    unrecorded: float,
) -> ForecastConditions:
    """Return the coming conditions of a group's pens.

    `states` are per row of the group; `plans` are those of its batches; `unrecorded` is the hazard of unrecorded
    losses, 1/d.
    """
    view = _ConditionsBuilder(group, states, pens, plans, surroundings, days)
    keys = np.stack([pens.batch, pens.area, pens.hall, pens.stage], axis=1)
    _, first, water = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    batches, losses = np.unique(pens.batch, return_inverse=True)
    ahead = ProjectionConditions(
        step_days=view.step,
        waters=[view.build_water(int(pen), np.flatnonzero(water == place)) for place, pen in enumerate(first)],
        losses=[view.build_losses(int(batch)) for batch in batches],
        unrecorded_hazard=unrecorded,
    )
    return ForecastConditions(forecast=ahead, water=water.ravel(), losses=losses)


class _ConditionsBuilder:
    """Builds the conditions of a group from its last day on."""

    def __init__(
        self,
        group: BatchGroup,
        states: DailyEstimates,
        pens: ActivePens,
        plans: Sequence[GrowthPlan | None],
        surroundings: SiteConditions,
        days: int,
    ) -> None:
        self.group, self.states, self.pens, self.plans, self.around = group, states, pens, plans, surroundings
        self.step = int(load_parameters("projection")["step_days"])
        self.first = pens.day + 1 + self.step * np.arange(-(-days // self.step))
        """First day of each step."""

    def build_water(self, pen: int, pens: Ids) -> WaterConditions:
        """Return the water of a pen and of others that share it, given by their positions among the pens."""
        stages = self._plan_stages(pen)
        batch = int(self.pens.batch[pen])
        hazard = self._compute_hazard(batch, stages.order, self.first - stages.entered)
        return WaterConditions(
            stage=stages.order,
            sea=stages.sea,
            typical_temperature=self._find_typical_temperature(
                pen, stages.order, stages.sea, self.first + self.step // 2
            ),
            anomalies=self._build_departures(pen, pens, stages),
            fasting_share=self._compute_fasted_share(pen, stages.sea),
            typical_hazard=gradual_hazard(hazard, stages.order, delousing=stages.sea),
        )

    def _compute_fasted_share(self, pen: int, sea: Mask) -> Floats:
        """Return the share of fasted days: the group's own in this water, the typical one in the next."""
        row = self.group.rows.offset[self.pens.position[pen : pen + 1] + 1] - 1
        here = fasting_share(self.group, self.states.provenance, row)
        # Without recorded meals the multiplier contains the fasts, at sea as on land.
        at_sea = load_parameters("backtest")["resting_share"][1] if here.any() else 0.0
        return np.where(sea == self.pens.sea[pen], here, at_sea)

    def build_losses(self, batch: int) -> LossConditions:
        """Return the losses of a batch; their anomaly is estimated in the current stretch and drawn anew in later ones.

        Stretches end at first feeding and at the transfer to sea.
        """
        stages = self._plan_stages(int(np.flatnonzero(self.pens.batch == batch)[-1]))
        young = stages.order <= load_parameters("projection")["losses"]["young_order"]
        kind = np.where(young, 0, np.where(stages.sea, 2, 1))
        stretches = [
            AnomalySegment(
                steps=stop - start,
                model=hazard_anomaly_model(young=bool(young[start])),
                start=self._measure_loss_departure(batch, stages, start),
            )
            for start, stop in _iter_runs(kind)
        ]
        grading = stages.order == load_parameters("projection")["grading"]["order"]
        return LossConditions(
            anomalies=stretches,
            young=young,
            sea=stages.sea,
            grading=grading,
            culled_share=compute_culled_share(self.group, self.states, batch),
        )

    def _measure_loss_departure(self, batch: int, stages: StageSteps, step: int) -> AnomalyState:
        young_order = load_parameters("projection")["losses"]["young_order"]
        young = bool(stages.order[step] <= young_order)
        if step > 0:
            return prior_anomaly(hazard_anomaly_model(young=young))
        group, of = self.group, self.group.placements
        alike = (of.sea == stages.sea[0]) & ((of.stage <= young_order) == young)
        stage = of.stage[group.rows.placement]
        hazard = self._compute_hazard(batch, stage, group.rows.day - find_stage_entry_days(group, batch)[stage])
        usual = gradual_hazard(hazard, stage, delousing=np.zeros(stage.size, dtype=np.bool_))
        places = np.flatnonzero(alike & (of.batch == batch))
        return estimate_loss_departure(group, self.states, places, young, usual)

    def _compute_hazard(self, batch: int, stage: Ids, at_stage: Ids) -> Floats:
        """Return the hazard of the batch's plan, 1/d."""
        return planned_hazard(
            stage, at_stage, self._get_monthly_rates(batch), load_parameters("planning")["month_days"]
        )

    def _get_monthly_rates(self, batch: int) -> Mapping[int, Sequence[float]]:
        plan = self.plans[batch]
        if plan is not None:
            return plan.rates
        return {int(order): rates for order, rates in load_parameters("planning")["monthly_rate"].items()}

    def _plan_stages(self, pen: int) -> StageSteps:
        """Return the stages by steps: the pen's own until the plan has the batch at a later one."""
        own, batch = int(self.pens.stage[pen]), int(self.pens.batch[pen])
        order = np.full(self.first.size, own)
        sea = np.full(self.first.size, bool(self.pens.sea[pen]))
        entered = np.full(self.first.size, find_stage_entry_days(self.group, batch)[own])
        plan = self.plans[batch]
        for span in plan.spans if plan is not None else ():
            # An overdue transfer is expected tomorrow, and the months at the stage count from then.
            start = to_epoch_day(span.start)
            if span.order > own:
                later = self.first >= start
                order[later], sea[later] = span.order, span.water == "sea"
                entered[later] = max(start, self.pens.day + 1)
        return StageSteps(order=order, sea=sea, entered=entered)

    def _find_typical_temperature(self, pen: int, stage: Ids, sea: Mask, days: Ids) -> Floats:
        """Return the typical temperature at the stages, °C."""
        planning = load_parameters("planning")
        profile = self._find_profile(pen)
        at_sea = (
            profile.typical_c[day_of_year(days) - 1] if profile is not None else np.full(days.size, planning["sea_c"])
        )
        on_land = np.where(stage == EGGS, planning["eggs_c"], planning["freshwater_c"])
        return np.where(sea, at_sea, on_land)

    def _build_departures(self, pen: int, pens: Ids, stages: StageSteps) -> list[AnomalySegment]:
        """Return a segment for each stage, the first from the temperatures measured where the fish are."""
        stretches = []
        for start, stop in _iter_runs(stages.order):
            habit = self._get_habit(pen, sea=bool(stages.sea[start]))
            here = stages.order[start] == self.pens.stage[pen]
            departure = self._measure_departure(pen, pens, habit) if here else prior_anomaly(habit)
            stretches.append(AnomalySegment(steps=stop - start, model=habit, start=departure))
        return stretches

    def _measure_departure(self, pen: int, pens: Ids, habit: AnomalyModel) -> AnomalyState:
        lately = self.pens.day + 1 - np.arange(load_parameters("projection")["sea"]["evidence_days"], 0, -1)
        stage = np.full(lately.size, self.pens.stage[pen])
        usual = self._find_typical_temperature(pen, stage, np.full(lately.size, self.pens.sea[pen]), lately)
        return estimate_water_departure(self.group, self.pens.position[pens], usual, habit)

    def _get_habit(self, pen: int, *, sea: bool) -> AnomalyModel:
        profile = self._find_profile(pen)
        return sea_anomaly_model(profile.sd_c if profile else np.nan) if sea else land_anomaly_model()

    def _find_profile(self, pen: int) -> SeaTemperatureProfile | None:
        return self.around.find_profile(int(self.pens.geography[pen]), int(self.pens.area[pen]))


def _iter_runs(values: Ids) -> Iterator[tuple[int, int]]:
    """Yield first step and end of each run of equal values."""
    return pairwise([0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), values.size])


DAYS_A_WEEK = 7
NOT_MEASURED = int(Provenance.TEMPERATURE_OF_CLIMATE | Provenance.TEMPERATURE_ASSUMED)


def estimate_water_departure(group: BatchGroup, places: Indices, usual: Floats, habit: AnomalyModel) -> AnomalyState:
    """Return the anomaly of the water of some placements over the last days, oldest first."""
    rows, day = _select_recent_rows(group, places, len(usual))
    measured = (group.temperature_flags[rows] & NOT_MEASURED) == 0
    total = np.bincount(day, group.temperature[rows] * measured, len(usual))
    number = np.bincount(day, measured, len(usual))
    mean = np.where(number > 0, total / np.maximum(number, 1), np.nan)
    error = load_parameters("projection")["sea"]["measured_sd"] ** 2
    return filter_anomaly(habit, mean - usual, np.full(len(usual), error))


def estimate_loss_departure(
    group: BatchGroup, states: DailyEstimates, places: Indices, young: bool, usual: Floats
) -> AnomalyState:
    """Return the anomaly of a batch's log hazard, from its last weeks in some of its placements.

    `states` and the typical hazard `usual`, 1/d, are per row of the group.
    """
    weeks = load_parameters("projection")["losses"]["evidence_weeks"]
    rows, day = _select_recent_rows(group, places, weeks * DAYS_A_WEEK)
    dead = states.deaths[rows].astype(np.float64)
    # The ledger's fish at the end of the day, and those that died on it, were at risk.
    at_risk = np.maximum(states.count[rows], 0) + dead
    week = day // DAYS_A_WEEK
    lived = np.bincount(week, at_risk, weeks) > 0
    died, expected = (np.bincount(week, column, weeks)[lived] for column in (dead, usual[rows] * at_risk))
    return filter_hazard_anomaly(died.astype(np.float64), expected.astype(np.float64), young=young)


def compute_culled_share(group: BatchGroup, states: DailyEstimates, batch: int) -> float:
    """Return the culled share of a batch's fish at the stage of grading."""
    movements, of = group.movements, group.placements
    graded = (of.batch == batch) & (of.stage == load_parameters("projection")["grading"]["order"])
    culls = (movements.kind == MovementKind.CULL) & graded[movements.source]
    rows = group.rows.day == group.rows.day.max()
    left = states.count[rows & graded[group.rows.placement]].sum()
    culled = movements.count[culls].sum()
    return float(culled / max(culled + left, 1))


def find_stage_entry_days(group: BatchGroup, batch: int) -> Indices:
    """Return the first day of a batch at each stage, by its order; the group's last day for other stages."""
    placements = group.placements
    entered = np.full(int(placements.stage.max()) + 1, int(group.rows.day.max()))
    own = placements.batch == batch
    np.minimum.at(entered, placements.stage[own], placements.start[own])
    return entered


def _select_recent_rows(group: BatchGroup, places: Indices, days: int) -> tuple[Indices, Indices]:
    """Return the rows of placements in the last days, and their days counted from the first of these."""
    first = int(group.rows.day.max()) + 1 - days
    rows = np.flatnonzero(np.isin(group.rows.placement, places) & (group.rows.day >= first))
    return rows, group.rows.day[rows] - first
