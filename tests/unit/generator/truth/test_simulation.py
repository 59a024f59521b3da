from dataclasses import fields
from datetime import date, timedelta

import numpy as np
import pytest

from grilse.generator.schedule.scheduler import ScheduleRequest, schedule_batches
from grilse.generator.truth.batch_truth import CAUSES, DELOUSING, BatchTruth
from grilse.generator.truth.simulation import simulate_truth

SEA = 6


@pytest.fixture(scope="module")
def plan(world):
    return schedule_batches(world, ScheduleRequest(batches=8, stagger=13)).plan


@pytest.fixture(scope="module")
def truths(world, plan):
    late = plan.until + timedelta(days=400)
    return [simulate_truth(world, batch, late, 5, plan) for batch in plan.batches]


@pytest.fixture(params=range(8))
def truth(truths, request):
    return truths[request.param]


def select_day(truth, day):
    return (truth.day == day) & (truth.count > 0)


def iter_arrays(truth):
    for field in fields(truth):
        value = getattr(truth, field.name)
        yield from value.values() if isinstance(value, dict) else [np.asarray(value)]


def is_same_truth(first_truth, other):
    return all(np.array_equal(a, b) for a, b in zip(iter_arrays(first_truth), iter_arrays(other), strict=True))


def compute_flows(truth, placement):
    """Fish into and out of a placement before the first row and after each of its days."""
    rows = slice(truth.offset[placement], truth.offset[placement + 1])
    start = truth.start_day[placement]
    moves, culls, harvests = truth.moves, truth.culls, truth.harvests
    here = culls["placement"] == placement
    stop = truth.stop_day[placement]
    inside = here & ((culls["day"] < stop) | (stop < 0))
    dead = truth.dead[rows].sum(axis=1)
    out = np.bincount(culls["day"][inside] - start, culls["count"][inside], dead.size).astype(int)
    stocked = moves["count"][moves["target"] == placement].sum()
    left = moves["count"][moves["source"] == placement].sum()
    left += culls["count"][here & ~inside].sum() + harvests["count"][harvests["placement"] == placement].sum()
    return int(stocked), dead + out, int(left), truth.count[rows]


def test_every_fish_that_arrived_died_was_culled_moved_or_harvested(truth, plan):
    eggs = next(batch.eggs for batch in plan.batches if batch.number == truth.number)
    arrived = 0
    for placement in range(truth.stage.size):
        stocked, lost, left, count = compute_flows(truth, placement)
        if truth.stage[placement] == 1:
            stocked = int(count[0] + lost[0])
            arrived += stocked
        assert (count == stocked - np.cumsum(lost)).all()
        if truth.stop_day[placement] >= 0:
            assert count[-1] == left
    assert arrived == eggs


def test_a_move_keeps_the_fish_and_their_mean_weight(truth):
    moves = truth.moves
    for day in np.unique(moves["day"]):
        of = moves["day"] == day
        here = select_day(truth, day - 1)
        moved = (moves["count"] * moves["weight_g"])[of].sum() / moves["count"][of].sum()
        mean_weight = np.average(truth.weight_g[here], weights=truth.count[here])
        assert moved == pytest.approx(mean_weight, rel=1e-3)
        assert moves["count"][of].sum() <= truth.count[here].sum()


def test_the_batch_takes_no_step_in_weight_at_a_move(truth):
    for day in np.unique(truth.moves["day"]):
        before, after = (select_day(truth, when) for when in (day - 1, day))
        first = np.average(truth.weight_g[before], weights=truth.count[before])
        second = np.average(truth.weight_g[after], weights=truth.count[after])
        # Fry begin to feed on the day of their move; nobody gains a tenth in a day.
        assert -0.003 <= second / first - 1 < 0.1


def test_no_weight_ever_falls_more_than_three_thousandths_a_day_and_none_at_a_good_appetite(truth):
    inner = np.flatnonzero(np.diff(truth.placement) == 0)
    change = truth.weight_g[inner + 1] / truth.weight_g[inner] - 1
    assert change.min() >= -0.003
    assert (change[truth.appetite[inner + 1] >= 0.3] >= 0).all()


def test_eggs_stay_eggs_and_leave_on_day_90_at_two_tenths_of_a_gram(truth):
    trays = truth.stage[truth.placement] == 1
    assert (truth.stop_day[truth.stage == 1] == 90).all()
    assert truth.feed_g[trays].sum() == 0
    assert truth.weight_g[trays][0] == pytest.approx(0.1)
    assert truth.weight_g[trays & (truth.day == 89)] == pytest.approx(0.2, abs=0.01)


def test_fish_are_never_moved_later_than_planned_and_seldom_earlier(truth, plan, world):
    batch = next(batch for batch in plan.batches if batch.number == truth.number)
    for stage in batch.stages[1:]:
        start = int(truth.start_day[truth.stage == stage.order][0])
        early = (stage.start - batch.start).days - start
        assert 0 <= early <= world.early_days[stage.order - 1]


def test_limits_of_density_fish_and_area_are_kept(truth, world):
    containers = [world.get_container(name) for name in truth.container]
    limit = np.array([c.volume_m3 * c.max_density_kg_m3 for c in containers])
    mass = truth.count * truth.weight_g / 1000
    assert (mass <= limit[truth.placement]).all()
    pens = truth.stage[truth.placement] == SEA
    assert truth.count[pens].max() <= world.pen_max_fish
    area = world.get_site(containers[-1].area)
    assert np.bincount(truth.day[pens], mass[pens]).max() <= area.max_biomass_kg


