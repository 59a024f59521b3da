"""The table of growth that people read and the estimator's base is made of."""

from dataclasses import replace

import numpy as np
import pytest

from grilse.science.estimation import default_growth_base
from grilse.science.growth_table import interpolation_weights, literature_table
from grilse.science.learning import GrowthDays, base_gain


def build_growth_day(weight, temperature, stage=6, *, sea=True):
    """One day of one fish."""
    return GrowthDays(
        root=np.cbrt([weight]),
        temperature=np.array([temperature]),
        stage=np.array([stage]),
        sea=np.array([sea]),
        gain=np.zeros(1),
        day=np.zeros(1, dtype=np.int64),
    )


def test_the_literature_s_table_is_the_estimator_s_base():
    np.testing.assert_allclose(
        literature_table().build_growth_base().corners, default_growth_base().corners, atol=1e-15
    )


def test_two_kilos_gain_what_the_check_value_says():
    table = literature_table()
    constant = replace(table, sea=np.full_like(table.sea, 2.75))
    root = np.cbrt(2000.0) + base_gain(constant.build_growth_base(), build_growth_day(2000.0, 11.5))[0]
    assert root**3 == pytest.approx(2015.10, abs=0.005)


def test_weights_of_interpolation_sum_to_one_and_lie_on_the_outer_node_beyond_it():
    weights = interpolation_weights(np.array([-5.0, 2.5, 9.0]), np.array([0.0, 2.0, 4.0]))
    np.testing.assert_allclose(weights, [[1.0, 0.0, 0.0], [0.0, 0.75, 0.25], [0.0, 0.0, 1.0]])


def test_each_stage_on_land_has_growth_of_its_own():
    table = literature_table()
    doubled = replace(table, fresh=table.fresh * np.array([1.0, 1.0, 2.0, 1.0, 1.0])[:, None])
    for stage, factor in ((2, 1.0), (3, 2.0), (4, 1.0)):
        day = build_growth_day(30.0, 12.0, stage, sea=False)
        ratio = base_gain(doubled.build_growth_base(), day) / base_gain(table.build_growth_base(), day)
        np.testing.assert_allclose(ratio, factor)
