import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.science import lice

CHALIMUS, PREADULT = 54, 28


def run_lice_days(days, temperature, attached, adults=0.0):
    chalimus, preadult = np.zeros((1, CHALIMUS)), np.zeros((1, PREADULT))
    adult = np.array([adults])
    warmth = np.full(days, temperature)
    leave = (lice.moulting_share("chalimus", warmth, CHALIMUS), lice.moulting_share("preadult", warmth, PREADULT))
    path = []
    for day in range(days):
        new = np.array([attached if day == 0 else 0.0])
        chalimus, preadult, adult = lice.advance_lice_day(
            chalimus, preadult, adult, new, (leave[0][day], leave[1][day])
        )
        path.append((chalimus.sum(), preadult.sum(), adult.sum()))
    return np.array(path)


@pytest.mark.parametrize(("temperature", "expected"), [(10.0, 34.66), (5.0, 14.64)])
def test_a_female_lays_the_published_eggs(temperature, expected):
    assert lice.eggs_per_female(temperature) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(("stage", "days"), [("chalimus", 12.06), ("preadult", 9.47)])
def test_stages_last_their_published_days_at_ten_degrees(stage, days):
    assert lice.stage_days(stage, 10.0) == pytest.approx(days)


def test_larvae_take_the_published_days():
    assert lice.egg_days(10.0) == pytest.approx(8.75, abs=0.01)
    assert lice.nauplius_days(10.0) == pytest.approx(3.63, abs=0.01)
    assert lice.infection_lag(10.0) == 9


@given(st.floats(3, 16))
def test_lice_develop_faster_in_warm_water(temperature):
    assert lice.stage_days("chalimus", temperature + 1) < lice.stage_days("chalimus", temperature)


def test_half_of_a_cohort_has_left_a_stage_after_its_median():
    leave = lice.moulting_share("chalimus", np.full(13, 10.0), CHALIMUS)
    staying = np.cumprod([1 - leave[day, day] for day in range(13)])
    assert staying[11] == pytest.approx(0.5, abs=0.01)


def test_a_cohort_passes_through_its_stages_in_order():
    path = run_lice_days(80, 10.0, 1.0)
    first = [int(np.argmax(path[:, stage])) for stage in range(3)]
    assert first == sorted(first)
    assert path[-1].sum() < 0.1


@given(st.floats(4, 16), st.floats(0, 5), st.floats(0, 3))
def test_lice_do_not_multiply_on_a_fish_without_new_ones(temperature, attached, adults):
    total = run_lice_days(40, temperature, attached, adults).sum(axis=1)
    assert (np.diff(total) <= 1e-12).all()


def test_more_lice_attach_where_neighbours_have_lice():
    alone = lice.external_attachment(10.0, 95, 0.0)
    assert alone == pytest.approx(0.003 * 1.2)
    assert lice.external_attachment(10.0, 95, 1.0) == pytest.approx(alone + 0.002)


def test_counts_of_twenty_fish_scatter_as_published():
    counts = lice.sampled_lice(np.random.default_rng(3), np.full(200_000, 0.5), 20)
    assert counts.mean() == pytest.approx(10, rel=0.02)
    assert counts.std() / counts.mean() == pytest.approx(0.69, abs=0.02)


def test_no_lice_are_found_where_there_are_none():
    assert lice.sampled_lice(np.random.default_rng(3), np.zeros(50), 20).sum() == 0
