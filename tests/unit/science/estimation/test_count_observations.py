"""How many fish there are: what counters, recounts and harvests say of the days before and after."""

import numpy as np
import pytest

from grilse.science.estimation import OPEN, MovementKind, default_priors, estimate_group

PRIORS = default_priors()


def select_pen(group, values, pen):
    return values[group.rows.offset[pen] : group.rows.offset[pen + 1]]


def test_arrivals_stand_as_at_most_what_arrived(story):
    first, second = story.pen(stop=30), story.pen(start=30)
    story.stock(first, 306_090, 60.0)
    for day in range(0, 30, 3):
        story.die(first, day, 12)
    story.transfer(30, first, second, 306_090 - 120)
    result = estimate_group(story.group())
    for states in (result.batches, result.placements):
        assert (states.count <= 306_090).all()
        assert (states.count_estimate <= 306_090 * (1 + 1e-12)).all()
    assert result.batches.count[30] == 305_970
    # What passes from pen to pen on a day is not in both; the counter found more than was thought to be left.
    before, after = result.batches.count_estimate[[29, 30]]
    assert before < after < 305_970


def test_days_without_deaths_have_no_modelled_deaths(story):
    story.stock(story.pen(), 10_000, 300.0)
    for day in (20, 24, 60):
        story.die(0, day, 10)
    estimated = estimate_group(story.group()).placements.count_estimate
    fell = -np.diff(estimated)
    quiet = np.setdiff1d(np.arange(100), [19, 23, 59])
    assert (fell[quiet] == 0.0).all()
    # On days with deaths more than those that were found: for the days since the last round, at most a week.
    a_day = PRIORS.unrecorded_loss / PRIORS.unrecorded_loss_days
    np.testing.assert_allclose(
        fell[[19, 23, 59]], [10 + a_day * days * fish for days, fish in ((7, 9990), (4, 9980), (7, 9970))]
    )


def test_a_life_of_daily_deaths_loses_some_more_unrecorded(story):
    story.through = 800
    story.stock(story.pen(), 100_000, 60.0)
    for day in range(801):
        story.die(0, day, 1)
    states = estimate_group(story.group()).placements
    assert states.count_estimate[-1] / states.count[-1] == pytest.approx(1 - PRIORS.unrecorded_loss, abs=2e-3)
    beyond = states.count[-1] - states.count_estimate[-1]
    assert 0.5 * beyond < states.count_sd[-1] < 2 * beyond


def build_counted_out(new_story, surplus):
    """A pen of 10,000 that the counter at its end found to hold more or fewer, as the ledger has it."""
    story = new_story()
    first, second = story.pen(stop=50), story.pen(start=50)
    story.stock(first, 10_000, 100.0)
    story.correct(first, 50, surplus)
    story.transfer(50, first, second, 10_000 + surplus)
    group = story.group()
    return group, estimate_group(group).placements


def test_fish_counted_out_of_a_pen_correct_its_past_in_hindsight(new_story):
    group, states = build_counted_out(new_story, -300)
    known = select_pen(group, states.count_estimate, 0)
    smoothed_count, spread = select_pen(group, states.smoothed_count, 0), select_pen(group, states.smoothed_count_sd, 0)
    np.testing.assert_allclose(known, 10_000)
    # The counter is surer than the stocking was: most of the correction goes back to the day of stocking.
    stocking, counter = 10_000 * PRIORS.stocking_count_sd, 9_700 * PRIORS.transfer_count_sd
    share = stocking**2 / (stocking**2 + counter**2)
    np.testing.assert_allclose(smoothed_count, 10_000 - 300 * share, rtol=1e-6)
    assert (spread < select_pen(group, states.count_sd, 0) * 0.7).all()
    # The target holds the same fish.
    np.testing.assert_allclose(select_pen(group, states.count_estimate, 1), smoothed_count[0], rtol=1e-6)


def test_a_count_that_agrees_makes_both_pens_surer(new_story):
    group, states = build_counted_out(new_story, 7)
    assert select_pen(group, states.smoothed_count_sd, 0)[0] < 0.7 * select_pen(group, states.count_sd, 0)[0]


