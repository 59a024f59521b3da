"""Journeys with planted faults are as long as without them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grilse.people.tracks.geodesy import compute_lengths
from grilse.people.tracks.plausibility import FAULTS, MAX_SPEED_KM_H, find_faults, find_mirrored_journeys

SECOND = 1_000_000
CRUISE_KM_H = {"foot": 5, "bicycle": 20, "car": 80, "boat": 40, "ferry": 33}


def plant_no_fix(rng, latitude, longitude):
    return 0.0, 0.0


def plant_swap(rng, latitude, longitude):
    return longitude, latitude


def plant_lost_sign(rng, latitude, longitude):
    return (latitude, -longitude) if rng.random() < 0.5 else (-latitude, longitude)


def plant_jump(rng, latitude, longitude):
    return latitude + rng.choice([-1, 1]) * rng.uniform(8, 20), longitude + rng.uniform(-20, 20)


PLANTS = {"no fix": plant_no_fix, "swapped": plant_swap, "sign lost": plant_lost_sign, "too fast": plant_jump}


def build_journey(rng, mode, points):
    """Return times, latitudes and longitudes of a journey at the usual speed of its mode, with noise of 10 m."""
    interval = rng.uniform(5, 120, points)
    at = (np.cumsum(interval) * SECOND).astype(np.int64)
    metres = CRUISE_KM_H[mode] / 3.6 * interval * rng.uniform(0.5, 1.4, points)
    bearing = np.cumsum(rng.normal(0, 0.3, points))
    latitude = 62.0 + np.cumsum(metres * np.cos(bearing)) / 111_320 + rng.normal(0, 1e-4, points)
    longitude = -6.8 + np.cumsum(metres * np.sin(bearing)) / 52_260 + rng.normal(0, 2e-4, points)
    return at, latitude, longitude


def find_journey_faults(at, latitude, longitude, mode):
    size = len(at)
    speed = np.full(size, MAX_SPEED_KM_H[mode])
    return find_faults(np.zeros(size, np.int64), at, latitude, longitude, speed)


def measure(latitude, longitude, mask):
    own = np.zeros(int(mask.sum()), np.int64)
    return compute_lengths(own, latitude[mask], longitude[mask], 1)[0]


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 2**32 - 1), st.sampled_from(sorted(CRUISE_KM_H)), st.integers(6, 150), st.floats(0, 0.3),
    st.lists(st.sampled_from(sorted(PLANTS)), min_size=1, max_size=4),
)  # fmt: skip
def test_planted_faults_are_found_named_and_measured_around(seed, mode, points, share, kinds):
    rng = np.random.default_rng(seed)
    at, latitude, longitude = build_journey(rng, mode, points)
    assert not find_journey_faults(at, latitude, longitude, mode).any()
    planted = rng.choice(points, max(1, int(share * points)), replace=False)
    clean = np.ones(points, bool)
    clean[planted] = False
    names = np.full(points, "", object)
    faulty_latitude, faulty_longitude = latitude.copy(), longitude.copy()
    for place in planted.tolist():
        names[place] = kinds[place % len(kinds)]
        position = PLANTS[names[place]](rng, latitude[place], longitude[place])
        faulty_latitude[place], faulty_longitude[place] = position

    fault = find_journey_faults(at, faulty_latitude, faulty_longitude, mode)

    assert np.array(FAULTS, object)[fault].tolist() == names.tolist()
    length = measure(faulty_latitude, faulty_longitude, fault == 0)
    assert length == pytest.approx(measure(latitude, longitude, clean), rel=1e-9)
    if points >= 100 and len(planted) == 1 and 0 < planted[0] < points - 1:
        assert length == pytest.approx(measure(latitude, longitude, np.ones(points, bool)), rel=0.02)


@pytest.mark.parametrize("place", [0, 4, 9])
def test_a_wrong_first_or_last_position_is_found_like_one_in_the_middle(place):
    at, latitude, longitude = build_journey(np.random.default_rng(7), "car", 10)
    latitude[place] += 3
    assert find_journey_faults(at, latitude, longitude, "car").nonzero()[0].tolist() == [place]


def test_journeys_beside_each_other_do_not_touch():
    rng = np.random.default_rng(3)
    ways = [build_journey(rng, "boat", 20) for _ in range(4)]
    for place, (_, latitude, _) in enumerate(ways):
        latitude[place] += 5
    at, latitude, longitude = (np.concatenate(columns) for columns in zip(*ways, strict=True))
    fault = find_faults(np.repeat(np.arange(4), 20), at, latitude, longitude, np.full(80, MAX_SPEED_KM_H["boat"]))
    assert np.argwhere(fault.reshape(4, 20)).tolist() == [[i, i] for i in range(4)]


def test_a_long_journey_with_many_faults_takes_less_than_seconds():
    rng = np.random.default_rng(5)
    at, latitude, longitude = build_journey(rng, "car", 20_000)
    planted = rng.choice(20_000, 2_000, replace=False)
    longitude[planted] = -longitude[planted]
    fault = find_journey_faults(at, latitude, longitude, "car")
    assert set(fault.nonzero()[0].tolist()) == set(planted.tolist())


SITES = (np.array([60.1, 62.0, -42.0]), np.array([5.2, -6.9, 147.3]))  # Norway, Faroe Islands, Tasmania


@pytest.mark.parametrize(
    ("start", "fault"),
    [
        ((60.2, 5.4), ""),
        ((5.4, 60.2), "swapped"),
        ((60.2, -5.4), "sign lost"),
        ((-60.2, 5.4), "sign lost"),
        ((62.1, 6.8), "sign lost"),
        ((-6.8, 62.1), "swapped"),
        ((42.0, 147.3), "sign lost"),
        ((48.9, 2.3), ""),  # Paris: far from all sites, and no mistake leads to one
        ((60.2, 10.0), ""),  # 270 km from the closest site
    ],
)
def test_journeys_whose_positions_have_one_mistake_in_common_are_named(start, fault):
    latitude, longitude = (value + np.arange(5) / 100 for value in start)
    near = (np.full(5, 60.1), np.full(5, 5.3))
    columns = (np.concatenate(pair) for pair in zip(near, (latitude, longitude), strict=True))

    found = find_mirrored_journeys(np.repeat([0, 1], 5), *columns, SITES)

    assert np.array(FAULTS, object)[found].tolist() == [""] * 5 + [fault] * 5
    assert not find_mirrored_journeys(np.zeros(5, np.int64), latitude, longitude, (np.zeros(0), np.zeros(0))).any()


def test_nothing_has_no_fault():
    none = np.zeros(0)
    assert find_faults(none.astype(np.int64), none.astype(np.int64), none, none, none).tolist() == []
    assert find_mirrored_journeys(none.astype(np.int64), none, none, SITES).tolist() == []
