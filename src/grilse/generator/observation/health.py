"""Fish looked over by the veterinarian, and the scores they get."""

import numpy as np

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.records import Columns
from grilse.generator.world.rules import STAGES
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load_parameters

_HEALTH = load_parameters("observation")["health"]
_PARAMETERS = np.array(_HEALTH["parameters"])
SCORES = 4
_CHECKED = (STAGES - 2, STAGES - 1)  # stages on land whose fish are looked over before they leave


def build_health_rows(context: BatchContext) -> tuple[Columns, Columns]:
    """Samples, and their scores; `sample` is the position of the sample."""
    row = _select_sample_rows(context)
    size, kinds = row.size, _PARAMETERS.size
    fish = np.minimum(_HEALTH["sample_fish"], context.truth.count[row])
    counts = _draw_scores(context, row, fish).reshape(-1, SCORES)
    samples = {"placement": context.row_placement[row], "date": context.row_date[row].astype(np.int32), "fish": fish}
    scores = {
        "sample": np.repeat(np.arange(size), kinds),
        "parameter": np.tile(_PARAMETERS, size),
        **{f"score_{score}": counts[:, score] for score in range(SCORES)},
    }
    return samples, scores


def _select_sample_rows(context: BatchContext) -> Counts:
    """Placement-days of the samples: checks of the smolts on land, then a pen a month in rotation."""
    truth = context.truth
    visits = [_find_visit_row(context, order, _find_check_day(context, order), 0) for order in _CHECKED]
    at_sea = context.row_day[context.at_sea[context.row_placement]]
    if at_sea.size:
        every = _HEALTH["sample_days"]
        first = int(at_sea.min()) + int(context.create_generator("visits").integers(every // 2, every))
        days = range(first, int(at_sea.max()) + 1, every)
        visits += [_find_visit_row(context, STAGES, day, turn) for turn, day in enumerate(days)]
    rows = np.array([row for row in visits if row >= 0], np.int64)
    return rows[truth.count[rows] > 0]


def _find_check_day(context: BatchContext, order: int) -> int:
    """The day on which the fish of a stage on land are looked over, before they are moved on."""
    truth = context.truth
    own = truth.stage == order
    if not own.any():
        return -1
    stops = truth.stop_day[own]
    planned = int(truth.start_day[own].min()) + context.world.stage_days[order - 1]
    leave = int(stops.max()) if stops.min() >= 0 else planned
    return leave - int(_HEALTH["check_days"])


def _find_visit_row(context: BatchContext, stage: int, day: int, turn: int) -> int:
    """Placement-day of the container whose turn it is, or -1 where none stands."""
    truth = context.truth
    ends = truth.start_day + np.diff(truth.offset)
    standing = np.flatnonzero((truth.stage == stage) & (truth.start_day <= day) & (day < ends))
    if not standing.size:
        return -1
    own = standing[turn % standing.size]
    return int(truth.offset[own] + day - truth.start_day[own])


def _draw_scores(context: BatchContext, row: Counts, fish: Counts) -> Counts:
    """Fish with each score, shape (samples, parameters, scores)."""
    rng = context.create_generator("scores")
    marks = np.array(_HEALTH["treatment"]) * _compute_treatment_marks(context, row)[:, None]
    sickness = np.array(_HEALTH["sickness"]) * context.truth.sick[row][:, None]
    spread = _HEALTH["spread"] * rng.standard_normal((row.size, _PARAMETERS.size))
    level = np.array(_HEALTH["base"]) + sickness + marks + spread
    # Share of the fish above each score, falling by the same step on the logit scale.
    above = 1.0 / (1.0 + np.exp(-(level[..., None] - _HEALTH["step"] * np.arange(SCORES - 1))))
    shares = -np.diff(above, axis=-1, prepend=1.0, append=0.0)
    return np.asarray(rng.multinomial(fish[:, None], shares), np.int64)


def _compute_treatment_marks(context: BatchContext, row: Counts) -> Floats:
    """How much of the last delousing is still to be seen, 1 on its day."""
    treatments = context.truth.treatments
    since = context.row_day[row][:, None] - treatments["day"][None, :]
    same = context.row_placement[row][:, None] == treatments["placement"][None, :]
    visible = np.where(same & (since >= 0), np.exp(-np.maximum(since, 0) / _HEALTH["treatment_days"]), 0.0)
    return np.asarray(visible.max(axis=1, initial=0.0), np.float64)
