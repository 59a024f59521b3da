"""Batches sorted into groups, and what of them reaches the estimator."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from grilse.growth.estimating.groups import group_tied_batches, iter_groups
from grilse.growth.estimating.read import EstimationInputs
from grilse.science.estimation import OPEN, MovementKind, estimate_group, estimate_groups

NEVER = np.datetime64("9999-12-31", "D").astype(np.int64)
COLUMNS = {
    "placements": "batch batch_start placement start stop stage sea lightest heaviest container area hall"
    " geography injected",
    "movements": "id day kind source target count mean_weight fish_weighed",
    "deaths": "source day count",
    "samples": "id placement day fish mean_weight sd selection method",
    "temperatures": "placement day temperature",
    "meals": "placement day grams",
    "profiles": "geography area day_of_year temperature",
}


def build_inputs(**tables):
    """Build what is known from rows."""
    columns = {}
    for name, names in COLUMNS.items():
        rows = np.array(tables.get(name, []), dtype=np.float64).reshape(-1, len(names.split())).T
        columns[name] = {
            column: values
            if column in ("mean_weight", "sd", "temperature", "fish", "fish_weighed")
            else cast_to_int(values)
            for column, values in zip(names.split(), rows, strict=True)
        }
    return EstimationInputs(**columns)


def cast_to_int(values):
    return values.astype(np.int64)


def build_batch(batch, start=100, days=80, *, weight=500.0, sampled=(20, 50), pen=None):
    """Rows of a batch with two pens, the second filled from the first after forty days."""
    first = 10 * batch if pen is None else pen
    second = first + 1
    middle, end = start + 40, start + days
    return {
        "placements": [
            (batch, start, first, start, middle, 6, 1, 70, 9000, first, 7, -1, 3, NEVER),
            (batch, start, second, middle, NEVER, 6, 1, 70, 9000, second, 7, -1, 3, NEVER),
        ],
        "movements": [
            (100 * batch, start, MovementKind.STOCKING, -1, first, 1000, weight, np.nan),
            (100 * batch + 1, middle, MovementKind.TRANSFER, first, second, 990, np.nan, np.nan),
        ],
        "deaths": [(first, start + 5, 10), (second, middle + 3, 4)],
        "samples": [
            (1000 * batch + day, first if day < 40 else second, start + day, 60, weight * (1 + day / 50), np.nan, 1, 0)
            for day in sampled
        ],
        "temperatures": [(first, start + day, 8 + day / 40) for day in range(0, 40, 4)]
        + [(second, middle + day, 9.0) for day in range(days - 40)],
        "meals": [(first, start + 3, 5000)] * 2 + [(second, end, 1000)],
        "profiles": [(3, -1, day, 10.0) for day in range(1, 367)],
    }


def merge_batches(*batches):
    return build_inputs(
        **{name: [row for batch in batches for row in batch[name]] for name in COLUMNS if name != "profiles"},
        profiles=batches[0]["profiles"],
    )


def list_state_bytes(result):
    return [
        getattr(states, name).tobytes()
        for states in (result.placements, result.batches)
        for name in (
            *AS_KNOWN,
            "smoothed_count",
            "smoothed_count_sd",
            "smoothed_weight",
            "smoothed_weight_sd",
            "smoothed_biomass_sd",
            "provenance",
            "model",
        )
    ]


AS_KNOWN = (
    "day",
    "count",
    "count_estimate",
    "count_sd",
    "mean_weight",
    "mean_weight_sd",
    "biomass",
    "biomass_sd",
    "temperature",
    "degree_days",
    "deaths",
    "feed",
    "multiplier",
    "fcr",
)


def test_batches_are_tied_through_others():
    assert group_tied_batches([5, 3, 9, 1], [(9, 5), (5, 3)]) == [(1,), (3, 5, 9)]
    assert group_tied_batches([2], [(2, 8)]) == [(2, 8)]


def test_a_batch_reaches_the_estimator_whole():
    (named,) = iter_groups(merge_batches(build_batch(4)))
    group = named.group
    assert named.batches.tolist() == [4]
    assert named.placements.tolist() == [40, 41]
    assert group.placements.stop.tolist() == [140, OPEN]
    # The last event, a meal, is on the last day.
    assert (group.rows.day.min(), group.rows.day.max()) == (100, 180)
    states = estimate_group(group).placements
    assert states.count[group.rows.offset[1] - 1] == 990
    assert states.count[-1] == 986
    assert states.deaths.sum() == 14
    assert states.feed[3] == 10.0
    # Days 37 to 39 lie after the pen's last measured day, and another pen of its site does not stand yet.
    assert group.temperature[37] == 10.0


def test_batches_that_fish_moved_between_are_one_group():
    first, second = build_batch(1), build_batch(2)
    second["movements"].append((900, 150, MovementKind.TRANSFER, 11, 21, 100, np.nan, np.nan))
    (named,) = iter_groups(merge_batches(first, second))
    assert named.batches.tolist() == [1, 2]
    states = estimate_group(named.group).batches
    assert states.count[states.position == 0][-1] == 886
    assert states.count[states.position == 1][-1] == 1086


@settings(max_examples=40, deadline=None)
@given(
    weight=st.floats(80.0, 3000.0),
    shift=st.integers(-30, 30),
    days=st.integers(41, 120),
    sampled=st.lists(st.integers(0, 39), max_size=5, unique=True),
    number=st.sampled_from([1, 9]),
)
def test_an_unrelated_batch_changes_no_bit(weight, shift, days, sampled, number):
    alone = build_batch(4)
    other = build_batch(number, 100 + shift, days, weight=weight, sampled=sampled)
    (single,) = iter_groups(merge_batches(alone))
    among = list(iter_groups(merge_batches(other, alone)))
    results = estimate_groups([named.group for named in among])
    (mine,) = [result for named, result in zip(among, results, strict=True) if named.batches[0] == 4]
    assert list_state_bytes(mine) == list_state_bytes(estimate_group(single.group))


# --- as of a day ---


def build_measured_batch(batch, start=100, days=80, **other):
    """A batch whose pens are measured every day."""
    rows = build_batch(batch, start, days, **other)
    first, middle = rows["placements"][0][2], start + 40
    rows["temperatures"] = [
        (first + (day >= middle), day, 8 + (day % 11) / 4) for day in range(start, start + days + 1)
    ]
    return rows


def list_rows_as_of(everything, day):
    """As-known rows of all batches, by batch, placement (-1 for the batch) and day."""
    rows_found = {}
    for named in iter_groups(everything, as_of=day):
        result = estimate_group(named.group)
        for states, ids in ((result.placements, named.placements), (result.batches, None)):
            for row, (of, on) in enumerate(zip(states.position.tolist(), states.day.tolist(), strict=True)):
                key = (int(named.batches[of]), -1) if ids is None else (-1, int(ids[of]))
                rows_found[(*key, on)] = tuple(getattr(states, name)[row].tobytes() for name in AS_KNOWN)
    return rows_found


def assert_same_as_known(everything, day):
    rows_by_key, early = list_rows_as_of(everything, None), list_rows_as_of(everything, day)
    assert max(on for _, _, on in early) <= day
    for key, row in early.items():
        for name, value, other in zip(AS_KNOWN, row, rows_by_key[key], strict=True):
            assert value == other, (key, name)
    return early


@settings(max_examples=25, deadline=None)
@given(day=st.integers(101, 180), sampled=st.lists(st.integers(0, 79), max_size=6, unique=True))
def test_as_of_a_day_is_what_was_known_on_it(day, sampled):
    first, second = build_measured_batch(1, sampled=sampled), build_measured_batch(2)
    first["movements"].append((190, 175, MovementKind.HARVEST, 11, -1, 400, 1300.0, np.nan))
    early = assert_same_as_known(merge_batches(first, second), day)
    assert {batch for batch, _, _ in early} == {-1, 1, 2}


def test_as_of_a_day_leaves_out_what_is_dated_later():
    (named,) = iter_groups(merge_batches(build_measured_batch(4)), as_of=130)
    group = named.group
    assert named.placements.tolist() == [40]
    assert group.placements.stop.tolist() == [OPEN]
    assert group.rows.day.max() == 130
    assert group.movements.day.max() <= 130
    assert group.samples.day.tolist() == [120]


def test_as_of_a_day_before_the_first_there_is_nothing():
    assert list(iter_groups(merge_batches(build_measured_batch(4)), as_of=99)) == []


def test_a_closing_weight_is_known_on_its_day_and_not_the_day_before():
    rows = build_measured_batch(4)
    rows["samples"].append((9000, 40, 140, 60, 1400.0, np.nan, 1, 0))
    rows["movements"][1] = (401, 140, MovementKind.TRANSFER, 40, 41, 990, 1350.0, np.nan)
    everything = merge_batches(rows)
    for day in (138, 139, 140, 141):
        assert_same_as_known(everything, day)


def test_a_recount_the_day_before_a_pen_closes_is_known_on_its_day():
    rows = build_measured_batch(4)
    rows["movements"].append((409, 139, MovementKind.COUNT_CORRECTION, 40, -1, 60, np.nan, np.nan))
    assert_same_as_known(merge_batches(rows), 139)


def test_batches_that_later_transfers_tie_know_nothing_of_each_other_before():
    first, second = build_measured_batch(1, sampled=(10, 20, 30)), build_measured_batch(2, sampled=(15, 35))
    second["movements"].append((900, 170, MovementKind.TRANSFER, 11, 21, 100, np.nan, np.nan))
    everything = merge_batches(first, second)
    rows_by_key, early = list_rows_as_of(everything, None), list_rows_as_of(everything, 150)
    for key, row in early.items():
        # A wider state rounds its sums in another order.
        own_values, others = (np.frombuffer(b"".join(values)) for values in (row, rows_by_key[key]))
        np.testing.assert_allclose(own_values, others, rtol=1e-9, atol=1e-9, err_msg=str(key))