def test_ten_pens_become_twenty_and_what_their_harvest_counts_flows_back(story):
    story.through = 150
    first = [story.pen(stop=50) for _ in range(10)]
    second = [story.pen(start=50, stop=120) for _ in range(20)]
    for pen in first:
        story.stock(pen, 20_000, 150.0)
    for n, pen in enumerate(first):
        for target in second[2 * n : 2 * n + 2]:
            story.transfer(50, pen, target, 10_000)
    for pen in second:
        # Each holds 200 fewer than the ledger says, and weighs what the plant says.
        story.correct(pen, 120, -200)
        story.move(120, MovementKind.HARVEST, pen, -1, 9_800, 600.0)
    group = story.group()
    states = estimate_group(group).placements
    at_stocking = group.rows.offset[first]
    assert (states.smoothed_count[at_stocking] < 20_000 - 250).all()
    assert (states.smoothed_count[at_stocking] > 20_000 - 400).all()
    assert (states.smoothed_count_sd[at_stocking] < states.count_sd[at_stocking]).all()
    grown = group.rows.offset[second]
    np.testing.assert_allclose(states.smoothed_count[grown + 69], 9_800, rtol=4e-3)
    np.testing.assert_allclose(states.smoothed_weight[grown + 69], 600.0, rtol=0.01)
    # Hindsight grows into that weight through the split.
    before = states.smoothed_weight[at_stocking + 49]
    assert np.abs(states.smoothed_weight[grown[::2]] / before - 1).max() < 0.02
    assert (states.smoothed_weight_sd[at_stocking + 49] < states.mean_weight_sd[at_stocking + 49]).all()


def test_several_sources_share_what_their_target_showed(story):
    sources = [story.pen(stop=40) for _ in range(3)]
    target = story.pen(start=40, stop=80)
    for pen in sources:
        story.stock(pen, 5_000, 200.0)
        story.transfer(40, pen, target, 5_000)
    story.correct(target, 80, -120)
    story.move(80, MovementKind.HARVEST, target, -1, 14_880, 480.0)
    story.through = 79
    group = story.group()
    states = estimate_group(group).placements
    lost = 5_000 - states.smoothed_count[group.rows.offset[sources]]
    np.testing.assert_allclose(lost, lost[0])
    stocking, counter = 5_000 * PRIORS.stocking_count_sd, 5_000 * PRIORS.transfer_count_sd
    of_source = 1 / (stocking**-2 + counter**-2)
    share = of_source / (3 * of_source + (14_880 * PRIORS.harvest_count_sd) ** 2)
    assert lost[0] == pytest.approx(120 * share, rel=0.01)
    last = states.smoothed_count[group.rows.offset[target + 1] - 1]
    assert last == pytest.approx(15_000 - 3 * lost[0], rel=1e-6)


def test_a_pen_that_keeps_fish_learns_nothing_of_its_count_from_those_that_left(new_story):
    results = []
    for moved in (False, True):
        story = new_story()
        first, second = story.pen(), story.pen(start=30)
        story.stock(first, 10_000, 300.0)
        story.transfer(30, first, second, 4_000 if moved else 1)
        group = story.group()
        states = estimate_group(group).placements
        results.append((select_pen(group, states.smoothed_count_sd, 0)[:30], select_pen(group, states.count_sd, 0)))
    (stayed, _), (parted, known) = results
    np.testing.assert_allclose(stayed, parted)
    # But those that stay are no surer than the counter of those that left.
    assert known[30] > known[29]


@pytest.mark.parametrize("change", [-400, 400])
def test_a_recount_moves_the_ledger_and_says_how_many_there_are(story, change):
    story.stock(story.pen(), 10_000, 300.0)
    story.correct(0, 50, change)
    states = estimate_group(story.group()).placements
    assert states.count[[49, 50]].tolist() == [10_000, 10_000 + change]
    moved = states.count_estimate[51] - states.count_estimate[49]
    assert 0.3 * abs(change) < moved * np.sign(change) < 0.8 * abs(change)
    assert states.count_sd[51] < states.count_sd[49]
    surplus_seen = states.smoothed_count - 10_000
    assert (0.3 * abs(change) < surplus_seen * np.sign(change)).all()


def test_a_correction_at_the_end_of_the_record_says_nothing_without_a_count(new_story):
    results = []
    for corrected in (False, True):
        story = new_story()
        first, _ = story.pen(stop=60), story.pen()
        for pen in range(2):
            story.stock(pen, 10_000, 300.0)
        if corrected:
            story.correct(first, 60, -9_000)
        results.append(estimate_group(story.group()).placements)
    for name in ("count_estimate", "count_sd", "smoothed_count", "smoothed_count_sd", "smoothed_weight"):
        assert getattr(results[0], name).tobytes() == getattr(results[1], name).tobytes(), name


