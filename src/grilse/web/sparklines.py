"""Small lines over time, drawn by the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

WIDTH, HEIGHT, MARGIN = 96, 22, 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Sparkline:
    """A line in pixels."""

    parts: tuple[str, ...]
    """Points of each part of the line; a missing value ends a part."""
    last_x: float
    last_y: float
    limit_y: float | None
    width: int = WIDTH
    height: int = HEIGHT


def build_sparkline(values: Sequence[float | None], limit: float | None = None) -> Sparkline | None:
    """Return the line of values at equal steps, with a limit; None without any value."""
    present = [value for value in values if value is not None]
    if not present:
        return None
    scale = [*present, 0, *([] if limit is None else [limit])]
    low, span = min(scale), max(scale) - min(scale) or 1
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)

    def place(value: float) -> float:
        return round(HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2 * MARGIN), 1)

    points = [None if value is None else (round(MARGIN + i * step, 1), place(value)) for i, value in enumerate(values)]
    drawn = [point for point in points if point is not None]
    return Sparkline(
        parts=tuple(
            " ".join(f"{point[0]},{point[1]}" for point in part if point)
            for is_drawn, part in groupby(points, lambda point: point is not None)
            if is_drawn
        ),
        last_x=drawn[-1][0],
        last_y=drawn[-1][1],
        limit_y=None if limit is None else place(limit),
    )
