"""What weights and deaths can be: rules over columns of rows, which actions and imports share.

Impossible rows are refused: figures of one entry that contradict each other. Unlikely rows have to be confirmed. An
estimate refuses nothing, since the records that it rests on may be wrong, or entered later. NaN is a figure that nobody
knows: it makes no row implausible.
"""

from typing import Any

import numpy as np

Values = Any  # an array with a value for each row, or the value of one row

# Gutted over live weight. Viscera and blood are 8 to 20 % of a salmon; other cuts and wet fish widen it.
USUAL_GUTTED_SHARE = (0.75, 0.98)
POSSIBLE_GUTTED_SHARE = (0.5, 1.0)
# A live weight that was estimated, or measured days before, is itself uncertain by some 20 %.
USUAL_ESTIMATED_SHARE = (0.6, 1.25)

# Samples of a pen differ from its estimate by 10 % and more, and by a third only where one of them is wrong.
USUAL_DEVIATION = 0.35
USUAL_DEVIATION_SDS = 4.0

# g^(1/3) a day: a thermal growth coefficient of 4.5 in water of 16 °C, above which salmon stop to grow faster.
MAX_CUBE_ROOT_GROWTH = 4.5e-3 * 16

# Mass mortality begins far below: this share asks for a look at the number, not at the fish.
USUAL_DEATH_SHARE = 0.1
MIN_UNUSUAL_DEATHS = 50


def judge_gutted_weight(
    gutted_kg: Values, count: Values, live_g: Values, is_measured: Values = True
) -> tuple[Values, Values]:
    """Return which gutted weights are impossible, and which unlikely, for so many fish of a mean live weight."""
    live_kg = np.asarray(count) * np.asarray(live_g, np.float64) / 1000
    share = np.divide(gutted_kg, live_kg, out=np.full(np.shape(live_kg), np.nan), where=live_kg > 0)
    lowest, highest = POSSIBLE_GUTTED_SHARE
    low, high = (np.where(is_measured, *pair) for pair in zip(USUAL_GUTTED_SHARE, USUAL_ESTIMATED_SHARE, strict=True))
    # Fish without a weight, or a weight without fish.
    impossible = (np.asarray(count) > 0) != (np.asarray(gutted_kg) > 0)
    impossible |= is_measured & ((share < lowest) | (share > highest))
    return impossible, ~impossible & ((share < low) | (share > high))


def find_unlikely_weights(mean_g: Values, expected_g: Values, expected_sd_g: Values = 0.0) -> Values:
    """Return which mean weights are unlikely where another was expected."""
    ratio = np.asarray(mean_g, np.float64) / np.asarray(expected_g, np.float64)
    sds = USUAL_DEVIATION_SDS * np.nan_to_num(expected_sd_g) / np.asarray(expected_g, np.float64)
    return np.maximum(ratio, 1 / ratio) > 1 + np.maximum(USUAL_DEVIATION, sds)


def find_highest_growth(grams: Values, days: Values) -> Values:
    """Return the mean weight that no fish exceed some days later: the cube root of the weight grows by the day."""
    return (np.cbrt(grams) + MAX_CUBE_ROOT_GROWTH * days) ** 3


def find_unlikely_deaths(dead: Values, fish: Values) -> Values:
    """Return which numbers of fish that died in one day are an unlikely share of the fish of their placement."""
    return (np.asarray(dead) >= MIN_UNUSUAL_DEATHS) & (np.asarray(dead) > USUAL_DEATH_SHARE * np.asarray(fish))
