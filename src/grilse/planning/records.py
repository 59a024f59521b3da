"""What the records of the last weeks say of how a batch's water and losses depart from the usual."""

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.estimation import Group, Kind, Provenance, States
from grilse.science.parameters import load
from grilse.science.projection import Departure, Habit, loss_departure, seen

DAYS_A_WEEK = 7
NOT_MEASURED = int(Provenance.TEMPERATURE_OF_CLIMATE | Provenance.TEMPERATURE_ASSUMED)


def water_departure(group: Group, places: NDArray[np.int64], usual: Floats, habit: Habit) -> Departure:
    """Return how the water of some placements departs from the usual of the last days, oldest first."""
    rows, day = _rows(group, places, len(usual))
    measured = (group.temperature_flags[rows] & NOT_MEASURED) == 0
    total = np.bincount(day, group.temperature[rows] * measured, len(usual))
    number = np.bincount(day, measured, len(usual))
    mean = np.where(number > 0, total / np.maximum(number, 1), np.nan)
    error = load("projection")["sea"]["measured_sd"] ** 2
    return seen(habit, mean - usual, np.full(len(usual), error))


def losses_departure(
    group: Group, states: States, places: NDArray[np.int64], young: bool, usual: Floats
) -> Departure:
    """Return how a batch's log hazard departs from the usual, from its last weeks in some of its placements.

    `states` and the usual hazard `usual`, 1/d, are per row of the group.
    """
    weeks = load("projection")["losses"]["evidence_weeks"]
    rows, day = _rows(group, places, weeks * DAYS_A_WEEK)
    dead = states.deaths[rows].astype(np.float64)
    # The ledger's fish at the end of the day, and those that died on it, were at risk.
    at_risk = np.maximum(states.count[rows], 0) + dead
    week = day // DAYS_A_WEEK
    lived = np.bincount(week, at_risk, weeks) > 0
    died, expected = (np.bincount(week, column, weeks)[lived] for column in (dead, usual[rows] * at_risk))
    return loss_departure(died.astype(np.float64), expected.astype(np.float64), young=young)


def culled_share(group: Group, states: States, batch: int) -> float:
    """Return the share of a batch, of what stands at the stage of grading, that was culled there."""
    movements, of = group.movements, group.placements
    graded = (of.batch == batch) & (of.stage == load("projection")["grading"]["order"])
    culls = (movements.kind == Kind.CULL) & graded[movements.source]
    rows = group.rows.day == group.rows.day.max()
    left = states.count[rows & graded[group.rows.placement]].sum()
    culled = movements.count[culls].sum()
    return float(culled / max(culled + left, 1))


def first_days(group: Group, batch: int) -> NDArray[np.int64]:
    """Return the first day of a batch at each stage, by its order; the last day of all where it was not."""
    placements = group.placements
    entered = np.full(int(placements.stage.max()) + 1, int(group.rows.day.max()))
    own = placements.batch == batch
    np.minimum.at(entered, placements.stage[own], placements.start[own])
    return entered


def _rows(group: Group, places: NDArray[np.int64], days: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of placements in the last days, and their day counted from the first of these."""
    first = int(group.rows.day.max()) + 1 - days
    rows = np.flatnonzero(np.isin(group.rows.placement, places) & (group.rows.day >= first))
    return rows, group.rows.day[rows] - first
