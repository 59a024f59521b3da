"""What happens to counts and weights when fish move."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grilse.science.estimation import MovementKind, estimate_group


def find_row(group, states, pen, day):
    """Row of a pen on a day."""
    return group.rows.offset[pen] + day - group.placements.start[pen]


def test_fish_of_two_weights_meet_at_their_mean(story):
    first, second = story.pen(stop=10), story.pen(stop=10)
    third = story.pen(start=10)
    story.warmth = 0.0
    story.stock(first, 1000, 50.0)
    story.stock(second, 500, 60.0)
    story.transfer(10, first, third, 1000)
    story.transfer(10, second, third, 500)
    group = story.group()
    states = estimate_group(group).placements
    row = find_row(group, states, third, 10)
    assert states.count[row] == 1500
    assert abs(states.mean_weight[row] - 53.3333) < 1e-3
    assert abs(states.count[row] * states.mean_weight[row] / 1000 - 80.0) < 1e-3


def test_a_move_is_a_day_like_any_other_for_the_weight(story):
    first = story.pen(stop=30)
    second = story.pen(start=30)
    story.stock(first, 1000, 300.0)
    story.transfer(30, first, second, 1000)
    batch = estimate_group(story.group()).batches
    change = np.diff(batch.mean_weight) / batch.mean_weight[:-1]
    assert abs(change[29] - change[28]) < 1e-3
    assert abs(change[29] - change[30]) < 1e-3


def test_split_and_merged_fish_weigh_what_unsplit_fish_weigh(new_story):
    stayed = new_story()
    stayed.stock(stayed.pen(), 2000, 300.0)
    parted = new_story()
    first, second, third, last = parted.pen(stop=20), parted.pen(20, 40), parted.pen(20, 40), parted.pen(40)
    parted.stock(first, 2000, 300.0)
    parted.transfer(20, first, second, 800)
    parted.transfer(20, first, third, 1200)
    parted.transfer(40, second, last, 800)
    parted.transfer(40, third, last, 1200)
    unsplit, again = (estimate_group(story.group()).batches for story in (stayed, parted))
    np.testing.assert_allclose(again.mean_weight, unsplit.mean_weight, rtol=1e-9)
    assert (again.count == unsplit.count).all()


def test_fish_pass_through_a_pen_within_a_day(story):
    first, second, third = story.pen(stop=10), story.pen(start=10), story.pen(start=10)
    story.stock(first, 1000, 200.0)
    story.transfer(10, first, second, 1000)
    story.transfer(10, second, third, 400)
    group = story.group()
    states = estimate_group(group).placements
    rows = [find_row(group, states, pen, 10) for pen in (second, third)]
    assert states.count[rows].tolist() == [600, 400]
    assert abs(states.mean_weight[rows[0]] - states.mean_weight[rows[1]]) < 1e-9


def test_fish_weighed_at_a_transfer_correct_where_they_go(new_story):
    results = []
    for weight in (np.nan, 330.0):
        story = new_story()
        first, second = story.pen(stop=10), story.pen(start=10)
        story.stock(first, 1000, 250.0)
        story.transfer(10, first, second, 1000, weight)
        results.append(estimate_group(story.group()).batches)
    assert results[1].mean_weight[12] > results[0].mean_weight[12] * 1.05


@given(
    stocked=st.lists(st.integers(1, 5000), min_size=1, max_size=4),
    events=st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 3), st.integers(0, 3), st.integers(1, 3000), st.booleans()),
        max_size=25,
    ),
)
def test_fish_are_conserved_whatever_moves(new_story, stocked, events):
    story = new_story(through=60)
    for count in stocked:
        story.stock(story.pen(), count, 500.0)
    dead = 0
    for day, source, target, count, dies in events:
        source, target = source % len(stocked), target % len(stocked)
        if dies:
            story.move(day, MovementKind.MORTALITY, source, -1, count)
            dead += count
        elif source != target:
            story.transfer(day, source, target, count)
    result = estimate_group(story.group())
    assert result.batches.count[-1] == sum(stocked) - dead
    assert result.batches.deaths.sum() == dead
    for states in (result.placements, result.batches):
        assert np.isfinite(states.mean_weight).all()
        assert (states.mean_weight > 0).all()
        assert (states.mean_weight_sd >= 0).all()
    heaviest = np.maximum.reduceat(result.placements.mean_weight, np.arange(len(stocked)) * 61)
    assert result.batches.mean_weight.max() <= heaviest.max() * (1 + 1e-9)
