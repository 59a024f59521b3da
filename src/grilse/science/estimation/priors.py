"""Priors and constants of the filter, read from ``parameters/estimator.toml``."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from grilse.science.arrays import Floats
from grilse.science.parameters import load_priors


@dataclass(frozen=True, kw_only=True, slots=True)
class Priors:
    """Standard deviations and constants of the filter; the parameter file states units and sources."""

    hatching_degree_days: float
    first_feeding_degree_days: float
    alevin_gain: float
    alevin_sd: float
    batch_multiplier_sd: float
    pen_multiplier_sd: float
    tank_multiplier_sd: float
    multiplier_half_life: float
    stage_multiplier_sd: float
    inherited_deviation: float
    fish_cv: float
    catch_bias_sd: float
    camera_bias_sd: float
    pen_bias_sd: float
    scale_sd_g: float
    unknown_fish_weighed: float
    selection_shift: float
    selection_sd: float
    stocking_sd: float
    stage_range_sd: float
    transfer_sd: float
    outlier_sigma: float
    company_bias_sd: float
    harvest_sd: float
    part_harvest_sd: float
    stocking_count_sd: float
    transfer_count_sd: float
    injection_count_sd: float
    harvest_count_sd: float
    conversion_sd: float
    conversion_half_life: float
    feed_sd: float
    feed_sigma: float
    feed_weeks: float
    feed_scale_range: tuple[float, float]
    shift_sigma: float
    shift_sd: float
    batch_months: float
    scale_months: float
    scale_range: tuple[float, float]
    jump_days: float
    count_sd: float
    unrecorded_loss: float
    unrecorded_loss_sd: float
    unrecorded_loss_days: float
    fcr_window: int
    longest_gap: int
    longest_record_gap: int

    @property
    def multiplier_autocorrelation(self) -> float:
        """Share of a multiplier's deviation that remains after a day."""
        return float(0.5 ** (1.0 / self.multiplier_half_life))


@cache
def default_priors() -> Priors:
    """Return the priors of ``estimator.toml``, shared and frozen; vary one with `dataclasses.replace`."""
    return load_priors(Priors, "estimator")


def alevin_growth(degree_days: Floats, priors: Priors) -> Floats:
    """Return the weight of eggs and alevins relative to the egg's, from °C d since stocking as eyed eggs, any shape.

    1 until hatching, then linear to `alevin_gain` at first feeding, then constant.

    Source: Crisp 1981, Freshwater Biology 11: 361-368; hatchery practice.
    """
    progress = (degree_days - priors.hatching_degree_days) / priors.first_feeding_degree_days
    return np.asarray(1.0 + (priors.alevin_gain - 1.0) * np.minimum(np.maximum(progress, 0.0), 1.0))
