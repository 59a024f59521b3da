"""Coasts for the maps: Natural Earth's land at 1:10 million (1:50 million far from fish farms), cut into small files.

Natural Earth is in the public domain; the npm package world-atlas carries it as TopoJSON. A detailed file is a cell of
five degrees, loaded only by maps with sites near it.
"""

import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Ring = list[Point]
Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

CELL = 5
# Where salmon and trout are farmed at sea.
FARMED: tuple[Box, ...] = (
    (-25, 50, 35, 75),  # Iceland, Ireland, Scotland, Faroe Islands, Norway
    (-70, 40, -50, 55),  # Maine, Atlantic Canada
    (-135, 45, -120, 60),  # British Columbia, Washington
    (-80, -60, -65, -35),  # Chile
    (140, -45, 150, -35),  # Tasmania
    (165, -50, 180, -35),  # New Zealand
)
# The coarse coast ends where no fish are farmed.
WORLD: Box = (-180, -57, 180, 80)
# Land reaches over the edge of a cell, so that no line shows between two cells.
OVERLAP = 0.05
DETAILED, COARSE = 0.001, 0.15
"""Degrees by which a simplified coast may be off."""
SPECK = 0.5
"""Degrees over which an island reaches at least that is on the coarse coast."""
DETAILED_SCALE, COARSE_SCALE = 1000, 20
"""Steps of a degree in which points are written."""