def test_every_pen_is_harvested_once_over_two_to_eight_weeks_within_450_days_at_sea(truth):
    pens = np.flatnonzero(truth.stage == SEA)
    assert sorted(truth.harvests["placement"]) == pens.tolist()
    assert truth.harvests["day"].max() - truth.start_day[pens[0]] <= 450
    assert 10 <= np.ptp(truth.harvests["day"]) <= 57


def test_grading_takes_two_to_six_per_cent_before_sea(truth):
    graded = truth.culls["reason"] == 0
    first = np.flatnonzero(truth.stage == 5)
    fish_count = truth.count[truth.offset[first]].sum()
    assert 0.018 <= truth.culls["count"][graded].sum() / fish_count <= 0.062


def test_every_tank_is_vaccinated_twice_on_land(truth):
    kinds = truth.vaccinations["kind"]
    assert (np.bincount(kinds) == [10, 10]).all()
    assert set(truth.stage[truth.vaccinations["placement"]]) == {3, 4}


def test_lice_are_counted_weekly_in_every_pen(truth):
    counts = truth.lice_counts
    assert set(np.diff(np.unique(counts["day"]))) == {7}
    lice_count = counts["adult_female"] + counts["mobile"] + counts["attached"]
    assert (counts["total"] == lice_count).all()
    assert (truth.stage[counts["placement"]] == SEA).all()


def test_delousing_is_ten_days_apart_and_never_in_the_fortnight_before_harvest(truths):
    assert sum(truth.treatments["day"].size for truth in truths) > 0
    for truth in truths:
        treatments = truth.treatments
        assert (np.diff(np.unique(treatments["day"])) >= 10).all()
        stop = truth.stop_day[treatments["placement"]]
        assert (stop - treatments["day"] > 14).all()
        assert set(treatments["method"]) <= set(range(len(DELOUSING)))
        assert ((treatments["efficacy"] > 0) & (treatments["efficacy"] < 1)).all()


def test_delousing_removes_the_share_of_adult_females_that_it_says(truths):
    truth = max(truths, key=lambda batch_truth: batch_truth.treatments["efficacy"].max(initial=0))
    best = truth.treatments["efficacy"].argmax()
    placement, day = truth.treatments["placement"][best], truth.treatments["day"][best]
    row = truth.offset[placement] + day - truth.start_day[placement]
    left = truth.adult_female[row] / truth.adult_female[row - 1]
    assert left == pytest.approx(1 - truth.treatments["efficacy"][best], abs=0.1)


def test_fish_on_land_have_no_lice_and_die_of_no_delousing(truth):
    land = truth.stage[truth.placement] < SEA
    assert truth.adult_female[land].max() == 0
    assert truth.dead[land][:, CAUSES.index("delousing")].sum() == 0


def test_the_same_seed_gives_the_same_batch_in_any_order(world, plan, truths):
    late = plan.until + timedelta(days=400)
    assert is_same_truth(simulate_truth(world, plan.batches[5], late, 5, plan), truths[5])


def test_another_seed_gives_another_batch(world, plan, truths):
    late = plan.until + timedelta(days=400)
    other = simulate_truth(world, plan.batches[0], late, 6, plan)
    assert not np.array_equal(other.harvests["count"], truths[0].harvests["count"])


@pytest.mark.parametrize("age", [0, 45, 89, 90, 91, 300, 449, 450, 451, 620])
def test_an_earlier_end_shows_the_first_days_of_the_same_batch(world, plan, truths, age):
    batch, full_truth = plan.batches[0], truths[0]
    part = simulate_truth(world, batch, batch.start + timedelta(days=age), 5, plan)
    assert part.days == age + 1
    open_placements = part.stop_day < 0
    assert open_placements.any()
    assert (
        part.offset[1:] - part.offset[:-1] == np.where(open_placements, age + 1, part.stop_day) - part.start_day
    ).all()
    for placement in range(part.stage.size):
        rows = part.offset[placement + 1] - part.offset[placement]
        here, there = part.offset[placement], full_truth.offset[placement]
        assert (part.count[here : here + rows] == full_truth.count[there : there + rows]).all()
        assert (part.weight_g[here : here + rows] == full_truth.weight_g[there : there + rows]).all()


def test_batches_of_one_area_feel_the_same_water(world, plan, truths):
    batch = plan.batches[0]
    moved = batch.start + timedelta(days=30)
    shifted = type(batch)(
        number="FO-2099-001",
        geography=batch.geography,
        start=moved,
        eggs=batch.eggs,
        stages=tuple(
            type(stage)(
                order=stage.order,
                site=stage.site,
                containers=stage.containers,
                start=stage.start + timedelta(days=30),
                stop=stage.stop + timedelta(days=30),
            )
            for stage in batch.stages
        ),
    )
    other = simulate_truth(world, shifted, plan.until + timedelta(days=400), 5, plan)
    water = []
    for truth in (truths[0], other):
        sea = truth.placement == truth.stage.size - 1
        days = truth.day[sea] + (truth.start - date(1970, 1, 1)).days
        water.append(dict(zip(days.tolist(), truth.temperature_c[sea].tolist(), strict=True)))
    shared = water[0].keys() & water[1].keys()
    assert len(shared) > 200
    assert all(water[0][day] == water[1][day] for day in shared)


def test_a_saved_truth_is_read_back_the_same(truths, tmp_path):
    path = tmp_path / "one.npz"
    truths[0].save_file(path)
    assert is_same_truth(BatchTruth.load_file(path), truths[0])
    assert [entry.name for entry in tmp_path.iterdir()] == ["one.npz"]
