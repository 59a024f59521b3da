"""Forecasts from days long gone: from which, to which, and from what was known then."""

import numpy as np
import pytest

from grilse.science.estimation import default_priors, estimate_group
from grilse.science.estimation.weight_observations import collect_weighings
from grilse.science.forecast_pairs import forecast_temperatures, measured_temperatures, pair_regular_days, pair_weights
from grilse.science.hindcast import (
    CONSTANT_TGC,
    MEAN_OF_TWO,
    NO_GROWTH,
    RECENT_TGC,
    forecast_by_rules,
    hindcast_weights,
)


def list_pair_days(group, pairs):
    """Days of origins and targets."""
    return list(zip(group.rows.day[pairs.origin].tolist(), group.rows.day[pairs.target].tolist(), strict=True))


def build_weekly_story(story, until=84, factor=1.0, after=-1):
    """A pen stocked at 500 g and weighed every week; from `after` on by a factor."""
    story.through = 120
    pen = story.pen()
    story.stock(pen, 1000, 500.0)
    for day in range(7, until + 1, 7):
        weight = (np.cbrt(500.0) + 0.027 * day) ** 3
        story.weigh(pen, day, weight * (factor if day > after >= 0 else 1.0))
    return story.group()


def test_the_weight_at_stocking_counts_as_the_first(story):
    group = build_weekly_story(story)
    pairs = pair_weights(group, collect_weighings(group), 28, first=9, within=4)

    assert list_pair_days(group, pairs) == [(56, 84)]


def test_the_target_is_the_weight_nearest_to_the_horizon_within_reach(story):
    group = build_weekly_story(story)
    weighed = collect_weighings(group)

    assert list_pair_days(group, pair_weights(group, weighed, 30, 9, 4)) == [(56, 84)]
    assert list_pair_days(group, pair_weights(group, weighed, 18, 11, 4)) == [(70, 84)]
    # Ten days ahead both neighbours are within reach; the nearer one counts.
    assert list_pair_days(group, pair_weights(group, weighed, 10, 12, 4)) == [(77, 84)]
    assert list_pair_days(group, pair_weights(group, weighed, 40, 9, 4)) == []


def test_two_pens_never_look_at_each_other(story):
    story.through = 200
    for start in (0, 5):
        pen = story.pen()
        for week in range(3):
            story.weigh(pen, start + 7 * week, 500.0 + week)
    group = story.group()
    pairs = pair_weights(group, collect_weighings(group), 14, first=1, within=2)

    assert list_pair_days(group, pairs) == [(0, 14), (5, 19)]


def test_origins_of_a_history_come_every_so_many_days_while_the_fish_stay(story):
    story.through = 200
    story.pen(start=10, stop=101)
    story.pen(start=0, stop=150, stage=1)
    group = story.group()

    assert list_pair_days(group, pair_regular_days(group, 30, every=30)) == [(40, 70), (70, 100)]
    assert list_pair_days(group, pair_regular_days(group, 90, every=30)) == []


def test_nothing_after_the_origin_changes_a_forecast(new_story):
    forecasts = []
    for factor in (1.0, 1.3):
        group = build_weekly_story(new_story(), factor=factor, after=56)
        weighed, priors = collect_weighings(group), default_priors()
        pairs = pair_weights(group, weighed, 28, first=9, within=4)
        ahead = measured_temperatures(group, pairs)
        forecasts.append(hindcast_weights(group, estimate_group(group), weighed, pairs, ahead, (), priors))
    forecast, other = forecasts

    assert forecast.root.tolist() == other.root.tolist()
    assert forecast.root_variance.tolist() == other.root_variance.tolist()
    for name, rule in forecast.rules.items():
        assert rule.tolist() == other.rules[name].tolist()


def test_what_was_weighed_on_the_origin_is_known(new_story):
    weights = [
        hindcast_weights(
            group,
            estimate_group(group),
            collect_weighings(group),
            pairs := pair_weights(group, collect_weighings(group), 28, first=9, within=4),
            measured_temperatures(group, pairs),
            (),
            default_priors(),
        ).mean_weight[0]
        for group in (build_weekly_story(new_story()), build_weekly_story(new_story(), factor=1.1, after=55))
    ]

    assert weights[1] > 1.02 * weights[0]


def test_an_anomaly_of_the_sea_fades_and_a_hall_stays_as_it_was(story):
    story.through, story.warmth = 60, 11.0
    story.pen()
    story.pen(stage=3)
    usual = np.stack([np.full(367, 9.0), np.full(367, np.nan)])
    ahead = forecast_temperatures(story.group(), usual, np.array([40, 101]), 120)

    assert ahead.shape == (120, 2)
    assert 10.9 < ahead[0, 0] < 11.0
    assert (np.diff(ahead[:, 0]) < 0.0).all()
    assert ahead[-1, 0] == pytest.approx(9.0, abs=0.1)
    assert (ahead[:, 1] == 11.0).all()


def test_rules_of_thumb_by_hand():
    forecasts = forecast_by_rules(
        weight=np.array([1000.0, 1000.0]),
        earlier=np.array([729.0, 1000.0]),
        degree_days_between=np.array([400.0, 0.0]),
        degree_days_ahead=np.array([300.0, 300.0]),
        tgc=np.array([2.7, 2.7]),
    )

    constant, lately = 10.81**3, 10.75**3
    assert forecasts[NO_GROWTH].tolist() == [1000.0, 1000.0]
    np.testing.assert_allclose(forecasts[CONSTANT_TGC], [constant, constant])
    np.testing.assert_allclose(forecasts[RECENT_TGC], [lately, constant])
    np.testing.assert_allclose(forecasts[MEAN_OF_TWO], [(constant + lately) / 2, constant])


def test_several_weights_of_a_day_are_one(story):
    pen = story.pen()
    story.stock(pen, 1000, 100.0)
    story.weigh(pen, 10, 110.0, fish=30)
    story.weigh(pen, 10, 130.0, fish=10)
    weighed = collect_weighings(story.group())

    assert weighed.day.tolist() == [0, 10]
    assert weighed.weight.tolist() == [100.0, pytest.approx(115.0)]
    assert weighed.find_last(np.array([pen, pen]), np.array([9, 50])).tolist() == [0, 1]


def test_a_sample_counts_rather_than_the_fish_that_came_that_day(story):
    pen = story.pen()
    story.stock(pen, 1000, 100.0)
    story.weigh(pen, 0, 104.0)

    assert collect_weighings(story.group()).weight.tolist() == [pytest.approx(104.0)]
