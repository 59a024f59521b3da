"""Forecasts of mean weight that need no estimator, from the weights of a pen and its temperatures."""

import numpy as np

from grilse.science.arrays import Floats

NO_GROWTH = "no growth"
CONSTANT_TGC = "constant TGC"
RECENT_TGC = "TGC of the last 8 weights"
MEAN_OF_TWO = "mean of the last two"
RECENT_WEIGHTS = 8


def forecast_by_rules(
    weight: Floats, earlier: Floats, degree_days_between: Floats, degree_days_ahead: Floats, tgc: Floats
) -> dict[str, Floats]:
    """Forecast mean weights.

    Parameters
    ----------
    weight, earlier : g, the last weight measured and the one RECENT - 1 before it, shape (n,).
    warmth_between, warmth_ahead : °C d from the earlier weight to the last, and from that to the target.
    tgc : g^(1/3) per 1000 degree-days, the constant.

    Returns
    -------
    dict
        g by rule, shape (n,). Where only one weight is known the constant stands for the recent TGC too.

    Source: Iwama & Tautz 1981; Cho 1992.
    """
    root = np.cbrt(weight)
    known = degree_days_between > 0.0
    recent = np.where(known, (root - np.cbrt(earlier)) / np.where(known, degree_days_between, 1.0), tgc / 1000.0)
    constant = (root + tgc / 1000.0 * degree_days_ahead) ** 3
    lately = np.maximum(root + recent * degree_days_ahead, 0.0) ** 3
    return {NO_GROWTH: weight, CONSTANT_TGC: constant, RECENT_TGC: lately, MEAN_OF_TWO: (constant + lately) / 2.0}
