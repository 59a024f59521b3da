"""Forecasts from past days, to be compared with what was measured later."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from grilse.science.arrays import Floats, Indices
from grilse.science.estimation import BatchGroup, Estimate, ModelVersion, Priors, default_growth_base
from grilse.science.estimation.daily_moments import GrowthMoments
from grilse.science.estimation.weight_observations import Weighings, collect_observations
from grilse.science.forecast import ForecastOrigins, forecast_weights
from grilse.science.forecast_pairs import ForecastPairs, fasting_share
from grilse.science.parameters import load_parameters

NO_GROWTH = "no growth"
CONSTANT_TGC = "constant TGC"
RECENT_TGC = "TGC of the last 8 weights"
MEAN_OF_TWO = "mean of the last two"
RECENT_WEIGHTS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Hindcast:
    """Forecasts of the targets, shape (n,)."""

    root: Floats
    """g^(1/3)."""
    root_variance: Floats
    rules: dict[str, Floats]
    """g, by the name of the rule of thumb."""

    @property
    def mean_weight(self) -> Floats:
        """Mean weight, g."""
        return np.asarray(self.root**3)


def hindcast_weights(
    group: BatchGroup,
    estimate: Estimate,
    weighed: Weighings,
    pairs: ForecastPairs,
    temperature: Floats,
    versions: Sequence[ModelVersion],
    priors: Priors,
) -> Hindcast:
    """Forecast from each origin with what was known on that day.

    Parameters
    ----------
    group, estimate, weighed : a group, its estimate and its weighings.
    pairs : origins and targets, shape (n,).
    temperature : expected °C, shape (days, n), the day after the origin first.
    versions : versions of the growth model, by the day from which each may be used.
    priors : of the estimator.
    """
    root, variance = np.empty((2, pairs.origin.size))
    day = group.rows.day[pairs.origin]
    known = np.array([version.from_day for version in versions], dtype=np.int64)
    version_of = np.searchsorted(known, day, side="right") - 1
    for version in np.unique(version_of).tolist():
        mine = np.flatnonzero(version_of == version)
        base = versions[version].base if version >= 0 else default_growth_base()
        ahead = forecast_weights(
            _build_origins(group, estimate, pairs.origin[mine]), temperature[:, mine], base, priors
        )
        at = (pairs.lead_days[mine] - 1, np.arange(mine.size))
        root[mine], variance[mine] = ahead.root[at], ahead.variance[at]
    rules = _apply_rules(group, weighed, pairs, temperature)
    return Hindcast(root=root, root_variance=variance, rules=rules)


def measurement_sd(group: BatchGroup, pairs: ForecastPairs, priors: Priors) -> Floats:
    """Return the relative SD of the targets' measured weights, shape (n,): sampling, catch and the pen's own bias."""
    rows = group.rows
    seen = [observation for day in collect_observations(group, priors, harvests=False).values() for observation in day]
    placement = np.array([observation.placement for observation in seen], dtype=np.int64)
    day = np.array([observation.day for observation in seen], dtype=np.int64)
    at, there = rows.find_rows(placement, day)
    variance = np.full(rows.day.size, priors.stocking_sd**2)
    variance[at] = np.array([observation.relative_sd for observation in seen])[there] ** 2
    return np.asarray(np.sqrt(variance[pairs.target] + priors.pen_bias_sd**2))


def _build_origins(group: BatchGroup, estimate: Estimate, rows: Indices) -> ForecastOrigins:
    placement = group.rows.placement[rows]
    return ForecastOrigins(
        **{field.name: getattr(estimate.filtered, field.name)[rows] for field in fields(GrowthMoments)},
        fasting_share=fasting_share(group, estimate.placements.provenance, rows),
        stage=group.placements.stage[placement],
        sea=group.placements.sea[placement],
    )


def _apply_rules(group: BatchGroup, weighed: Weighings, pairs: ForecastPairs, temperature: Floats) -> dict[str, Floats]:
    """Apply the rules of thumb to the same origins and temperatures."""
    rows, placement = group.rows, group.rows.placement[pairs.origin]
    warm = np.maximum(group.temperature, 0.0)
    # Fish are weighed during the day, so degree-days count from noon to noon.
    noon = np.cumsum(warm) - warm / 2.0
    last = weighed.find_last(placement, rows.day[pairs.origin])
    earlier = np.maximum(last - RECENT_WEIGHTS + 1, weighed.first[last])
    at, before = (rows.offset[placement] + weighed.day[i] - rows.start[placement] for i in (last, earlier))
    ahead = np.cumsum(np.maximum(temperature, 0.0), axis=0)
    there = (pairs.lead_days - 1, np.arange(pairs.origin.size))
    half = (warm[pairs.origin] - np.maximum(temperature, 0.0)[there]) / 2.0
    by_stage = load_parameters("planning")["stage_tgc"]
    stage = group.placements.stage[placement]
    return forecast_by_rules(
        weight=weighed.weight[last],
        earlier=weighed.weight[earlier],
        degree_days_between=noon[at] - noon[before],
        degree_days_ahead=noon[pairs.origin] - noon[at] + ahead[there] + half,
        tgc=np.array([by_stage[str(order)] for order in stage.tolist()]),
    )


def forecast_by_rules(
    weight: Floats, earlier: Floats, degree_days_between: Floats, degree_days_ahead: Floats, tgc: Floats
) -> dict[str, Floats]:
    """Return the mean weights forecast by each rule of thumb, g, shape (n,); all arguments have this shape.

    Parameters
    ----------
    weight, earlier : g, the last weight measured and the one `RECENT_WEIGHTS` - 1 before it.
    degree_days_between, degree_days_ahead : °C d from the earlier weight to the last, and from that to the target.
    tgc : g^(1/3) per 1000 degree-days; it also replaces the recent TGC where only one weight is known.

    Source: Iwama & Tautz 1981, doi:10.1139/f81-087; Cho 1992, Aquaculture 100: 107-123.
    """
    root = np.cbrt(weight)
    known = degree_days_between > 0.0
    recent = np.where(known, (root - np.cbrt(earlier)) / np.where(known, degree_days_between, 1.0), tgc / 1000.0)
    constant = (root + tgc / 1000.0 * degree_days_ahead) ** 3
    lately = np.maximum(root + recent * degree_days_ahead, 0.0) ** 3
    return {NO_GROWTH: weight, CONSTANT_TGC: constant, RECENT_TGC: lately, MEAN_OF_TWO: (constant + lately) / 2.0}
