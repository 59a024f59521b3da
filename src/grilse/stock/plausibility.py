"""What weights, counts and deaths can be: rules over columns of rows, which actions and imports share.

Impossible rows are refused: figures of one entry that contradict each other. Unlikely rows have to be confirmed. An
estimate refuses nothing, since the records that it rests on may be wrong, or entered later. NaN is a figure that nobody
knows: it makes no row implausible.
"""

from typing import Any

import numpy as np

Values = Any  # an array with a value for each row, or the value of one row

# Gutted over live weight. Viscera and blood are 8 to 20 % of a salmon; other cuts and wet fish widen it.
USUAL_GUTTED_SHARE = (0.75, 0.98)
MEAN_GUTTED_SHARE = 0.87
POSSIBLE_GUTTED_SHARE = (0.5, 1.0)
# A live weight that was estimated, or measured days before, is itself uncertain by some 20 %.
USUAL_ESTIMATED_SHARE = (0.6, 1.25)

# Samples of a pen differ from its estimate by 10 % and more, and by a third only where one of them is wrong.
USUAL_DEVIATION = 0.35
USUAL_DEVIATION_SDS = 4.0

# An older estimate only says what the fish weigh at least, and what they cannot have outgrown.
CURRENT_DAYS = 7

# Fish of one pen: a spread of 10 to 40 % of the mean, K of 0.8 to 1.8.
USUAL_SPREAD = 0.75
USUAL_CONDITION = (0.4, 2.5)

# g^(1/3) a day: a thermal growth coefficient of 4.5 in water of 16 °C, above which salmon stop to grow faster.
MAX_CUBE_ROOT_GROWTH = 4.5e-3 * 16

# Mass mortality begins far below: this share asks for a look at the number, not at the fish.
USUAL_DEATH_SHARE = 0.1
MIN_UNUSUAL_DEATHS = 50


# Counters and well boats are a few percent off, and movements are entered later. Three quarters of the most fish
# that a placement held is a slip of a digit.
USUAL_DIFFERENCE_SHARE = 0.75
MIN_UNUSUAL_DIFFERENCE = 50

# kg/m³: sea pens hold up to 25 and tanks up to 100; fish that are heavier than water do not fit.
USUAL_DENSITY, POSSIBLE_DENSITY = 150.0, 1000.0

# Of the biomass. Fish eat a few percent in a day, yet people enter the feed of weeks as one meal; grams that are kg are
# ten times the biomass.
USUAL_MEAL_SHARE = 5.0


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


def find_expected_weights(mean_g: Values, estimated_g: Values, days: Values) -> Values:
    """Return the weight closest to a mean weight that fish can have some days after an estimate."""
    highest = find_highest_growth(estimated_g, np.where(np.asarray(days) > CURRENT_DAYS, days, 0))
    return np.clip(mean_g, estimated_g, highest)


def find_unlikely_shapes(mean_g: Values, sd_g: Values, k_factor: Values) -> Values:
    """Return which samples have a spread or a condition factor that fish of one pen do not have."""
    lowest, highest = USUAL_CONDITION
    condition, spread = np.asarray(k_factor, np.float64), np.asarray(sd_g, np.float64)
    is_wide = np.isfinite(spread) & (spread > USUAL_SPREAD * np.asarray(mean_g, np.float64))
    return is_wide | (condition < lowest) | (condition > highest)


def find_unlikely_differences(difference: Values, most: Values) -> Values:
    """Return which differences between counts and ledgers are large, for the most fish that placements held."""
    size = np.abs(difference)
    return (size >= MIN_UNUSUAL_DIFFERENCE) & (size > USUAL_DIFFERENCE_SHARE * np.asarray(most))


def find_unlikely_meals(feed_kg: Values, biomass_kg: Values) -> Values:
    """Return which meals are more than fish can eat, even in weeks."""
    return np.asarray(feed_kg, np.float64) > USUAL_MEAL_SHARE * np.asarray(biomass_kg, np.float64)


def judge_density(kg_m3: Values) -> tuple[Values, Values]:
    """Return which densities are impossible, and which unlikely."""
    impossible = np.asarray(kg_m3) > POSSIBLE_DENSITY
    return impossible, ~impossible & (np.asarray(kg_m3) > USUAL_DENSITY)


def find_highest_growth(grams: Values, days: Values) -> Values:
    """Return the mean weight that no fish exceed some days later: the cube root of the weight grows by the day."""
    return (np.cbrt(grams) + MAX_CUBE_ROOT_GROWTH * days) ** 3


def find_unlikely_deaths(dead: Values, fish: Values) -> Values:
    """Return which numbers of fish that died in one day are an unlikely share of the fish of their placement."""
    return (np.asarray(dead) >= MIN_UNUSUAL_DEATHS) & (np.asarray(dead) > USUAL_DEATH_SHARE * np.asarray(fish))
