"""The weekly counts of lice, on which decisions were taken."""

import numpy as np

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.records import Columns, repeat_text

_FIGURES = ("fish_counted", "adult_female", "mobile", "attached", "total", "caligus")


def build_lice_rows(context: BatchContext) -> Columns:
    """One row a pen and week with all its figures."""
    counts = context.truth.lice_counts
    order = np.lexsort((counts["placement"], counts["day"]))
    return {
        "placement": counts["placement"][order].astype(np.int64),
        "date": (counts["day"][order] + context.first_day).astype(np.int32),
        **{name: counts[name][order].astype(np.int64) for name in _FIGURES},
        "method": repeat_text("manual", order.size),
    }
