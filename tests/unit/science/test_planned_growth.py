"""The plan of a batch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.science.planned_growth import build_trajectory, planned_count, planned_weight, stage_of_day

TGC = {2: 1.1, 3: 1.9, 4: 1.6, 5: 2.1, 6: 2.7}


def test_each_day_has_the_stage_that_began_last():
    assert stage_of_day([0, 3, 4], [1, 2, 6], 6).tolist() == [1, 1, 1, 2, 6, 6]


def test_default_tgc_leads_from_eggs_to_half_a_kilogram_in_450_days():
    stage = stage_of_day([0, 90, 180, 270, 360], [1, 2, 3, 4, 5], 450)
    weight = planned_weight(stage, np.where(stage == 1, 7.0, 12.0), 0.1, 0.2, TGC)
    assert weight[[89, 179, 269, 359, 449]] == pytest.approx([0.2, 5.5, 55, 172, 480], rel=0.1)


def test_eggs_gain_in_proportion_to_degree_days():
    weight = planned_weight(np.ones(4, dtype=np.int64), np.array([1.0, 1.0, 2.0, 4.0]), 0.1, 0.2, TGC)
    assert weight == pytest.approx([0.1125, 0.125, 0.15, 0.2])


def test_a_batch_stocked_at_sea_grows_from_its_stocking_weight():
    weight = planned_weight(np.full(30, 6), np.full(30, 10.0), 50.0, 0.2, {6: 2.5})
    assert weight[-1] == pytest.approx(87.18, abs=0.01)


def test_heavy_eggs_do_not_shrink_to_the_usual_fry():
    weight = planned_weight(np.ones(3, dtype=np.int64), np.full(3, 7.0), 0.3, 0.2, TGC)
    assert weight == pytest.approx(0.3)


def test_the_rate_of_the_last_month_named_stays():
    stage = np.full(90, 6)
    count = planned_count(stage, 1000.0, {6: [0.03, 0.0]}, 30.0)
    assert count[29] == pytest.approx(1000 * np.exp(-0.03))
    assert count[89] == pytest.approx(count[29])


def test_months_are_counted_from_the_entry_into_a_stage():
    stage = np.array([5] * 40 + [6] * 40)
    count = planned_count(stage, 1000.0, {5: [0.0], 6: [0.03, 0.0]}, 30.0)
    assert count[39] == pytest.approx(1000)
    assert count[-1] == pytest.approx(1000 * np.exp(-0.03))


@given(
    lengths=st.lists(st.integers(1, 40), min_size=1, max_size=6), temperature=st.floats(0, 18), rate=st.floats(0, 0.5)
)
def test_weight_never_falls_count_never_rises_and_biomass_is_their_product(lengths, temperature, rate):
    order = list(range(7 - len(lengths), 7))
    stage = stage_of_day([0, *np.cumsum(lengths)[:-1].tolist()], order, sum(lengths))
    weight = planned_weight(stage, np.full(len(stage), temperature), 0.1, 0.2, TGC)
    count = planned_count(stage, 1e6, {order_value: [rate] for order_value in order}, 30.44)
    plan = build_trajectory(weight, count)
    assert (np.diff(weight) >= -1e-12).all()
    assert (np.diff(count) <= 0).all()
    assert plan.biomass_kg == pytest.approx(weight * count / 1000)
    assert len(plan.take(slice(0, None, 7)).count) == -(-len(stage) // 7)
