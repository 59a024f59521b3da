"""Fish looked over by the veterinarian, and the scores they get."""

import numpy as np

from grilse.generator.observation.records import Columns
from grilse.generator.observation.scene import Scene
from grilse.generator.world import STAGES
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load

_HEALTH = load("observation")["health"]
_PARAMETERS = np.array(_HEALTH["parameters"])
SCORES = 4
_CHECKED = (STAGES - 2, STAGES - 1)  # stages on land whose fish are looked over before they leave


def health_rows(scene: Scene) -> tuple[Columns, Columns]:
    """Samples, and their scores; `sample` is the position of the sample."""
    row = _visited(scene)
    size, kinds = row.size, _PARAMETERS.size
    fish = np.minimum(_HEALTH["sample_fish"], scene.truth.count[row])
    counts = _scores(scene, row, fish).reshape(-1, SCORES)
    samples = {
        "placement": scene.placement[row],
        "date": scene.date[row].astype(np.int32),
        "fish": fish,
    }
    scores = {
        "sample": np.repeat(np.arange(size), kinds),
        "parameter": np.tile(_PARAMETERS, size),
        **{f"score_{score}": counts[:, score] for score in range(SCORES)},
    }
    return samples, scores


def _visited(scene: Scene) -> Counts:
    """Placement-days of the samples: checks of the smolts on land, then a pen a month in rotation."""
    truth = scene.truth
    visits = [_visit(scene, order, _before_leaving(scene, order), 0) for order in _CHECKED]
    at_sea = scene.day[scene.at_sea[scene.placement]]
    if at_sea.size:
        every = _HEALTH["sample_days"]
        first = int(at_sea.min()) + int(scene.random("visits").integers(every // 2, every))
        days = range(first, int(at_sea.max()) + 1, every)
        visits += [_visit(scene, STAGES, day, turn) for turn, day in enumerate(days)]
    rows = np.array([row for row in visits if row >= 0], np.int64)
    return rows[truth.count[rows] > 0]


def _before_leaving(scene: Scene, order: int) -> int:
    """The day on which the fish of a stage on land are looked over, before they are moved on."""
    truth = scene.truth
    own = truth.stage == order
    if not own.any():
        return -1
    stops = truth.stop_day[own]
    planned = int(truth.start_day[own].min()) + scene.world.stage_days[order - 1]
    leave = int(stops.max()) if stops.min() >= 0 else planned
    return leave - int(_HEALTH["check_days"])


def _visit(scene: Scene, stage: int, day: int, turn: int) -> int:
    """Placement-day of the container whose turn it is, or -1 where none stands."""
    truth = scene.truth
    ends = truth.start_day + np.diff(truth.offset)
    standing = np.flatnonzero((truth.stage == stage) & (truth.start_day <= day) & (day < ends))
    if not standing.size:
        return -1
    own = standing[turn % standing.size]
    return int(truth.offset[own] + day - truth.start_day[own])


def _scores(scene: Scene, row: Counts, fish: Counts) -> Counts:
    """Fish with each score, shape (samples, parameters, scores)."""
    random = scene.random("scores")
    marks = np.array(_HEALTH["treatment"]) * _marks(scene, row)[:, None]
    sickness = np.array(_HEALTH["sickness"]) * scene.truth.sick[row][:, None]
    spread = _HEALTH["spread"] * random.standard_normal((row.size, _PARAMETERS.size))
    level = np.array(_HEALTH["base"]) + sickness + marks + spread
    # Share of the fish above each score, falling by the same step on the logit scale.
    above = 1.0 / (1.0 + np.exp(-(level[..., None] - _HEALTH["step"] * np.arange(SCORES - 1))))
    shares = -np.diff(above, axis=-1, prepend=1.0, append=0.0)
    return np.asarray(random.multinomial(fish[:, None], shares), np.int64)


def _marks(scene: Scene, row: Counts) -> Floats:
    """How much of the last delousing is still to be seen, 1 on its day."""
    treatments = scene.truth.treatments
    since = scene.day[row][:, None] - treatments["day"][None, :]
    same = scene.placement[row][:, None] == treatments["placement"][None, :]
    seen = np.where(same & (since >= 0), np.exp(-np.maximum(since, 0) / _HEALTH["treatment_days"]), 0.0)
    return np.asarray(seen.max(axis=1, initial=0.0), np.float64)
