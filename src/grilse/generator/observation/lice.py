"""The weekly counts of lice, on which decisions were taken."""

import numpy as np

from grilse.generator.observation.records import Columns, repeated
from grilse.generator.observation.scene import Scene

_FIGURES = ("fish_counted", "adult_female", "mobile", "attached", "total", "caligus")


def lice_rows(scene: Scene) -> Columns:
    """One row a pen and week with all its figures."""
    counts = scene.truth.lice_counts
    order = np.lexsort((counts["placement"], counts["day"]))
    return {
        "placement": counts["placement"][order].astype(np.int64),
        "date": (counts["day"][order] + scene.first).astype(np.int32),
        **{name: counts[name][order].astype(np.int64) for name in _FIGURES},
        "method": repeated("manual", order.size),
    }
