"""The rules of lice counts and health samples, over columns: actions check a few rows, imports all of a file."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

NOT_RECORDED = np.iinfo(np.int64).min  # means a number that was not recorded
LICE_FORMS = ("adult_female", "mobile", "attached")  # the forms of the salmon louse


def convert_to_column(values: Sequence[int | None]) -> Numbers:
    """Return numbers as the rules take them."""
    return np.array([NOT_RECORDED if value is None else value for value in values], np.int64)


def sum_recorded(columns: Sequence[Numbers]) -> Numbers:
    """Return the sum of columns by row; what is not recorded counts as 0."""
    return np.asarray(np.sum([np.where(values == NOT_RECORDED, 0, values) for values in columns], axis=0))


def find_lice_excess(forms: Numbers, total: Numbers) -> NDArray[np.bool_]:
    """Return the counts of which the forms add up to more lice than there were in all."""
    return np.asarray((total != NOT_RECORDED) & (forms > total))


def find_score_excess(scores: Sequence[Numbers], fish: Numbers) -> NDArray[np.bool_]:
    """Return the rows of which all scores are recorded and hold more fish than were examined."""
    is_recorded = np.all([values != NOT_RECORDED for values in (*scores, fish)], axis=0)
    return np.asarray(is_recorded & (sum_recorded(scores) > fish))
