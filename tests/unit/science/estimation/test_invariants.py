"""What holds for any farm: hindsight is surer, nothing is known early, covariances stay covariances."""

from dataclasses import dataclass, field

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grilse.science.estimation import OPEN, MovementKind, estimate_group

LAST = 69
KNOWN = ("mean_weight", "mean_weight_sd", "count_estimate", "count_sd", "biomass", "biomass_sd", "multiplier")


@dataclass
class RandomFarm:
    """Two pens that meet in a third, beside a pen of another batch that takes some of their fish."""

    moved: int = 30
    shared: int | None = 45
    ends: int | None = 60
    recount: int = 0
    deaths: list[tuple[int, int]] = field(default_factory=list)
    samples: list[tuple[int, int, float]] = field(default_factory=list)
    fed: int = 70
    doubt: float = 0.0

    def new_story(self, story, until=LAST):
        """The farm as it was known at the end of a day."""
        story.through, story.doubt = until, self.doubt
        stops = [self.moved, self.moved, self.ends or OPEN, OPEN]
        standing_pens = [0, 1, 3, *([2] if self.moved <= until else [])]
        place = {}
        for pen in sorted(standing_pens):
            stop = stops[pen] if stops[pen] <= until else OPEN
            start = self.moved if pen == 2 else 0
            place[pen] = story.pen(start=start, stop=stop, batch=int(pen == 3))
        for day, source, target, kind, count, weight in self.ledger():
            if day <= until:
                story.move(day, kind, place.get(source, -1), place.get(target, -1), count, weight)
        for pen, day, weight in self.samples:
            if pen in place and self.stands(pen, day) and day <= until:
                story.weigh(place[pen], day, weight)
        for pen in place:
            days = range(3, min(self.fed, until + 1))
            story.feed(place[pen], [day for day in days if self.stands(pen, day)], 60.0)
        return story

    def stands(self, pen, day):
        if pen < 2:
            return day < self.moved
        if pen == 2:
            return self.moved <= day < (self.ends or OPEN)
        return True

    def ledger(self):
        nan = np.nan
        yield from ((0, -1, pen, MovementKind.STOCKING, 10_000, 400.0 + 50 * pen) for pen in (0, 1, 3))
        for day, pen in self.deaths:
            if self.stands(pen, day):
                yield day, pen, -1, MovementKind.MORTALITY, 25, nan
        yield self.moved, 0, 2, MovementKind.TRANSFER, 9_950, 520.0
        yield self.moved, 1, 2, MovementKind.TRANSFER, 9_900, nan
        if self.shared and self.stands(2, self.shared):
            yield self.shared, 2, 3, MovementKind.TRANSFER, 3_000, nan
        if self.recount:
            yield self.recount, -1, 3, MovementKind.COUNT_CORRECTION, 150, nan
        if self.ends:
            yield self.ends, 2, -1, MovementKind.HARVEST, 16_700, 760.0


PENS, DAYS = st.integers(0, 3), st.integers(1, LAST)
FARMS = st.builds(
    RandomFarm,
    moved=st.integers(20, 40),
    shared=st.none() | st.integers(41, 55),
    ends=st.none() | st.integers(56, LAST + 1),
    recount=st.sampled_from([0, 33]),
    deaths=st.lists(st.tuples(DAYS, PENS), max_size=8, unique=True),
    samples=st.lists(st.tuples(PENS, DAYS, st.floats(350.0, 900.0)), max_size=8),
    fed=st.sampled_from([0, 25, 70]),
    doubt=st.sampled_from([0.0, 0.5, 3.0]),
)


def compute_root_sd(weight, sd):
    """SD of the cube root: what the filter holds, and what does not grow with the estimate itself."""
    return sd / weight ** (2 / 3)


@settings(max_examples=25, deadline=None)
@given(farm=FARMS)
def test_hindsight_is_never_less_sure_than_what_was_known(new_story, farm):
    states = estimate_group(farm.new_story(new_story()).group()).placements
    known = compute_root_sd(states.mean_weight, states.mean_weight_sd)
    estimate = compute_root_sd(states.smoothed_weight, states.smoothed_weight_sd)
    assert (estimate <= known * (1 + 1e-7)).all()
    assert (states.smoothed_count_sd <= states.count_sd * (1 + 1e-7)).all()


