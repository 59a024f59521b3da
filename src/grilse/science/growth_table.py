"""Growth over weight and temperature as a readable table, from which the estimator's growth base is built."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.estimation.growth_base import GrowthBase, build_grid, build_growth_base
from grilse.science.parameters import load_parameters


@dataclass(frozen=True, kw_only=True, slots=True)
class GrowthTable:
    """TGC, g^(1/3) per 1000 degree-days: linear between the nodes, constant outside them."""

    sea_weight: Floats
    """g, rising, shape (w,)."""
    sea_temperature: Floats
    """°C, rising, shape (t,)."""
    sea: Floats
    """Shape (t, w)."""
    fresh_temperature: Floats
    """°C, rising, shape (u,)."""
    fresh: Floats
    """By order of the freshwater stage from 1, the last for any later one; shape (stages, u)."""

    def build_growth_base(self) -> GrowthBase:
        """Return the estimator's base, linear in temperature and in the cube root of weight."""
        temperatures, weights = build_grid()
        over_weight = interpolation_weights(np.cbrt(weights), np.cbrt(self.sea_weight))
        sea = interpolation_weights(temperatures, self.sea_temperature) @ self.sea @ over_weight.T
        fresh = interpolation_weights(temperatures, self.fresh_temperature) @ self.fresh.T
        return build_growth_base([np.repeat(stage[:, None], weights.size, axis=1) for stage in fresh.T], sea)

    def round_tgc(self, decimals: int) -> "GrowthTable":
        """Return a copy with rounded TGC, so that stored and used values are equal."""
        return replace(self, sea=self.sea.round(decimals), fresh=self.fresh.round(decimals))


@cache
def literature_table() -> GrowthTable:
    """Return the literature's table on its own nodes and those of a learned table; shared and read-only.

    Its `build_growth_base` equals `default_growth_base` up to rounding.

    Source: Iwama & Tautz 1981; Jobling 2003, doi:10.1046/j.1365-2109.2003.00859.x; stage values of practice.
    """
    known, nodes = load_parameters("estimator"), load_parameters("learning")
    weight, temperature, fresh = (
        np.union1d(known[name], nodes[name]) for name in ("sea_weight", "sea_temperature", "fresh_temperature")
    )
    by_weight = np.interp(np.cbrt(weight), np.cbrt(known["sea_weight"]), known["sea_tgc"])
    at_sea = np.interp(temperature, known["sea_temperature"], known["sea_temperature_factor"])
    on_land = np.interp(fresh, known["fresh_temperature"], known["fresh_temperature_factor"])
    return GrowthTable(
        sea_weight=weight,
        sea_temperature=temperature,
        sea=np.outer(at_sea, by_weight),
        fresh_temperature=fresh,
        fresh=np.outer(known["fresh_tgc"], on_land),
    )


def interpolation_weights(x: Floats, nodes: Floats) -> Floats:
    """Return the weights of linear interpolation, shape (n, k), at `x`, shape (n,), between rising `nodes`, shape (k,).

    Each row sums to 1; outside the nodes the outermost node has weight 1.
    """
    return np.stack([np.interp(x, nodes, unit_vector) for unit_vector in np.eye(nodes.size)], axis=-1)
