"""Masses of feed: interfaces take kilograms, tables hold whole grams."""

import math

from grilse.errors import GrilseError
from grilse.feeding.messages import MAX_GRAMS


def convert_to_grams(kg: float) -> int:
    """Return a mass to the gram; refuse a number that is not a mass of feed."""
    grams = round(kg * 1000) if math.isfinite(kg) else 0
    if not 1 <= grams <= MAX_GRAMS:
        why = f"{kg:g} kg is no mass of feed: it has to be above 0 and at most {MAX_GRAMS // 1000:,} kg"
        raise GrilseError(why, field="kg")
    return grams
