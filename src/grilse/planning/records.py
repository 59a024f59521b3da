"""What the records of the last weeks say of how a batch's water and losses depart from the usual."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from grilse.science.arrays import Floats
from grilse.science.batch_plan import usual_hazard
from grilse.science.estimation import Group, Kind, Provenance
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
    group: Group, fish: NDArray[np.int64], batch: int, sea: bool, rates: Mapping[int, Sequence[float]]
) -> Departure:
    """Return how a batch's log hazard departs from the usual, from its last weeks in water of this kind.

    `fish` is the ledger's, per row.
    """
    weeks = load("projection")["losses"]["evidence_weeks"]
    placements = group.placements
    places = np.flatnonzero((placements.batch == batch) & (placements.sea == sea))
    rows, day = _rows(group, places, weeks * DAYS_A_WEEK)
    lost = _lost(group)[rows]
    # The ledger's fish at the end of the day, and those that left it dead, were at risk.
    at_risk = np.maximum(fish[rows], 0) + lost
    stage = placements.stage[group.rows.placement[rows]]
    at_stage = group.rows.day[rows] - first_days(group, batch)[stage]
    usual = usual_hazard(stage, at_stage, rates, load("planning")["month_days"]) * at_risk
    week = day // DAYS_A_WEEK
    lived = np.bincount(week, at_risk, weeks) > 0
    died, expected = (np.bincount(week, column, weeks)[lived] for column in (lost, usual))
    return loss_departure(died.astype(np.float64), expected.astype(np.float64))


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


def _lost(group: Group) -> NDArray[np.int64]:
    """Fish that died or were culled, per row."""
    movements = group.movements
    left = np.isin(movements.kind, (Kind.MORTALITY, Kind.CULL))
    at, which = group.rows.at(np.where(left, movements.source, -1), movements.day)
    fish = np.zeros(group.rows.day.size, dtype=np.int64)
    np.add.at(fish, at, movements.count[which])
    return fish
