"""Futures of pens: how they are drawn, and what they say."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.random import Generator, Philox

from grilse.science.estimation import default_growth_base, default_priors
from grilse.science.forecast import ForecastOrigins, forecast_weights
from grilse.science.projection import (
    AnomalyModel,
    AnomalySegment,
    LossConditions,
    ProjectionConditions,
    ProjectionStart,
    WaterConditions,
    daily_probability,
    daily_quantiles,
    date_quantiles,
    days_to_target,
    draw_ensemble,
    filter_anomaly,
    filter_hazard_anomaly,
    gradual_hazard,
    hazard_anomaly_model,
    land_anomaly_model,
    prior_anomaly,
    quantiles_on_days,
    sea_anomaly_model,
)
from grilse.science.projection.anomalies import draw_anomalies, matrix_square_root
from grilse.science.projection.ensemble import EGGS

STEP, STEPS, MEMBERS = 7, 26, 2000
NO_HABIT = AnomalyModel(persistent_sd=0.0, ar1_sd=0.0, autocorrelation=0.9)
CALM = replace(default_priors(), stage_multiplier_sd=0.0)


def create_stream(seed=1, batch=7):
    return Generator(Philox(key=[seed, batch]))


def build_still_segments(habit=NO_HABIT, steps=STEPS):
    return [AnomalySegment(steps=steps, model=habit, start=prior_anomaly(habit))]


def build_start(pens=2, sd=0.0, root=12.0, multiplier=1.1, wander=0.0):
    spread = np.diag(np.concatenate([np.full(pens, sd), np.full(pens, sd / 10.0), np.zeros(pens)]) ** 2)
    return ProjectionStart(
        root=np.full(pens, root),
        multiplier=np.full(pens, multiplier),
        count=np.full(pens, 100_000.0),
        covariance=spread,
        batch_stationary_variance=np.full(pens, wander),
        pen_stationary_variance=np.full(pens, wander / 4.0),
        level_shift_variance=np.zeros(pens),
        degree_days=np.zeros(pens),
        batch=np.zeros(pens, dtype=np.int64),
        water=np.zeros(pens, dtype=np.int64),
    )


def build_future(*, hazard=0.0, water=NO_HABIT, losses=NO_HABIT, stage=6, unrecorded=0.0, resting=0.0):
    stages = np.full(STEPS, stage) if np.isscalar(stage) else np.asarray(stage)
    quiet = np.zeros(STEPS, dtype=np.bool_)
    return ProjectionConditions(
        step_days=STEP,
        waters=[
            WaterConditions(
                stage=stages,
                sea=stages == 6,
                typical_temperature=np.full(STEPS, 10.0),
                anomalies=build_still_segments(water),
                fasting_share=np.full(STEPS, resting),
                typical_hazard=np.full(STEPS, hazard),
            )
        ],
        losses=[
            LossConditions(
                anomalies=build_still_segments(losses), young=quiet, sea=quiet, grading=quiet, culled_share=0.0
            )
        ],
        unrecorded_hazard=unrecorded,
    )


def draw_futures(begun, coming, priors=CALM, members=MEMBERS, seed=1):
    return draw_ensemble(begun, coming, default_growth_base(), priors, members, create_stream(seed))


def test_the_same_seed_draws_the_same_futures_and_another_draws_others():
    lively = build_future(hazard=0.0003, water=sea_anomaly_model(0.4), losses=hazard_anomaly_model(young=False))
    once, again = (draw_futures(build_start(sd=0.1), lively, default_priors(), 50) for _ in range(2))
    assert (once.weight == again.weight).all()
    assert (once.count == again.count).all()
    assert (draw_futures(build_start(sd=0.1), lively, default_priors(), 50, seed=2).weight != once.weight).any()


def test_p10_p50_and_p90_are_in_order_on_every_day():
    futures = draw_futures(
        build_start(sd=0.2), build_future(hazard=0.0003, losses=hazard_anomaly_model(young=False)), default_priors()
    )
    for values in (futures.weight[:, 0], futures.count[:, 0], futures.biomass[:, 0]):
        assert (np.diff(daily_quantiles(values, STEP, 180), axis=0) >= 0).all()


def test_without_a_hazard_no_fish_are_lost():
    assert (
        draw_futures(build_start(), build_future(losses=hazard_anomaly_model(young=False))).count == 100_000.0
    ).all()


def test_losses_that_nobody_writes_down_take_their_part():
    futures = draw_futures(build_start(), build_future(unrecorded=0.001))
    assert futures.count[-1] == pytest.approx(100_000.0 * np.exp(-0.001 * STEP * STEPS))


def test_the_mean_hazard_is_the_usual_one_though_most_members_lose_fewer():
    coming = build_future(hazard=0.0003, losses=hazard_anomaly_model(young=False))
    lost = -np.log(draw_futures(build_start(), coming, members=20_000).count[-1, 0] / 100_000.0)
    assert lost.mean() == pytest.approx(0.0003 * STEP * STEPS, rel=0.05)
    assert np.median(lost) < 0.9 * lost.mean()


def test_a_sure_start_in_usual_water_grows_as_the_forecast_says():
    futures = draw_futures(build_start(pens=1), build_future(resting=0.06), members=2)
    origin = ForecastOrigins(
        root=np.array([12.0]),
        multiplier=np.array([1.1]),
        root_variance=np.zeros(1),
        root_multiplier_covariance=np.zeros(1),
        multiplier_variance=np.zeros(1),
        stationary_variance=np.zeros(1),
        level_shift_variance=np.zeros(1),
        fasting_share=np.full(1, 0.06),
        stage=np.array([6]),
        sea=np.array([True]),
    )
    days = STEP * STEPS
    forecast = forecast_weights(origin, np.full((days, 1), 10.0), default_growth_base(), CALM).root[STEP - 1 :: STEP, 0]
    assert np.abs(futures.weight[1:, 0, 0] / forecast**3 - 1.0).max() < 0.001


def test_the_spread_of_the_ensemble_is_that_of_the_forecast():
    futures = draw_futures(build_start(pens=1, sd=0.1, wander=0.02), build_future(resting=0.06), members=20_000)
    origin = ForecastOrigins(
        root=np.array([12.0]),
        multiplier=np.array([1.1]),
        root_variance=np.array([0.01]),
        root_multiplier_covariance=np.zeros(1),
        multiplier_variance=np.array([0.0001]),
        stationary_variance=np.array([0.025]),
        level_shift_variance=np.zeros(1),
        fasting_share=np.full(1, 0.06),
        stage=np.array([6]),
        sea=np.array([True]),
    )
    forecast = forecast_weights(origin, np.full((STEP * STEPS, 1), 10.0), default_growth_base(), CALM)
    roots = np.cbrt(futures.weight[-1, 0])
    assert roots.mean() == pytest.approx(forecast.root[-1, 0], rel=0.01)
    assert roots.std() == pytest.approx(np.sqrt(forecast.variance[-1, 0]), rel=0.05)


def test_pens_of_a_batch_share_most_of_their_growth():
    futures = draw_futures(build_start(pens=2, wander=0.02), build_future())
    assert np.corrcoef(futures.weight[-1])[0, 1] > 0.5


def test_levels_that_shifted_may_shift_again():
    jumpy = replace(build_start(), level_shift_variance=np.array([0.0, 1e-4]))
    spread = np.log(draw_futures(jumpy, build_future()).weight[-1]).std(axis=1)
    assert spread[0] < 1e-9
    assert spread[1] == pytest.approx(np.sqrt(1e-4 * STEP * STEPS), rel=0.3)


def test_an_anomaly_fades_to_what_is_usual_and_the_place_stays_what_it_is():
    habit = AnomalyModel(persistent_sd=0.1, ar1_sd=0.4, autocorrelation=0.97)
    warm = filter_anomaly(habit, np.full(3, 1.2), np.full(3, 0.01))
    path = draw_anomalies([AnomalySegment(steps=200, model=habit, start=warm)], 1, 4000, create_stream()).mean(axis=1)
    assert path[0] == pytest.approx(1.1, abs=0.1)
    assert path[30] < path[0] / 2
    assert path[-1] == pytest.approx(warm.mean[0], abs=0.03)


def test_a_long_record_tells_a_warm_place_from_a_warm_week():
    habit = sea_anomaly_model(0.4)
    week = filter_anomaly(habit, np.full(7, 0.5), np.full(7, 0.01)).mean
    year = filter_anomaly(habit, np.full(365, 0.5), np.full(365, 0.01)).mean
    assert year[0] > 2 * week[0]


def test_days_without_a_measurement_widen_what_is_believed():
    habit = sea_anomaly_model(0.4)
    measured = filter_anomaly(habit, np.full(10, 0.3), np.full(10, 0.01))
    filtered = filter_anomaly(habit, np.concatenate([np.full(10, 0.3), np.full(60, np.nan)]), np.full(70, 0.01))
    assert filtered.covariance.sum() > 2 * measured.covariance.sum()


def test_a_place_without_a_profile_is_believed_widely():
    assert sea_anomaly_model(float("nan")).ar1_sd > 3 * sea_anomaly_model(0.4).ar1_sd
    assert land_anomaly_model().autocorrelation < sea_anomaly_model(0.4).autocorrelation


def test_a_batch_that_lost_many_is_expected_to_lose_more_and_few_fish_say_little():
    usual = np.full(26, 300.0)
    worse, better = (filter_hazard_anomaly(part * usual, usual, young=False).mean.sum() for part in (3.0, 0.3))
    assert worse > 0.8
    assert better < worse - 1.5
    few = filter_hazard_anomaly(np.zeros(26), np.full(26, 0.01), young=False).mean.sum()
    assert abs(few - 0.5) < abs(better - 0.5)


def test_grading_takes_its_share_once_and_what_was_culled_already_is_not_taken_again():
    graded = np.arange(STEPS) < 10
    coming = build_future()
    lost = []
    for culled in (0.0, 0.1):
        losses = replace(coming.losses[0], grading=graded, culled_share=culled)
        futures = draw_futures(build_start(), replace(coming, losses=[losses]))
        lost.append(1.0 - futures.count[-1, 0] / 100_000.0)
        assert (futures.count[10] == futures.count[-1]).all()
    assert lost[0].mean() == pytest.approx(0.04, abs=0.002)
    assert (lost[1] == 0.0).all()


def test_delousing_strikes_at_sea_only_and_costs_what_a_plan_sets_aside_for_it():
    coming = build_future()
    at_sea = replace(coming.losses[0], sea=np.ones(STEPS, dtype=np.bool_))
    futures = draw_futures(build_start(), replace(coming, losses=[at_sea]), members=20_000)
    a_month = -np.log(futures.count[-1, 0] / 100_000.0).mean() / (STEP * STEPS / 30.44)
    assert a_month == pytest.approx(0.0025, rel=0.1)


def test_what_comes_at_once_is_taken_out_of_the_plans_rate():
    month = 30.44
    hazard = np.array([0.0169, 0.0099, 0.0001]) / month
    left = gradual_hazard(hazard, np.array([5, 6, 6]), delousing=np.array([False, True, True]))
    assert left * month == pytest.approx([0.0033, 0.0074, 0.00001])


def test_eggs_become_alevins_by_warmth_and_grow_by_nothing_else():
    futures = draw_futures(build_start(pens=1, root=0.1 ** (1 / 3)), build_future(stage=EGGS), members=2)
    assert futures.weight[-1, 0, 0] == pytest.approx(0.2, rel=1e-6)
    assert (futures.weight[3] == futures.weight[0]).all()


def test_a_planned_move_leads_on_at_the_next_stage_with_more_doubt():
    priors = default_priors()
    moved = draw_futures(build_start(root=5.0), build_future(stage=np.where(np.arange(STEPS) < 10, 5, 6)), priors)
    stayed = draw_futures(build_start(root=5.0), build_future(stage=5), priors)
    assert (moved.weight[10] == stayed.weight[10]).all()
    assert moved.weight[14, 0].std() > stayed.weight[14, 0].std()


def test_a_target_is_reached_on_the_first_whole_day_above_it():
    weight = np.array([[1000.0, 5000.0, 1000.0], [1100.0, 5100.0, 1000.0], [1200.0, 5200.0, 1000.0]])
    assert days_to_target(weight, 5, 1150.0).tolist() == [8.0, 0.0, np.inf]


def test_a_date_beyond_the_days_looked_ahead_is_none():
    dates, share = date_quantiles(np.concatenate([np.arange(1.0, 61.0), np.full(40, np.inf)]), 60)
    assert dates == [10, 50, None]
    assert share == pytest.approx(0.6)


def test_between_steps_chances_lie_on_straight_lines_and_quantiles_on_those_of_cube_roots():
    passed = np.array([[False, False], [True, False], [True, True]])
    assert daily_probability(passed, 5, 10).tolist() == pytest.approx(np.linspace(0.0, 1.0, 11).tolist())
    members = np.array([[0.0, 0.0], [10.0, 10.0], [10.0, 10.0]])
    levels = quantiles_on_days(members, 5, [0, 2, 7, 10])[1]
    assert levels == pytest.approx([0.0, 10.0 * 0.4**3, 10.0, 10.0])


def test_the_root_of_a_covariance_gives_it_back():
    a = create_stream().standard_normal((6, 4))
    covariance = a @ a.T
    root = matrix_square_root(covariance)
    assert np.abs(root @ root.T - covariance).max() < 1e-12
