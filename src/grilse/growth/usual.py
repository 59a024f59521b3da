"""The usual temperatures of where placements stand, and what of today's anomaly is left later."""

import numpy as np
from numpy.typing import NDArray

from grilse.growth.known import Known
from grilse.science.estimation.records import Group, Places
from grilse.science.parameters import load
from grilse.science.temperature import anomaly_memory, day_of_year

DAYS = 367  # of a year by number, from 1


def usual_of(known: Known, placements: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return °C by placement and day of the year: of its sea area, else its geography; NaN on land."""
    profiles, mine = known.profiles, known.placements
    tables: dict[tuple[int, int], NDArray[np.float64]] = {}
    for geography, area, day, temperature in zip(
        *(column.tolist() for column in profiles.values()), strict=True
    ):
        tables.setdefault((geography, area), np.full(DAYS, np.nan))[day] = temperature
    usual = np.full((placements.size, DAYS), np.nan)
    position = {id: place for place, id in enumerate(mine["placement"].tolist())}
    for row, id in enumerate(placements.tolist()):
        at = position[id]
        if mine["sea"][at] == 1:
            geography, area = int(mine["geography"][at]), int(mine["area"][at])
            found = tables.get((geography, area), tables.get((geography, -1)))
            usual[row] = usual[row] if found is None else found
    return usual


def expected_ahead(
    group: Group, usual: NDArray[np.float64], origin: Places, days: int
) -> NDArray[np.float64]:
    """Return the temperatures that were to be expected after some rows, °C, (days, n).

    At sea the usual ones and what fading leaves of the last week's anomaly; where no usual ones are known, as
    in the last week.
    """
    rows = group.rows
    placement, day = rows.placement[origin], rows.day[origin]
    ahead = usual[placement, day_of_year(day + np.arange(1, days + 1)[:, None])]
    week = load("backtest")["anomaly_days"]
    back = np.maximum(origin - np.arange(week)[:, None], rows.offset[placement])
    lately = group.temperature[back]
    anomaly = (lately - usual[placement, day_of_year(rows.day[back])]).mean(axis=0)
    faded = anomaly_memory() ** np.arange(1, days + 1)[:, None]
    return np.where(np.isnan(ahead), lately.mean(axis=0), ahead + faded * anomaly)
