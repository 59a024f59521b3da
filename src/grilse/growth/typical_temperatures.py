"""The usual temperatures of where placements stand."""

import numpy as np
from numpy.typing import NDArray

from grilse.growth.estimating.read import EstimationInputs

DAYS = 367  # of a year by number, from 1


def find_typical_temperatures(known: EstimationInputs, placements: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return °C by placement and day of the year: of its sea area, else its geography; NaN on land."""
    profiles, mine = known.profiles, known.placements
    tables: dict[tuple[int, int], NDArray[np.float64]] = {}
    for geography, area, day, temperature in zip(*(column.tolist() for column in profiles.values()), strict=True):
        tables.setdefault((geography, area), np.full(DAYS, np.nan))[day] = temperature
    usual = np.full((placements.size, DAYS), np.nan)
    position = {id: place for place, id in enumerate(mine["placement"].tolist())}
    for row, id in enumerate(placements.tolist()):
        at = position[id]
        if mine["sea"][at] == 1:
            geography, area = int(mine["geography"][at]), int(mine["area"][at])
            profile = tables.get((geography, area), tables.get((geography, -1)))
            usual[row] = usual[row] if profile is None else profile
    return usual
