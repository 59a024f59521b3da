"""The coasts of the maps: how they are cut from Natural Earth, and the files in place."""

import gzip
import json
import math
from itertools import pairwise
from pathlib import Path

import build_coast
import pytest
from hypothesis import given
from hypothesis import strategies as st

PLACED = Path(__file__).parents[2] / "src/grilse/web/static/grilse/world-atlas"
SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)]
BOXES = st.tuples(st.floats(-3, 3), st.floats(-3, 3), st.floats(3.5, 9), st.floats(3.5, 9))


def measure_area(ring):
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def decode(coast):
    rings = []
    for steps in coast["rings"]:
        x = y = 0
        ring = []
        for right, up in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + right, y + up
            ring.append((x / coast["scale"], y / coast["scale"]))
        rings.append(ring)
    return rings


def is_on_land(rings, longitude, latitude):
    """Tell whether a ray to the east crosses coasts an odd number of times."""
    crossings = 0
    for ring in rings:
        for (x, y), (right, high) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y > latitude) != (high > latitude):
                crossings += x + (latitude - y) / (high - y) * (right - x) > longitude
    return crossings % 2 == 1


def test_a_ring_is_joined_of_arcs_in_both_directions(tmp_path):
    topology = {
        "transform": {"scale": [0.5, 0.5], "translate": [10, 60]},
        "arcs": [[[0, 0], [4, 0], [0, 4]], [[0, 0], [0, 4], [4, 0]]],
        "objects": {"land": {"geometries": [{"arcs": [[[0, ~1]]]}]}},
    }
    (tmp_path / "land.json").write_text(json.dumps(topology))

    [ring] = build_coast.read_rings(tmp_path / "land.json")

    assert ring == [(10, 60), (12, 60), (12, 62), (10, 62), (10, 60)]


@given(BOXES)
def test_a_clipped_ring_is_the_part_in_the_box(box):
    ring = build_coast.clip(SQUARE, box)

    assert all(box[0] <= x <= box[2] and box[1] <= y <= box[3] for x, y in ring)
    wide, tall = min(4, box[2]) - max(0, box[0]), min(4, box[3]) - max(0, box[1])
    assert measure_area(ring) == pytest.approx(wide * tall, abs=1e-9)


@given(st.floats(-2.9, 2.9), st.floats(-2.9, 2.9))
def test_the_quarters_of_a_ring_make_up_the_whole(x, y):
    diamond = [(3.0, 0.0), (0.0, 3.0), (-3.0, 0.0), (0.0, -3.0), (3.0, 0.0)]
    boxes = [(west, south, west + 9, south + 9) for west in (x, x - 9) for south in (y, y - 9)]

    quarters = [build_coast.clip(diamond, box) for box in boxes]

    assert sum(measure_area(ring) for ring in quarters if ring) == pytest.approx(measure_area(diamond))


def test_a_ring_outside_the_box_is_left_out():
    assert build_coast.clip_rings([SQUARE], (5, 5, 9, 9)) == []


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=4, max_size=60), st.floats(0.01, 2))
def test_every_point_is_near_the_simplified_ring(points, tolerance):
    ring = [*points, points[0]]
    simple = build_coast.simplify(ring, tolerance)

    assert set(simple) <= set(ring)
    sides = list(pairwise(simple))
    for x, y in ring:
        nearest = min((_measure(x, y, *side) for side in sides), default=math.hypot(x - ring[0][0], y - ring[0][1]))
        assert nearest <= tolerance + 1e-9


def _measure(x, y, start, end):
    wide, tall = end[0] - start[0], end[1] - start[1]
    length = wide**2 + tall**2
    share = min(max(((x - start[0]) * wide + (y - start[1]) * tall) / length, 0), 1) if length else 0
    return math.hypot(x - start[0] - share * wide, y - start[1] - share * tall)


def test_steps_give_the_points_back():
    ring = [(-6.7712, 62.0113), (-6.5, 62.25), (-7.0004, 62.1), (-6.7712, 62.0113)]

    [decoded] = decode(build_coast.encode_coast([ring], 1000))

    assert decoded == [pytest.approx(point, abs=0.0006) for point in ring]


@pytest.mark.parametrize(
    ("cell", "longitude", "latitude", "is_land"),
    [
        ("n60w010", -6.95, 62.15, True), ("n60w010", -8.0, 62.0, False),
        ("n55w005", -4.22, 57.48, True), ("n60e005", 7.0, 61.5, True), ("n60e005", 5.05, 64.0, False),
        ("s45w075", -71.5, -42.5, True),
    ],
)  # fmt: skip
def test_land_and_sea_are_where_they_are(cell, longitude, latitude, is_land):
    rings = decode(json.loads((PLACED / f"{cell}.json").read_text()))

    assert is_on_land(rings, longitude, latitude) == is_land


def test_the_world_lists_the_cells_and_a_page_loads_little():
    world = json.loads((PLACED / "world.json").read_text())

    assert {name for name, *_ in world["cells"]} | {"world"} == {file.stem for file in PLACED.glob("*.json")}
    for name, *_, size in world["cells"]:
        assert (PLACED / f"{name}.json").stat().st_size == size
    assert is_on_land(decode(world), 10, 61)
    assert not is_on_land(decode(world), -20, 55)
    assert len(gzip.compress((PLACED / "world.json").read_bytes())) < 20_000