# --- harvests ---


def build_harvested(new_story, count, weight, *, harvests, stop=60):
    story = new_story()
    pen, _ = story.pen(stop=stop), story.pen()
    for pen_number in range(2):
        story.stock(pen_number, 10_000, 3_000.0)
        story.weigh(pen_number, 45, 3_900.0)
    story.correct(pen, 60, count - 10_000)
    story.move(60, MovementKind.HARVEST, pen, -1, count, weight)
    group = story.group()
    return group, estimate_group(group, harvests=harvests)


NAMES = ("count_estimate", "count_sd", "mean_weight", "mean_weight_sd", "biomass", "biomass_sd", "multiplier")
OBSERVED = ("smoothed_count", "smoothed_weight", "smoothed_weight_sd", "smoothed_biomass_sd")


@pytest.mark.parametrize("harvests", [False, True])
def test_a_harvest_says_nothing_of_the_days_before_as_they_were_known(new_story, harvests):
    results = [
        build_harvested(new_story, count, weight, harvests=harvests)
        for count, weight in ((10_000, np.nan), (9_000, 9e3))
    ]
    before = results[0][0].rows.day < 60
    for name in NAMES:
        first_values, other = (getattr(result.placements, name)[before] for _, result in results)
        assert first_values.tobytes() == other.tobytes(), name


def test_harvests_withheld_only_take_fish_away(new_story):
    results = [
        build_harvested(new_story, count, weight, harvests=False)[1]
        for count, weight in ((10_000, np.nan), (9_000, 9_000.0))
    ]
    for name in NAMES + OBSERVED:
        first_values, other = (getattr(result.placements, name) for result in results)
        assert first_values.tobytes() == other.tobytes(), name
    assert results[0].innovations.record.tolist() == results[1].innovations.record.tolist() == [0, 0]


def test_harvests_observed_tell_weight_and_count_of_the_days_before(new_story):
    group, story = build_harvested(new_story, 9_800, 4_300.0, harvests=True)
    last = group.rows.offset[1] - 1
    states = story.placements
    assert states.smoothed_weight[last] == pytest.approx(4_300.0, rel=0.01)
    assert states.smoothed_count[last] == pytest.approx(9_800, rel=0.005)
    assert states.smoothed_weight_sd[last] < 0.3 * states.mean_weight_sd[last]
    assert states.smoothed_biomass_sd[last] < 0.3 * states.biomass_sd[last]


def test_the_last_pen_of_a_group_is_told_by_its_harvest_too(story):
    pen = story.pen(stop=60)
    story.stock(pen, 10_000, 3_000.0)
    story.correct(pen, 60, -200)
    story.move(60, MovementKind.HARVEST, pen, -1, 9_800, 4_600.0)
    result = estimate_group(story.group())
    assert result.placements.smoothed_weight[-1] == pytest.approx(4_600.0, rel=0.02)
    assert result.placements.smoothed_count[-1] == pytest.approx(9_800, rel=0.005)
    # Fish that stood on the last day are told as they were known then.
    assert result.final_state.active.tolist() == [pen]
    assert result.final_state.count.tolist() == [10_000]


def test_a_harvest_of_a_part_weighs_less_than_that_of_the_whole(new_story):
    spread = [
        build_harvested(new_story, 9_000, 4_300.0, harvests=True, stop=stop)[1].placements.smoothed_weight_sd[59]
        for stop in (60, OPEN)
    ]
    assert spread[0] < 0.7 * spread[1]


def test_harvests_teach_the_catch_bias_of_pen_and_company(new_story):
    """Ten pens sampled 5 % too heavy: after nine are harvested the samples of the tenth are believed less."""
    results = {}
    for harvests in (False, True):
        story = new_story()
        story.through, story.warmth = 120, 0.0
        for pen_number in range(10):
            pen = story.pen(stop=OPEN if pen_number == 9 else 70)
            story.stock(pen, 10_000)
            for day in (20, 40, 60):
                story.weigh(pen, day, 3_150.0, 400)
            if pen_number < 9:
                story.move(70, MovementKind.HARVEST, pen, -1, 10_000, 3_000.0)
        story.weigh(9, 100, 3_150.0, 400)
        group = story.group()
        results[harvests] = select_pen(group, estimate_group(group, harvests=harvests).placements.mean_weight, 9)
    assert results[False][69] == results[True][69]
    assert results[True][100] < results[False][100] * 0.995
    assert results[True][70] < results[True][69]
