"""The base table of growth, and what is done without an estimator."""

import numpy as np
import pytest

from grilse.science.estimation import MovementKind, default_growth_base, default_priors
from grilse.science.estimation.baselines import constant_tgc_weights, feed_conversion_weights
from grilse.science.estimation.growth_base import ROOT_STEP

SEA, FRESH = True, False


def read_tgc(weight, temperature, stage, sea):
    """TGC that the base holds at a grid point."""
    base = default_growth_base()
    points, onward = base.find_grid_rows(np.array([[temperature]]), np.array([stage]), np.array([sea]))
    corner = base.corners[points[0, 0] + round(np.cbrt(weight) / ROOT_STEP)]
    return (corner[0] + onward[0, 0] * corner[2]) * 1000 / temperature


def test_growth_at_sea_falls_with_weight_and_warmth_and_rises_in_the_cold():
    by_weight = [read_tgc(weight, 10.0, 6, SEA) for weight in (1000.0, 2000.0, 3000.0, 5000.0, 7000.0)]
    assert by_weight == sorted(by_weight, reverse=True)
    by_warmth = [read_tgc(1000.0, temperature, 6, SEA) for temperature in (5.0, 8.0, 11.0, 14.0, 17.0)]
    assert by_warmth == sorted(by_warmth, reverse=True)
    assert read_tgc(1000.0, 10.0, 6, SEA) == pytest.approx(2.75, abs=0.02)


@pytest.mark.parametrize(("stage", "expected"), [(2, 1.1), (3, 1.9), (4, 1.6), (5, 2.1), (9, 2.1)])
def test_growth_on_land_is_that_of_the_stage(stage, expected):
    assert read_tgc(30.0, 12.0, stage, FRESH) == pytest.approx(expected)


def test_water_colder_or_warmer_than_the_table_gives_finite_growth():
    base = default_growth_base()
    for temperature in (-3.0, 0.0, 35.0):
        points, onward = base.find_grid_rows(np.array([[temperature]]), np.array([6]), np.array([SEA]))
        assert 0 <= points[0, 0] < base.zero_growth_point
        assert 0.0 <= onward[0, 0] <= 1.0


def test_the_table_alone_follows_transfers_and_is_set_right_by_a_sample(story):
    first, second = story.pen(stop=30), story.pen(start=30)
    story.stock(first, 1000, 100.0)
    story.move(10, MovementKind.MORTALITY, first, -1, 100)
    story.transfer(30, first, second, 900)
    story.weigh(second, 50, 400.0)
    constant = np.full(6, 2.7)
    plain = constant_tgc_weights(story.group(), constant, default_priors(), reset=False)
    reset = constant_tgc_weights(story.group(), constant, default_priors(), reset=True)

    root = np.cbrt(100.0) + 2.7 * 10.0 * np.arange(1, 102) / 1000
    np.testing.assert_allclose(plain, root**3)
    np.testing.assert_allclose(reset[:50], plain[:50])
    assert reset[50] == 400.0
    assert np.cbrt(reset[51]) == pytest.approx(np.cbrt(400.0) + 0.027)


def test_feed_over_its_conversion_is_gain(story):
    story.through = 1
    pen = story.pen()
    story.stock(pen, 1000, 1000.0)
    story.fed = {(pen, 0): 11.0, (pen, 1): 11.0}
    weight = feed_conversion_weights(story.group(), default_priors())

    # The weight of the first day is the one stated; 11 g of feed a fish at 1.1 g a gram are 10 g.
    assert weight.tolist() == pytest.approx([1000.0, 1010.0])
