"""Positions of sites along a coast."""

import numpy as np


def spread_along_line(points: list[list[float]], count: int) -> list[tuple[float, float]]:
    """So many positions (latitude, longitude), evenly spread along the line through the points."""
    line = np.asarray(points, dtype=np.float64)
    # A degree of longitude is shorter by the cosine of the latitude.
    steps = np.diff(line, axis=0) * [1.0, np.cos(np.radians(line[:, 0].mean()))]
    line_distances = np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
    distances = np.linspace(0.0, line_distances[-1], count)
    latitudes = np.interp(distances, line_distances, line[:, 0])
    longitudes = np.interp(distances, line_distances, line[:, 1])
    places = zip(latitudes.tolist(), longitudes.tolist(), strict=True)
    return [(round(latitude, 4), round(longitude, 4)) for latitude, longitude in places]
