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
    truth, rng = context.truth, context.create_generator("weights")
    row = _select_sample_rows(context, rng)
    placement = context.row_placement[row]
    least, most = _STOCK["sample_fish"]
    fish = np.minimum(rng.integers(least, most + 1, row.size), truth.count[row])
    pen_bias = _MEASUREMENT["pen_bias_sd"] * rng.standard_normal(truth.stage.size)
    mean = sample_mean(rng, truth.weight_g[row], fish, context.catch_bias + pen_bias[placement])
    rounded_mean = _round_weights(mean)
    return {
        "placement": placement,
        "date": context.row_date[row].astype(np.int32),
        "fish_weighed": fish,
        "mean_weight_g": rounded_mean,
        "sd_g": _draw_sd(rng, rounded_mean, fish),
        "method": repeat_text("HAND", row.size),
        "selection": repeat_text("random", row.size),
    }


def _select_sample_rows(context: BatchContext, rng: Generator) -> Counts:
    """Return the placement-days with a sample; each has at least two fish."""
    truth = context.truth
    rows = np.diff(truth.offset)
    (first_least, first_most), (least, most) = _STOCK["sample_first_day"], _STOCK["sample_days"]
    rounds = int(rows.max(initial=0)) // least + 1
    gaps = rng.integers(least, most + 1, (rows.size, rounds))
    gaps[:, 0] = rng.integers(first_least, first_most + 1, rows.size)
    days = np.cumsum(gaps, axis=1)
    is_sampled = (days < rows[:, None]) & (truth.stage[:, None] > 1)
    row_indexes = (truth.offset[:-1, None] + days)[is_sampled]
    return row_indexes[truth.count[row_indexes] > 1]


def _round_weights(mean: Floats) -> Floats:
    """Round weights: scales show 0.01 g of small fish and 1 g of large ones."""
    return np.where(mean < 100.0, np.maximum(np.round(mean, 2), 0.01), np.round(mean))


def _draw_sd(rng: Generator, mean: Floats, fish: Counts) -> Floats:
    """Return the SD between the fish of each sample."""
    freedom = np.maximum(fish - 1, 1)
    sd = mean * _MEASUREMENT["fish_cv"] * np.sqrt(rng.chisquare(freedom) / freedom)
    return np.round(sd, 2)
