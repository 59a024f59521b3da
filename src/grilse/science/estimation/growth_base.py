"""Base growth: a TGC that depends on weight and temperature, on a grid in which a day's look-up is one gather."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from grilse.science.arrays import Floats, Indices, Mask
from grilse.science.parameters import load_parameters

ROOT_STEP = 0.05
"""Distance of grid points in the cube root of weight, g^(1/3)."""
ROOT_POINTS = 440
TEMPERATURE_STEP = 0.5
"""Distance of grid points in temperature, °C."""
LOWEST_TEMPERATURE = -2.0
TEMPERATURE_POINTS = 61
BLOCK = TEMPERATURE_POINTS * ROOT_POINTS


@dataclass(frozen=True, slots=True)
class GrowthBase:
    """Daily gain in the cube root of weight on a grid of temperature and cube root of weight.

    ``corners`` has shape (points, 4): value and slope along the cube root at a temperature, then the change of both to
    the next temperature. Blocks of TEMPERATURE_POINTS * ROOT_POINTS points: one per freshwater stage by order, then
    the sea, then zeros for fish that do not grow by TGC.
    """

    corners: Floats

    @property
    def block_count(self) -> int:
        """Number of blocks."""
        return int(self.corners.shape[0]) // BLOCK

    @property
    def zero_growth_point(self) -> int:
        """First point of the block without growth."""
        return (self.block_count - 1) * BLOCK

    def find_grid_rows(self, temperature: Floats, stage: Indices, sea: Mask) -> tuple[Indices, Floats]:
        """Return the first point of each temperature's grid row, and the fraction in [0, 1] of the next temperature.

        `temperature` (°C) and the results have shape (days, placements); `stage` (order) and `sea` have shape
        (placements,).
        """
        place = np.minimum(
            np.maximum((temperature - LOWEST_TEMPERATURE) / TEMPERATURE_STEP, 0.0), TEMPERATURE_POINTS - 1.001
        )
        row = place.astype(np.int64)
        block = np.where(sea, self.block_count - 2, np.minimum(stage, self.block_count - 2) - 1)
        return block * BLOCK + row * ROOT_POINTS, place - row

    def interpolate(self, grid_rows: Indices, temperature_fraction: Floats, place: Floats) -> tuple[Floats, Floats]:
        """Return the daily gain of the cube root, g^(1/3), and its change from one grid point to the next.

        `grid_rows` and `temperature_fraction` are those of `find_grid_rows`; `place` is the cube root of weight
        in steps of the grid, at least 0; all broadcast together.
        """
        point = place.astype(np.int64)
        corners = self.corners.take(grid_rows + point, axis=0, mode="clip")
        pair = corners[..., 2:] * temperature_fraction[..., None]
        pair += corners[..., :2]
        slope = pair[..., 1]
        return pair[..., 0] + slope * (place - point), slope


def build_growth_base(fresh: list[Floats], sea: Floats) -> GrowthBase:
    """Return the base of TGC tables, as gains of a day, g^(1/3); below 0 °C nothing grows.

    Parameters
    ----------
    fresh : one table per freshwater stage by order; TGC, g^(1/3) per 1000 degree-days, shape
        (TEMPERATURE_POINTS, ROOT_POINTS), at the points of `build_grid`.
    sea : table of the sea.
    """
    temperatures, _ = build_grid()
    warmth = np.maximum(temperatures, 0.0)[:, None] / 1000.0
    still = np.zeros_like(sea)
    return GrowthBase(np.concatenate([_build_corners(table * warmth) for table in (*fresh, sea, still)]))


def build_grid() -> tuple[Floats, Floats]:
    """Return temperatures (°C) and weights (g) of the grid points."""
    temperatures = LOWEST_TEMPERATURE + TEMPERATURE_STEP * np.arange(TEMPERATURE_POINTS, dtype=np.float64)
    roots = ROOT_STEP * np.arange(ROOT_POINTS, dtype=np.float64)
    return temperatures, roots**3


@cache
def default_growth_base() -> GrowthBase:
    """Return the base of the parameter file; shared and read-only.

    Source: Iwama & Tautz 1981, doi:10.1139/f81-087; Jobling 2003, doi:10.1046/j.1365-2109.2003.00859.x; stage values
    of practice.
    """
    values = load_parameters("estimator")
    temperatures, weights = build_grid()
    warmth = {
        water: np.interp(temperatures, values[f"{water}_temperature"], values[f"{water}_temperature_factor"])
        for water in ("fresh", "sea")
    }
    by_weight = np.interp(np.cbrt(weights), np.cbrt(values["sea_weight"]), values["sea_tgc"])
    fresh = [np.outer(warmth["fresh"], np.full(weights.size, tgc)) for tgc in values["fresh_tgc"]]
    return build_growth_base(fresh, np.outer(warmth["sea"], by_weight))


def _build_corners(gain: Floats) -> Floats:
    slope = np.diff(gain, axis=1, append=gain[:, -1:])
    pair = np.stack([gain, slope], axis=-1)
    difference = np.diff(pair, axis=0, append=pair[-1:])
    return np.concatenate([pair, difference], axis=-1).reshape(-1, 4)


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelVersion:
    """A growth base learned from a company's harvests, with the calibration learned with it."""

    from_day: int
    """First day that uses it, days since 1970; its harvests are all earlier."""
    base: GrowthBase
    """Growth at multiplier 1."""
    catch_bias: float
    """Mean logarithm of sampled over true weight, common to all samples of the company."""
    catch_bias_sd: float
    """SD of the estimate."""
    unrecorded_loss: float
    """Share of fish that a life loses unrecorded, per `Priors.unrecorded_loss_days`."""
    unrecorded_loss_sd: float
    """SD between lives, with the uncertainty of the mean."""
