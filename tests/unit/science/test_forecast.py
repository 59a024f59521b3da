"""Looking ahead from a belief, beside growth reckoned by hand."""

from dataclasses import replace

import numpy as np
import pytest

from grilse.science.estimation import default_growth_base, default_priors
from grilse.science.estimation.growth_base import build_grid, build_growth_base
from grilse.science.forecast import ForecastOrigins, forecast_weights

TGC, WARMTH = 2.75, 11.5
SPREAD = 0.03  # of the multiplier around 1, a variance


def build_flat_base(tgc=TGC):
    """A base of one TGC for all fish and waters."""
    temperatures, weights = build_grid()
    flat = np.full((temperatures.size, weights.size), tgc)
    return build_growth_base([flat], flat)


def build_origins(
    weight=2000.0,
    multiplier=1.0,
    root_variance=0.0,
    root_multiplier=0.0,
    multiplier_variance=0.0,
    spread=SPREAD,
    jumps=0.0,
    resting=0.0,
):
    return ForecastOrigins(
        root=np.array([np.cbrt(weight)]),
        multiplier=np.array([multiplier]),
        root_variance=np.array([root_variance]),
        root_multiplier_covariance=np.array([root_multiplier]),
        multiplier_variance=np.array([multiplier_variance]),
        stationary_variance=np.array([spread]),
        level_shift_variance=np.array([jumps]),
        fasting_share=np.array([resting]),
        stage=np.array([6]),
        sea=np.array([True]),
    )


def test_a_fish_of_2000_g_weighs_2015_10_g_after_a_day_at_11_5_degrees():
    ahead = forecast_weights(build_origins(), np.array([[WARMTH]]), build_flat_base(), default_priors())

    assert ahead.root[0, 0] ** 3 == pytest.approx(2015.10, abs=0.01)


def test_thirty_days_are_thirty_steps_of_one():
    ahead = forecast_weights(build_origins(), np.full((30, 1), WARMTH), build_flat_base(), default_priors())

    assert ahead.root[-1, 0] == pytest.approx(np.cbrt(2000.0) + 30 * TGC * WARMTH / 1000.0)


def test_fish_that_fast_on_every_tenth_day_grow_by_a_tenth_less():
    ahead = forecast_weights(build_origins(resting=0.1), np.full((30, 1), WARMTH), build_flat_base(), default_priors())

    assert ahead.root[-1, 0] == pytest.approx(np.cbrt(2000.0) + 27 * TGC * WARMTH / 1000.0)


def test_a_fast_batch_is_expected_to_slow_down_by_half_in_a_half_life():
    priors = default_priors()
    days = 60
    ahead = forecast_weights(build_origins(multiplier=1.2), np.full((days, 1), WARMTH), build_flat_base(), priors)

    daily = np.diff(ahead.root[:, 0], prepend=np.cbrt(2000.0)) / (TGC * WARMTH / 1000.0)
    np.testing.assert_allclose(daily, 1.0 + 0.2 * priors.multiplier_autocorrelation ** np.arange(days))


def test_the_spread_of_the_first_day_is_the_linearised_one():
    start = build_origins(root_variance=0.04, root_multiplier=0.003, multiplier_variance=0.01)
    ahead = forecast_weights(start, np.array([[WARMTH]]), build_flat_base(), default_priors())

    gain = TGC * WARMTH / 1000.0
    assert ahead.variance[0, 0] == pytest.approx(0.04 + 2 * gain * 0.003 + gain**2 * 0.01)


def test_levels_that_jumped_before_may_jump_again():
    ahead = forecast_weights(build_origins(jumps=0.0004), np.zeros((25, 1)), build_flat_base(), default_priors())

    assert ahead.root[-1, 0] ** 3 == pytest.approx(2000.0)
    assert 3.0 * np.sqrt(ahead.variance[-1, 0]) / ahead.root[-1, 0] == pytest.approx(0.1)


def test_a_batch_that_wandered_widely_wanders_on_so():
    narrow, wide = (
        forecast_weights(
            build_origins(spread=spread), np.full((60, 1), WARMTH), build_flat_base(), default_priors()
        ).variance[-1, 0]
        for spread in (SPREAD, 4.0 * SPREAD)
    )

    assert wide == pytest.approx(4.0 * narrow)


def test_the_spread_is_that_of_many_futures():
    priors = default_priors()
    start = build_origins(root_variance=0.02, root_multiplier=0.004, multiplier_variance=0.008)
    ahead = forecast_weights(start, np.full((90, 1), WARMTH), default_growth_base(), priors)

    random, members = np.random.default_rng(2), 4000
    covariance = [[0.02, 0.004], [0.004, 0.008]]
    root, multiplier = random.multivariate_normal([np.cbrt(2000.0), 1.0], covariance, members).T
    noise = np.sqrt(SPREAD * (1 - priors.multiplier_autocorrelation**2))
    for _ in range(90):
        here = replace(
            start,
            root=root,
            multiplier=multiplier,
            **dict.fromkeys(("root_variance", "root_multiplier_covariance", "multiplier_variance"), np.zeros(members)),
            stationary_variance=np.full(members, SPREAD),
            level_shift_variance=np.zeros(members),
            fasting_share=np.zeros(members),
            stage=np.full(members, 6),
            sea=np.full(members, True),
        )
        root = forecast_weights(here, np.full((1, members), WARMTH), default_growth_base(), priors).root[0]
        multiplier = 1 + priors.multiplier_autocorrelation * (multiplier - 1) + noise * random.standard_normal(members)
    assert ahead.root[-1, 0] == pytest.approx(root.mean(), rel=0.005)
    assert np.sqrt(ahead.variance[-1, 0]) == pytest.approx(root.std(), rel=0.06)
