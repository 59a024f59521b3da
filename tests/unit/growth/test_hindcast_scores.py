"""The days on which a back-test learns."""

import numpy as np

from grilse.growth.hindcast_scores import list_learning_days, list_quarter_starts


def to_day_number(date: str) -> int:
    return int(np.datetime64(date, "D").astype(np.int64))


def test_quarters_begin_after_the_first_day_and_end_one_past_the_last():
    assert list_quarter_starts(to_day_number("2024-02-10"), to_day_number("2024-08-20")) == [
        to_day_number(date) for date in ("2024-04-01", "2024-07-01", "2024-10-01")
    ]
    assert list_quarter_starts(to_day_number("2024-04-01"), to_day_number("2024-04-01")) == [
        to_day_number("2024-07-01")
    ]


def test_one_learns_once_five_batches_are_out():
    ends = [to_day_number(f"2023-{month:02d}-15") for month in (1, 2, 4, 5, 7, 8)]

    assert [str(np.datetime64(day_number, "D")) for day_number in list_learning_days(ends)] == ["2023-10-01"]
    assert list_learning_days(ends[:4]) == []
    assert list_learning_days([]) == []
