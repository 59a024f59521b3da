"""The days on which a back-test learns."""

import numpy as np

from grilse.growth.hindcast_scores import list_learning_days, list_quarter_starts


def day(date: str) -> int:
    return int(np.datetime64(date, "D").astype(np.int64))


def test_quarters_begin_after_the_first_day_and_end_one_past_the_last():
    assert list_quarter_starts(day("2024-02-10"), day("2024-08-20")) == [
        day(date) for date in ("2024-04-01", "2024-07-01", "2024-10-01")
    ]
    assert list_quarter_starts(day("2024-04-01"), day("2024-04-01")) == [day("2024-07-01")]


def test_one_learns_once_five_batches_are_out():
    ends = [day(f"2023-{month:02d}-15") for month in (1, 2, 4, 5, 7, 8)]

    assert [str(np.datetime64(one, "D")) for one in list_learning_days(ends)] == ["2023-10-01"]
    assert list_learning_days(ends[:4]) == []
    assert list_learning_days([]) == []