@settings(max_examples=25, deadline=None)
@given(farm=FARMS)
def test_hindsight_ends_where_what_is_known_ends(new_story, farm):
    group = farm.new_story(new_story()).group()
    result = estimate_group(group)
    # What is weighed and counted as the last pens end comes the day after the last.
    if (group.placements.stop <= LAST + 1).all():
        return
    closed = farm.ends == LAST + 1
    for states in () if closed else (result.placements, result.batches):
        last = states.day == LAST
        for known, estimate_field in (("count_estimate", "count"), ("mean_weight", "weight"), ("biomass", "biomass")):
            np.testing.assert_allclose(
                getattr(states, f"smoothed_{estimate_field}")[last], getattr(states, known)[last], rtol=1e-9
            )
        for name in ("count_sd", "biomass_sd"):
            np.testing.assert_allclose(
                getattr(states, f"smoothed_{name}")[last], getattr(states, name)[last], rtol=1e-6
            )


@settings(max_examples=25, deadline=None)
@given(farm=FARMS, day=st.integers(1, LAST - 1))
@example(farm=RandomFarm(samples=[(2, 40, 640.0), (3, 40, 600.0)]), day=39)
@example(farm=RandomFarm(samples=[(0, 25, 900.0)]), day=29)
@example(farm=RandomFarm(), day=29)
@example(farm=RandomFarm(), day=59)
def test_nothing_dated_later_has_a_part_in_what_was_known(new_story, farm, day):
    full_result, part = (
        estimate_group(farm.new_story(new_story()).group()),
        estimate_group(farm.new_story(new_story(), until=day).group()),
    )
    for every, early in ((full_result.placements, part.placements), (full_result.batches, part.batches)):
        by_key = {key: row for row, key in enumerate(zip(every.position.tolist(), every.day.tolist(), strict=True))}
        # Pens are numbered in the same order, but for the third, which may not yet be.
        order = np.arange(4) if day >= farm.moved or every is full_result.batches else np.array([0, 1, 3])
        keys = zip(order[early.position].tolist(), early.day.tolist(), strict=True)
        rows = np.array([by_key[key] for key in keys])
        for name in (*KNOWN, "count", "deaths", "fcr"):
            assert getattr(every, name)[rows].tobytes() == getattr(early, name).tobytes(), name


@settings(max_examples=25, deadline=None)
@given(farm=FARMS, pen=PENS, day=DAYS, off=st.floats(-1.5, 1.5))
def test_a_sample_never_makes_its_own_day_less_sure(new_story, farm, pen, day, off):
    if not farm.stands(pen, day):
        return
    farm.samples = [sample for sample in farm.samples if sample[:2] != (pen, day)]
    group = farm.new_story(new_story()).group()
    before = estimate_group(group).placements
    row = group.rows.offset[pen] + day - group.placements.start[pen]
    weight = float(before.mean_weight[row] + off * before.mean_weight_sd[row])
    farm.samples = [*farm.samples, (pen, day, weight)]
    after = estimate_group(farm.new_story(new_story()).group()).placements
    known = [compute_root_sd(states.mean_weight[row], states.mean_weight_sd[row]) for states in (before, after)]
    assert known[1] < known[0]
    # What feed tells of the count is drawn as a straight line at the weight that is believed.
    assert after.count_sd[row] <= before.count_sd[row] * (1 + 1e-3)


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_covariance_stays_one_over_nine_hundred_days(new_story, seed):
    chance = np.random.default_rng(seed)
    story = new_story()
    story.through = 900
    first = [story.pen(stop=300, stage=5) for _ in range(3)]
    second = [story.pen(start=300) for _ in range(5)]
    for pen in first:
        story.stock(pen, 30_000, 100.0)
    for n, pen in enumerate(second):
        story.transfer(300, first[n // 2], pen, 14_000 if n < 4 else 28_000)
    for day in range(1, 900):
        for pen in first if day < 300 else second:
            if chance.random() < 0.05:
                story.weigh(pen, day, float(100 * 1.0045**day * np.exp(chance.normal(0, 0.1))))
            if chance.random() < 0.5:
                story.die(pen, day, 3)
            story.feed(pen, [day], float(chance.uniform(50, 150)))
    result = estimate_group(story.group())
    covariance = result.final_state.covariance
    np.testing.assert_allclose(covariance, covariance.T, rtol=1e-9, atol=1e-12 * np.abs(covariance).max())
    scale = np.sqrt(np.diag(covariance))
    assert (scale > 0).all()
    assert np.linalg.eigvalsh(covariance / scale / scale[:, None]).min() > -1e-9
    for states in (result.placements, result.batches):
        for name in ("mean_weight_sd", "count_sd", "biomass_sd"):
            for column in (getattr(states, name), getattr(states, f"smoothed_{name}".replace("mean_", ""))):
                assert np.isfinite(column).all()
                assert (column > 0).all()
