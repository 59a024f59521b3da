"""Temperatures of a day that are far from those of the days near it."""

import numpy as np
import pytest

from grilse.environment.parameters import DailyMeans, compute_daily_means, find_unusual_changes


def build_means(*rows: tuple[int, int, float]) -> DailyMeans:
    """Return means from rows of container, day and mean."""
    container, day, mean = np.array(rows, np.float64).reshape(-1, 3).T
    return DailyMeans(container=container.astype(np.int64), day=day.astype(np.int64), mean=mean)


KNOWN = build_means((1, 100, 8.0), (1, 130, 14.0), (2, 100, 8.0))


@pytest.mark.parametrize(
    ("arrived", "unusual"),
    [
        ([(1, 101, 16.1)], [(1, 101, 100)]),
        ([(1, 101, 15.9)], []),
        ([(1, 99, -1.0)], [(1, 99, 100)]),
        # The nearest day counts, on either side, within two weeks.
        ([(1, 120, 5.0)], [(1, 120, 130)]),
        ([(1, 115, 30.0)], []),
        # Most days of a container, and the first of them is named.
        ([(1, 101, 8.0), (1, 102, 17.0), (1, 103, 18.0)], [(1, 102, 100)]),
        ([(1, 101, 8.0), (1, 102, 17.0)], []),
        ([(1, 101, 20.0), (2, 101, 20.0), (3, 101, 20.0)], [(1, 101, 100), (2, 101, 100)]),
        ([(3, 101, 20.0)], []),
        ([], []),
    ],
)
def test_a_day_is_compared_with_the_nearest_one_of_its_container(arrived, unusual):
    means = build_means(*arrived)

    found, nearest = find_unusual_changes(means, KNOWN)
    rows = zip(means.container[found].tolist(), means.day[found].tolist(), KNOWN.day[nearest].tolist(), strict=True)
    assert [*rows] == unusual


def test_without_a_known_day_nothing_is_unusual():
    found, nearest = find_unusual_changes(build_means((1, 100, 20.0)), build_means())

    assert (len(found), len(nearest)) == (0, 0)


def test_means_are_of_each_container_and_day():
    means = compute_daily_means(
        np.array([2, 1, 1, 1, 2]), np.array([5, 5, 5, 6, 5]), np.array([4.0, 1.0, 2.0, 9.0, np.nan], np.float32)
    )

    assert means.container.tolist() == [1, 1, 2]
    assert means.day.tolist() == [5, 6, 5]
    assert means.mean.tolist() == [1.5, 9.0, 4.0]
