"""The bands of lice: means by area and week over eight pens in rotation, as farms report them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from grilse.bulk.copy import read_columns
from grilse.generator.check.result import GENERATED, Check, check_band

PENS = 8  # counted in a week, in rotation
MIN_AREA_WEEKS = 1000  # area-weeks, for the histogram to be judged

COUNTS = (
    "SELECT c.area_id, l.date, row_number() OVER (PARTITION BY c.area_id, date_trunc('week', l.date)"
    ' ORDER BY c.name COLLATE "C") - 1 AS pen, l.adult_female::float8 / l.fish_counted AS females'
    " FROM health_licecount l JOIN stock_placement p ON p.id = l.placement_id"
    " JOIN stock_batch b ON b.id = p.batch_id JOIN farm_container c ON c.id = p.container_id"
    " WHERE l.adult_female IS NOT NULL AND c.area_id IS NOT NULL AND (b.company_id, b.number)"
    f" IN ({GENERATED})"
)
# Allowed ranges around the figures of real farms in Norway, 2016–22.
BANDS = {
    "mean": (0.12, 0.19),
    "median": (0.06, 0.11),
    "P75": (0.15, 0.25),
    "P90": (0.28, 0.42),
    "P95": (0.38, 0.55),
    "P99": (0.7, 1.4),
    "share of zeros": (0.08, 0.25),
    "share above 0.5": (0.02, 0.06),
}
LOW_MONTHS, HIGH_MONTHS = (4, 5, 6), (9, 10, 11, 12)  # months


def check_lice(connection: Connection[Any]) -> Iterator[Check]:
    """Yield the bands of the histogram and of the season."""
    kinds = {"area_id": "int8", "date": "date", "pen": "int8", "females": "float8"}
    counts = read_columns(connection, COUNTS, kinds)
    if not len(counts["date"]):
        return
    means, month = compute_area_week_means(counts)
    judged, detail = len(means) >= MIN_AREA_WEEKS, f"{len(means):,} area-weeks of {PENS} pens"
    for name, figure in compute_lice_figures(means).items():
        yield check_band(f"adult females per fish, {name}", figure, *BANDS[name], judged=judged, detail=detail)
    spring, autumn = means[np.isin(month, LOW_MONTHS)], means[np.isin(month, HIGH_MONTHS)]
    if len(spring) and len(autumn):
        share = float(spring.mean() / autumn.mean())
        yield check_band("adult females, April–June beside September–December", share, 0, 0.8, judged=judged)


def compute_area_week_means(counts: dict[str, NDArray[Any]]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the mean of each area and week, and its month."""
    week = (counts["date"].astype(np.int64) + 3) // 7  # Monday first
    groups, group = np.unique(np.stack([counts["area_id"], week]), axis=1, return_inverse=True)
    group = group.reshape(-1)
    pens = np.bincount(group)[group]
    turn = (counts["pen"] - week * PENS) % pens  # the next eight each week
    counted = turn < PENS
    sums = np.bincount(group[counted], counts["females"][counted], minlength=groups.shape[1])
    sizes = np.bincount(group[counted], minlength=groups.shape[1])
    months = (groups[1] * 7 - 3).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return sums / np.maximum(sizes, 1), months


def compute_lice_figures(means: NDArray[np.float64]) -> dict[str, float]:
    """Return the figure of each band."""
    shares = dict(zip(("median", "P75", "P90", "P95", "P99"), (50, 75, 90, 95, 99), strict=True))
    return {
        "mean": float(means.mean()),
        **{name: float(np.percentile(means, share)) for name, share in shares.items()},
        "share of zeros": float((means == 0).mean()),
        "share above 0.5": float((means > 0.5).mean()),
    }
