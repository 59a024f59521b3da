"""Hand samples of weight."""

import numpy as np
from numpy.random import Generator

from grilse.generator.observation.records import Columns, repeated
from grilse.generator.observation.scene import Scene
from grilse.science.arrays import Counts, Floats
from grilse.science.measurement import sample_mean
from grilse.science.parameters import load

_STOCK = load("observation")["stock"]
_MEASUREMENT = load("measurement")


def sample_rows(scene: Scene) -> Columns:
    """Every container's fish after the eggs are weighed every two to four weeks."""
    truth, random = scene.truth, scene.random("weights")
    row = _sampled(scene, random)
    placement = scene.placement[row]
    least, most = _STOCK["sample_fish"]
    fish = np.minimum(random.integers(least, most + 1, row.size), truth.count[row])
    pen_bias = _MEASUREMENT["pen_bias_sd"] * random.standard_normal(truth.stage.size)
    mean = sample_mean(random, truth.weight_g[row], fish, scene.catch_bias + pen_bias[placement])
    written = _written(mean)
    return {
        "placement": placement,
        "date": scene.date[row].astype(np.int32),
        "fish_weighed": fish,
        "mean_weight_g": written,
        "sd_g": _spread(random, written, fish),
        "method": repeated("HAND", row.size),
        "selection": repeated("random", row.size),
    }


def _sampled(scene: Scene, random: Generator) -> Counts:
    """Placement-days with a sample, each at least two fish."""
    truth = scene.truth
    rows = np.diff(truth.offset)
    (first_least, first_most), (least, most) = _STOCK["sample_first_day"], _STOCK["sample_days"]
    rounds = int(rows.max(initial=0)) // least + 1
    gaps = random.integers(least, most + 1, (rows.size, rounds))
    gaps[:, 0] = random.integers(first_least, first_most + 1, rows.size)
    days = np.cumsum(gaps, axis=1)
    wanted = (days < rows[:, None]) & (truth.stage[:, None] > 1)
    found = (truth.offset[:-1, None] + days)[wanted]
    return found[truth.count[found] > 1]


def _written(mean: Floats) -> Floats:
    """Scales show 0.01 g of small fish and 1 g of large ones."""
    return np.where(mean < 100.0, np.maximum(np.round(mean, 2), 0.01), np.round(mean))


def _spread(random: Generator, mean: Floats, fish: Counts) -> Floats:
    """SD between the fish of each sample."""
    freedom = np.maximum(fish - 1, 1)
    found = mean * _MEASUREMENT["fish_cv"] * np.sqrt(random.chisquare(freedom) / freedom)
    return np.round(found, 2)
