"""Masses of feed as doors bring them, in kg, as the store keeps them: whole grams."""

import math

from grilse.errors import GrilseError
from grilse.feeding import messages


def convert_to_grams(kg: float) -> int:
    """Return a mass to the gram; refuse what is none."""
    grams = round(kg * 1000) if math.isfinite(kg) else 0
    if not 1 <= grams <= messages.MAX_GRAMS:
        raise GrilseError(messages.describe_invalid_mass(kg), field="kg")
    return grams
