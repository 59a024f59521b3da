"""Lengths and stays, against what one would write position by position."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from grilse.people.tracks.geodesy import (
    MAX_GAP_US,
    compute_distances,
    compute_lengths,
    find_points_in_circles,
    find_stays,
)

GEOD = Geod(ellps="WGS84")


def test_a_degree_of_the_equator_and_the_way_to_the_next_site():
    zero = np.zeros(1)
    assert compute_distances(zero, zero, zero, np.ones(1)) == pytest.approx(111_319.49, abs=0.01)
    # Portree to Kyle of Lochalsh, over the date line and back.
    there = compute_distances(np.array([57.4125]), np.array([-6.1964]), np.array([57.2795]), np.array([-5.7136]))
    assert there == pytest.approx(32_560, rel=0.01)
    assert compute_distances(zero, np.array([179.9]), zero, np.array([-179.9])) == pytest.approx(22_263.9, abs=0.1)


def test_nothing_has_no_length_and_no_stay():
    none, ways = np.zeros(0), np.zeros(0, np.int64)
    assert compute_lengths(ways, none, none, 2).tolist() == [0, 0]
    assert [column.tolist() for column in find_points_in_circles(none, none, none, none, none)] == [[], []]
    assert find_stays(ways, ways).points.tolist() == []


PLACES = st.tuples(st.floats(-85, 85), st.floats(-180, 180))


@given(st.lists(st.tuples(st.integers(0, 2), PLACES), max_size=12))
def test_ways_are_as_long_as_their_steps(positions):
    positions.sort(key=lambda position: position[0])
    way = np.array([position[0] for position in positions], np.int64)
    latitude, longitude = np.array([position[1] for position in positions], float).reshape(-1, 2).T
    lengths = compute_lengths(way, latitude, longitude, 3)
    for i in range(3):
        mine = [place for of, place in positions if of == i]
        steps = [GEOD.inv(a[1], a[0], b[1], b[0])[2] for a, b in pairwise(mine)]
        assert lengths[i] == pytest.approx(sum(steps), abs=1e-6)


NEAR = st.tuples(st.floats(57, 57.02), st.floats(-6.02, -6))


@given(st.lists(NEAR, max_size=15), st.lists(st.tuples(NEAR, st.floats(1, 1500)), max_size=4))
def test_within_is_as_every_pair_says(positions, fences):
    latitude, longitude = np.array(positions, float).reshape(-1, 2).T
    circles = np.array([(*place, radius) for place, radius in fences], float).reshape(-1, 3).T
    point, fence = find_points_in_circles(latitude, longitude, *circles)
    assert set(zip(point.tolist(), fence.tolist(), strict=True)) == {
        (i, j)
        for i, (y, x) in enumerate(positions)
        for j, ((fy, fx), radius) in enumerate(fences)
        if GEOD.inv(x, y, fx, fy)[2] <= radius
    }


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 2)), max_size=25))
def test_stays_end_where_nothing_comes_for_longer_than_the_gap(positions):
    at = np.array([MAX_GAP_US // 4 * moment for moment, _ in positions], np.int64)
    fence = np.array([of for _, of in positions], np.int64)
    stays_found = find_stays(at, fence)
    naive = []
    for of in (1, 2):
        run = []
        for moment in sorted(at[fence == of].tolist()):
            if run and moment - run[-1] > MAX_GAP_US:
                naive.append((of, run[0], run[-1], len(run)))
                run = []
            run.append(moment)
        if run:
            naive.append((of, run[0], run[-1], len(run)))
    expected = zip(
        *(column.tolist() for column in (stays_found.fence, stays_found.arrived, stays_found.left, stays_found.points)),
        strict=True,
    )
    assert list(expected) == naive