def build_coast(package: Path, folder: Path) -> None:
    """Write `world.json` and a file of each cell, such as `n60w010.json`, from the files of world-atlas.

    `world.json` also lists the cells: name, west, south, east, north and bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    world = simplify_rings(clip_rings(filter(_is_large, read_rings(package / "land-50m.json")), WORLD), COARSE)
    detailed = read_rings(package / "land-10m.json")
    for box in FARMED:
        coast = simplify_rings(clip_rings(detailed, _widen(box)), DETAILED)
        for cell in list_cells(box):
            write_coast(
                folder / f"{name_cell(cell)}.json", encode_coast(clip_rings(coast, _widen(cell)), DETAILED_SCALE)
            )
    cells = {name_cell(cell): cell for box in FARMED for cell in list_cells(box)}
    sizes = [[name, *cell, (folder / f"{name}.json").stat().st_size] for name, cell in cells.items()]
    write_coast(folder / "world.json", {**encode_coast(world, COARSE_SCALE), "cells": sizes})


def list_cells(box: Box) -> list[Box]:
    """Return the cells of a part of the world, by their latitude and longitude."""
    west, south, east, north = map(int, box)
    return [
        (left, low, left + CELL, low + CELL) for low in range(south, north, CELL) for left in range(west, east, CELL)
    ]


def _widen(box: Box) -> Box:
    west, south, east, north = box
    return west - OVERLAP, south - OVERLAP, east + OVERLAP, north + OVERLAP


def name_cell(cell: Box) -> str:
    """Return the name of a cell by its south-western corner."""
    west, south = int(cell[0]), int(cell[1])
    return f"{'s' if south < 0 else 'n'}{abs(south):02}{'w' if west < 0 else 'e'}{abs(west):03}"


def read_rings(file: Path) -> list[Ring]:
    """Return the rings of the land of a TopoJSON file: coasts of continents, islands and lakes."""
    topology = json.loads(file.read_text())
    arcs = [list(_decode_arc(arc, topology["transform"])) for arc in topology["arcs"]]
    [land] = topology["objects"]["land"]["geometries"]
    return [_join_arcs(arcs, ring) for polygon in land["arcs"] for ring in polygon]


def _decode_arc(arc: list[list[int]], transform: dict[str, Any]) -> Iterator[Point]:
    (wide, high), (west, south) = transform["scale"], transform["translate"]
    x = y = 0
    for right, up in arc:
        x, y = x + right, y + up
        yield x * wide + west, y * high + south


def _join_arcs(arcs: list[Ring], indices: list[int]) -> Ring:
    """Return a ring of arcs; ~i is arc i from its end to its start, and an arc starts where the last one ends."""
    ring: Ring = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += arc if not ring else arc[1:]
    return ring


def simplify_rings(rings: Iterable[Ring], tolerance: float) -> list[Ring]:
    """Return rings without the points that the line between others passes near, and without specks."""
    return [simple for ring in rings if len(simple := simplify(ring, tolerance)) >= 4]


def simplify(ring: Ring, tolerance: float) -> Ring:
    """Return a ring by the method of Douglas and Peucker; degrees of longitude count as long as those of latitude."""
    if len(ring) < 4:
        return []
    # A ring ends where it starts: it is halved at the point that is farthest from there.
    x, y = ring[0]
    middle = max(range(len(ring)), key=lambda i: (ring[i][0] - x) ** 2 + (ring[i][1] - y) ** 2)
    kept, parts = {0, middle, len(ring) - 1}, [(0, middle), (middle, len(ring) - 1)]
    while parts:
        first, last = parts.pop()
        distance, farthest = max(
            ((_measure_distance(ring[i], ring[first], ring[last]), i) for i in range(first + 1, last)), default=(0.0, 0)
        )
        if distance > tolerance:
            kept.add(farthest)
            parts += [(first, farthest), (farthest, last)]
    return [ring[i] for i in sorted(kept)]


def _measure_distance(point: Point, start: Point, end: Point) -> float:
    (x, y), (left, low), (right, high) = point, start, end
    wide, tall = right - left, high - low
    length = wide * wide + tall * tall
    share = min(max(((x - left) * wide + (y - low) * tall) / length, 0.0), 1.0) if length else 0.0
    return math.hypot(x - left - share * wide, y - low - share * tall)


def clip_rings(rings: Iterable[Ring], box: Box) -> list[Ring]:
    """Return the parts of rings in a box, closed along its edges."""
    return [part for ring in rings if _touches(ring, box) and len(part := clip(ring, box)) >= 4]


def _is_large(ring: Ring) -> bool:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return max(max(xs) - min(xs), max(ys) - min(ys)) > SPECK


def _touches(ring: Ring, box: Box) -> bool:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs) < box[2] and max(xs) > box[0] and min(ys) < box[3] and max(ys) > box[1]


def clip(ring: Ring, box: Box) -> Ring:
    """Return the part of a ring in a box by the method of Sutherland and Hodgman."""
    for axis, limit, sign in ((0, box[0], 1), (0, box[2], -1), (1, box[1], 1), (1, box[3], -1)):
        clipped: Ring = []
        for before, point in zip([ring[-1], *ring[:-1]], ring, strict=True):
            was_inside, is_inside = ((at[axis] - limit) * sign >= 0 for at in (before, point))
            if was_inside != is_inside:
                clipped.append(_cross(before, point, axis, limit))
            if is_inside:
                clipped.append(point)
        ring = clipped
        if not ring:
            return []
    return ring


def _cross(before: Point, point: Point, axis: int, limit: float) -> Point:
    share = (limit - before[axis]) / (point[axis] - before[axis])
    other = before[1 - axis] + share * (point[1 - axis] - before[1 - axis])
    return (limit, other) if axis == 0 else (other, limit)


def encode_coast(rings: Iterable[Ring], scale: int) -> dict[str, Any]:
    """Return rings as steps from point to point: longitude, latitude, and then the differences."""
    return {"scale": scale, "rings": [steps for ring in rings if len(steps := _build_steps(ring, scale)) >= 8]}


def write_coast(file: Path, coast: dict[str, Any]) -> None:
    """Write a coast without spaces."""
    file.write_text(json.dumps(coast, separators=(",", ":")))


def _build_steps(ring: Ring, scale: int) -> list[int]:
    steps: list[int] = []
    x = y = 0
    for longitude, latitude in ring:
        right, up = round(longitude * scale) - x, round(latitude * scale) - y
        if right or up or not steps:
            steps += (right, up)
            x, y = x + right, y + up
    return steps
