"""Fill missing temperatures of placement-days."""

import numpy as np

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.estimation.batch_group import PlacementDays
from grilse.science.estimation.weight_observations import Provenance
from grilse.science.parameters import load_parameters

FALLBACKS = (
    Provenance.TEMPERATURE_OF_SITE,
    Provenance.TEMPERATURE_OF_CLIMATE,
    Provenance.TEMPERATURE_ASSUMED,
    Provenance.TEMPERATURE_ASSUMED,
)


def fill_temperatures(
    rows: PlacementDays, measured: Floats, site: Indices, climate: Floats, sea: Mask, longest_gap: int
) -> tuple[Floats, Floats, Indices]:
    """Fill the days without a measured temperature; return °C, its SD and provenance flags, shape (rows,).

    Parameters
    ----------
    rows : placement-days of a group.
    measured : daily mean, °C, NaN where not measured, shape (rows,).
    site : hall or area of each placement, as a number from 0, shape (P,).
    climate : typical temperature of the site on the day, °C, NaN where unknown, shape (rows,).
    sea : whether a placement is in sea water, shape (P,).
    longest_gap : days without a measurement that are interpolated.

    In this order: measured; linear between measured days of the placement, with the SD of a random walk between them;
    the mean of the site's other placements that day; typical; the nearest measured day of the placement; assumed.
    """
    last, following = _find_measured_rows(rows, measured)
    between = (last >= 0) & (following >= 0) & (following - last <= longest_gap)
    flags = np.zeros(measured.size, dtype=np.int64)
    result, spread = measured.copy(), np.zeros(measured.size)
    values = load_parameters("estimator")
    here = np.flatnonzero(np.isnan(result) & between)
    step = (here - last[here]) / (following[here] - last[here])
    result[here] = measured[last[here]] + step * (measured[following[here]] - measured[last[here]])
    flags[here] = Provenance.TEMPERATURE_INTERPOLATED
    away = (here - last[here]) * (following[here] - here) / (following[here] - last[here])
    spread[here] = values["temperature_walk"] * np.sqrt(away)
    nearest = np.where(last >= 0, last, following)
    carried = np.where(nearest >= 0, measured[np.maximum(nearest, 0)], np.nan)
    at_sea, on_land = values["assumed_temperature"]
    assumed = np.where(sea[rows.placement], at_sea, on_land)
    sources = (_average_site(rows, result, site), climate, carried, assumed)
    for source, flag, sd in zip(sources, FALLBACKS, values["temperature_sd"], strict=True):
        here = np.flatnonzero(np.isnan(result) & ~np.isnan(source))
        result[here], spread[here], flags[here] = source[here], sd, flag
    return result, spread, flags


def _find_measured_rows(rows: PlacementDays, measured: Floats) -> tuple[Indices, Indices]:
    """Return the last and next measured row of the same placement, -1 without one; for a measured row, itself."""
    here = np.arange(measured.size)
    known = ~np.isnan(measured)
    last = np.maximum.accumulate(np.where(known, here, -1))
    last = np.where(last >= rows.offset[rows.placement], last, -1)
    following = np.minimum.accumulate(np.where(known, here, measured.size)[::-1])[::-1]
    following = np.where(following < rows.offset[rows.placement + 1], following, -1)
    return last, following


def _average_site(rows: PlacementDays, temperature: Floats, site: Indices) -> Floats:
    """Return the mean over a site's placements with a temperature that day; NaN without any."""
    if not np.isnan(temperature).any():
        return temperature
    first = int(rows.day.min())
    days = int(rows.day.max()) - first + 1
    cell = site[rows.placement] * days + rows.day - first
    known = ~np.isnan(temperature)
    size = int(cell.max()) + 1
    total = np.bincount(cell[known], weights=temperature[known], minlength=size)
    number = np.bincount(cell[known], minlength=size)
    mean = np.where(number > 0, total / np.maximum(number, 1), np.nan)
    return np.asarray(mean[cell])
