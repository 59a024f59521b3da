"""Records of fish health: samples with their scores, lice counts and treatments."""

import numpy as np

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.records import Columns, concatenate_columns, repeat_text, take_rows
from grilse.generator.truth.batch_truth import DELOUSING, VACCINES
from grilse.generator.world.rules import STAGES
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load_parameters

_HEALTH = load_parameters("observation")["health"]
_PARAMETERS = np.array(_HEALTH["parameters"])
SCORES = 4
_CHECKED = (STAGES - 2, STAGES - 1)  # stages on land whose fish are examined before they leave
_LICE_FIGURES = ("fish_counted", "adult_female", "mobile", "attached", "total", "caligus")


def build_health_rows(context: BatchContext) -> tuple[Columns, Columns]:
    """Return the health samples and their scores; `sample` is the position of the sample."""
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
    """Return the placement-days of the samples: checks of the smolts on land, then one pen a month in rotation."""
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
    """Return the day on which the fish of a stage on land are examined, before they move on."""
    truth = context.truth
    own = truth.stage == order
    if not own.any():
        return -1
    stops = truth.stop_day[own]
    planned = int(truth.start_day[own].min()) + context.world.stage_days[order - 1]
    leave = int(stops.max()) if stops.min() >= 0 else planned
    return leave - int(_HEALTH["check_days"])


def _find_visit_row(context: BatchContext, stage: int, day: int, turn: int) -> int:
    """Return the placement-day of the container whose turn it is, or -1 if the stage has no fish that day."""
    truth = context.truth
    ends = truth.start_day + np.diff(truth.offset)
    standing = np.flatnonzero((truth.stage == stage) & (truth.start_day <= day) & (day < ends))
    if not standing.size:
        return -1
    own = standing[turn % standing.size]
    return int(truth.offset[own] + day - truth.start_day[own])


def _draw_scores(context: BatchContext, row: Counts, fish: Counts) -> Counts:
    """Return the fish with each score, shape (samples, parameters, scores)."""
    marks = np.array(_HEALTH["treatment"]) * _compute_treatment_marks(context, row)[:, None]
    sickness = np.array(_HEALTH["sickness"]) * context.truth.sick[row][:, None]
    spread = _HEALTH["spread"] * context.create_generator("observers").standard_normal((row.size, _PARAMETERS.size))
    level = np.array(_HEALTH["base"]) + sickness + marks + spread
    # Share of the fish above each score, falling by the same step on the logit scale.
    above = 1.0 / (1.0 + np.exp(-(level[..., None] - _HEALTH["step"] * np.arange(SCORES - 1))))
    shares = -np.diff(above, axis=-1, prepend=1.0, append=0.0)
    return np.asarray(context.create_generator("scores").multinomial(fish[:, None], shares), np.int64)


def _compute_treatment_marks(context: BatchContext, row: Counts) -> Floats:
    """Return how visible the last delousing still is; 1 on its day."""
    treatments = context.truth.treatments
    since = context.row_day[row][:, None] - treatments["day"][None, :]
    same = context.row_placement[row][:, None] == treatments["placement"][None, :]
    visible = np.where(same & (since >= 0), np.exp(-np.maximum(since, 0) / _HEALTH["treatment_days"]), 0.0)
    return np.asarray(visible.max(axis=1, initial=0.0), np.float64)


def build_lice_rows(context: BatchContext) -> Columns:
    """Return the weekly lice counts: one row per pen and week with all figures."""
    counts = context.truth.lice_counts
    counts = take_rows(counts, np.lexsort((counts["placement"], counts["day"])))
    return {
        "placement": counts["placement"].astype(np.int64),
        "date": context.convert_dates(counts["day"]),
        **{name: counts[name].astype(np.int64) for name in _LICE_FIGURES},
        "method": repeat_text("manual", counts["day"].size),
    }


def build_treatment_rows(context: BatchContext) -> Columns:
    """Return all treatments, by day and placement."""
    rows = concatenate_columns((_build_delousings(context), _build_vaccinations(context)))
    return take_rows(rows, np.lexsort((rows["placement"], rows["start"])))


def _build_delousings(context: BatchContext) -> Columns:
    treatments = context.truth.treatments
    method = np.array(DELOUSING)[treatments["method"]]
    error = _HEALTH["efficacy_sd"] * context.create_generator("efficacy").standard_normal(method.size)
    efficacy = np.clip(treatments["efficacy"] + error, 0.0, 1.0)
    reason = "adult females above the limit"
    return _build_treatments(context, "delousing", treatments, method, reason, np.round(efficacy, 2))


def _build_vaccinations(context: BatchContext) -> Columns:
    vaccinations = context.truth.vaccinations
    method = np.array(VACCINES)[vaccinations["kind"]]
    unknown = np.full(method.size, np.nan)
    return _build_treatments(context, "vaccination", vaccinations, method, "protection at sea", unknown)


def _build_treatments(
    context: BatchContext, kind: str, events: Columns, method: np.ndarray, reason: str, efficacy: np.ndarray
) -> Columns:
    day = context.convert_dates(events["day"])
    withdrawal = _HEALTH["withdrawal_days"]
    return {
        "placement": events["placement"].astype(np.int64),
        "kind": repeat_text(kind, day.size),
        "method": method,
        "start": day,
        "stop": day,
        "withdrawal_days": np.array([withdrawal[name] for name in method.tolist()], np.int64),
        "reason": repeat_text(reason, day.size),
        "efficacy": efficacy,
    }
