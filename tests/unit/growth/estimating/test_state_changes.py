"""Which states differ from those that stand."""

import numpy as np

from grilse.bulk.table import Table
from grilse.growth.estimating.store import StoredStates, compare_states, compute_digests
from grilse.growth.models import DailyState


def build_states(placement, day, fcr, count):
    columns = {
        "placement_id": np.array(placement, np.int64),
        "date": np.array(day, np.int64),
        "fcr": np.array(fcr, np.float32),
        "count": np.array(count, np.int64),
    }
    return {**columns, "digest": compute_digests(columns)}


def build_stored_states(*columns):
    columns_by_name = build_states(*columns)
    return StoredStates(
        Table.from_model(DailyState),
        "placement_id",
        {name: columns_by_name[name] for name in ("placement_id", "date", "digest")},
    )


def test_only_what_says_something_else_differs_and_what_is_no_more_is_gone():
    old = build_stored_states([7, 7, 8, 8], [11, 10, 10, 11], [1.1, np.nan, 1.2, 1.3], [5, 5, 6, 6])
    new = build_states([7, 7, 7, 8], [10, 11, 12, 10], [np.nan, 1.1, np.nan, 1.2], [5, 5, 5, 7])

    differ, deleted = compare_states(old, new)

    assert differ.tolist() == [False, False, True, True]
    assert deleted.tolist() == [False, False, False, True]


def test_a_value_where_none_was_differs_in_either_direction():
    differ, deleted = compare_states(
        build_stored_states([7, 7], [1, 2], [np.nan, 1.0], [5, 5]), build_states([7, 7], [1, 2], [1.0, np.nan], [5, 5])
    )

    assert differ.all()
    assert not deleted.any()


def test_all_states_differ_where_none_stand():
    differ, deleted = compare_states(build_stored_states([], [], [], []), build_states([7], [1], [1.0], [5]))

    assert differ.all()
    assert not deleted.size


def test_a_state_that_no_estimate_wrote_differs():
    new = build_states([7], [1], [1.0], [5])
    old = StoredStates(Table.from_model(DailyState), "placement_id", {**new, "digest": np.zeros(1, np.int64)})

    assert compare_states(old, new)[0].all()
