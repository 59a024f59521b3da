"""Recent departures of a batch's water and losses from the typical."""

import numpy as np

from grilse.science.arrays import Floats, Indices
from grilse.science.estimation import BatchGroup, DailyEstimates, MovementKind, Provenance
from grilse.science.parameters import load_parameters
from grilse.science.projection import AnomalyModel, AnomalyState, filter_anomaly, filter_hazard_anomaly

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
