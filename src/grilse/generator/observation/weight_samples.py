"""Records of weight samples by hand."""

import numpy as np
from numpy.random import Generator

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.records import Columns, repeat_text
from grilse.science.arrays import Counts, Floats
from grilse.science.measurement import sample_mean
from grilse.science.parameters import load_parameters

_STOCK = load_parameters("observation")["stock"]
_MEASUREMENT = load_parameters("measurement")


def build_sample_rows(context: BatchContext) -> Columns:
    """Return the samples: each container after the egg stage every two to four weeks."""
    truth, row = context.truth, _select_sample_rows(context)
    placement = context.row_placement[row]
    least, most = _STOCK["sample_fish"]
    fish = np.minimum(context.create_generator("catches").integers(least, most + 1, row.size), truth.count[row])
    pen_bias = _MEASUREMENT["pen_bias_sd"] * context.create_generator("pens").standard_normal(truth.stage.size)
    bias = context.catch_bias + pen_bias[placement]
    mean = sample_mean(context.create_generator("weights"), truth.weight_g[row], fish, bias)
    rounded_mean = _round_weights(mean)
    return {
        "placement": placement,
        "date": context.row_date[row].astype(np.int32),
        "fish_weighed": fish,
        "mean_weight_g": rounded_mean,
        "sd_g": _draw_sd(context.create_generator("spreads"), rounded_mean, fish),
        "method": repeat_text("HAND", row.size),
        "selection": repeat_text("random", row.size),
    }


def _select_sample_rows(context: BatchContext) -> Counts:
    """Return the placement-days with a sample, in the order of their days; each has at least two fish."""
    truth = context.truth
    rows = np.diff(truth.offset)
    (first_least, first_most), (least, most) = _STOCK["sample_first_day"], _STOCK["sample_days"]
    # As many rounds as the longest stage allows, so that they do not depend on the end of the history.
    rounds = max(context.world.stage_days) // least + 1
    gaps = context.create_generator("rounds").integers(least, most + 1, (rows.size, rounds))
    first = context.create_generator("first-rounds").integers(first_least, first_most + 1, rows.size)
    days = np.cumsum(np.column_stack([first, gaps[:, 1:]]), axis=1)
    is_sampled = (days < rows[:, None]) & (truth.stage[:, None] > 1)
    row_indexes = (truth.offset[:-1, None] + days)[is_sampled]
    row_indexes = row_indexes[truth.count[row_indexes] > 1]
    return row_indexes[np.argsort(context.row_day[row_indexes], kind="stable")]


def _round_weights(mean: Floats) -> Floats:
    """Round weights: scales show 0.01 g of small fish and 1 g of large ones."""
    return np.where(mean < 100.0, np.maximum(np.round(mean, 2), 0.01), np.round(mean))


def _draw_sd(rng: Generator, mean: Floats, fish: Counts) -> Floats:
    """Return the SD between the fish of each sample."""
    freedom = np.maximum(fish - 1, 1)
    sd = mean * _MEASUREMENT["fish_cv"] * np.sqrt(rng.chisquare(freedom) / freedom)
    return np.round(sd, 2)
