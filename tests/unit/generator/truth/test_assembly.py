import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grilse.generator.truth.assembly import StageStock, move_fish, split_fish

counts = st.lists(st.integers(0, 500_000), min_size=1, max_size=12).filter(sum)


@given(counts, st.integers(1, 20))
def test_a_move_loses_no_fish_and_makes_none(fish, targets):
    source, target, pieces = split_fish(np.array(fish), targets)
    assert (np.bincount(source, pieces, len(fish)) == fish).all()
    assert pieces.sum() == sum(fish)
    assert (pieces > 0).all()
    assert target.max() < targets


@given(counts, st.integers(1, 20).filter(lambda n: n != 5))
def test_a_move_to_another_number_of_containers_fills_them_evenly(fish, targets):
    if len(fish) == targets:
        return
    _, target, pieces = split_fish(np.array(fish), targets)
    assert np.ptp(np.bincount(target, pieces, targets)) <= 1


def test_ten_tanks_fill_fifteen_pens_from_several_tanks_each():
    source, target, _ = split_fish(np.full(10, 270_000), 15)
    assert np.bincount(target).max() > 1
    assert np.bincount(source).max() > 1


@given(counts, st.integers(1, 20))
def test_a_move_keeps_the_mean_weight(fish, targets):
    stock = StageStock(count=np.array(fish), weight=np.linspace(400, 600, len(fish)))
    after = move_fish(stock, split_fish(stock.count, targets), targets)
    assert after.mean_weight == pytest.approx(stock.mean_weight)
