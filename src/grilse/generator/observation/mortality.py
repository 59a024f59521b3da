"""Records of dead fish: how many the staff find each day, and the cause that they record."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.generator.observation.context import BatchContext
from grilse.generator.truth.batch_truth import CAUSES
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load_parameters
from grilse.science.temperature import day_of_year

_STOCK = load_parameters("observation")["stock"]
_UNRECORDED = load_parameters("measurement")["unrecorded_loss"]


CODES = np.array(
    [
        *("INFECTIOUS", "CMS", "PD", "AGD", "WINTER_ULCER"),
        *("TRAUMA", "TREATMENT", "HANDLING", "PREDATOR"),
        *("PHYSIOLOGICAL", "DEFORMITY", "SMOLTIFICATION"),
        *("ENVIRONMENTAL", "OXYGEN", "ALGAE"),
        "UNKNOWN",
    ]
)
_CODE = {code: index for index, code in enumerate(CODES.tolist())}

# Limits of the diagnoses.
_WINTER_C, _GILL_C, _HEART_G = 8.0, 11.0, 2000.0
_SMOLT_DAYS, _HANDLING_DAYS = 60, 6
_LOW_OXYGEN = 80.0
_BLOOM = (120, 270)  # days of the year
# Share of the deaths for which the staff record the finer cause.
_NAMED = 0.6

Rules = list[tuple[NDArray[np.bool_], str]]


@dataclass(frozen=True, kw_only=True)
class Deaths:
    """Recorded dead: one row per placement-day and recorded cause (position in CAUSES)."""

    row: Counts  # placement-day
    cause: Counts
    count: Counts


def count_found_dead(context: BatchContext) -> Counts:
    """Return the dead found on each placement-day by cause; 1-2 % of the fish are lost without a record."""
    rng, truth = context.create_generator("dead"), context.truth
    lost = truth.count * rng.uniform(*_UNRECORDED) / _STOCK["life_days"]
    missed = np.minimum(lost / np.maximum(truth.dead.sum(axis=1), 1), _STOCK["most_missed"])
    return rng.binomial(truth.dead, 1.0 - missed[:, None])


def record_deaths(context: BatchContext, counts: Counts) -> Deaths:
    """Return the recorded deaths: one cause a day, and a second one on a day with many dead."""
    total = counts.sum(axis=1)
    rows = np.flatnonzero(total)
    dead, total = counts[rows], total[rows]
    many_share, many = _STOCK["big_day"]
    big = (total >= many) & (total >= many_share * context.truth.count[rows])
    first = _draw_cause(context, dead, total)
    first[big] = dead[big].argmax(axis=1)
    rest = dead.copy()
    rest[np.arange(rows.size), first] = 0
    second = rest.argmax(axis=1)
    others = np.where(big, rest.sum(axis=1), 0)
    split = np.flatnonzero(others)
    return Deaths(
        row=np.concatenate([rows, rows[split]]),
        cause=np.concatenate([first, second[split]]),
        count=np.concatenate([total - others, others[split]]),
    )


def _draw_cause(context: BatchContext, dead: Counts, total: Counts) -> Counts:
    """Return the cause of one of the dead of the day, drawn at random."""
    chance: Floats = context.create_generator("causes").random(total.size)
    return np.asarray((np.cumsum(dead, axis=1) <= (chance * total)[:, None]).sum(axis=1), np.int64)


def draw_cause_codes(context: BatchContext, rows: Counts, causes: Counts) -> NDArray[np.str_]:
    """Return the recorded code of each true cause (position in CAUSES) on a placement-day."""
    named = context.create_generator("diagnoses").random((2, rows.size))
    coarse = ["TREATMENT" if cause == "delousing" else cause.upper() for cause in CAUSES]
    code_indexes = np.array([_CODE[code] for code in coarse])[causes]
    for cause, rules in _build_diagnosis_rules(context, rows, named[1]).items():
        for applies, code in rules:
            code_indexes[(causes == CAUSES.index(cause)) & (named[0] < _NAMED) & applies] = _CODE[code]
    return CODES[code_indexes]


def _build_diagnosis_rules(context: BatchContext, rows: Counts, chance: Floats) -> dict[str, Rules]:
    """Return finer codes with the rows to which they apply; a later code overrides an earlier one."""
    truth = context.truth
    placement = context.row_placement[rows]
    sea = context.at_sea[placement]
    days_in_placement = context.row_day[rows] - truth.start_day[placement]
    season = day_of_year(context.row_date[rows])
    cold = truth.temperature_c[rows] < _WINTER_C
    warm = truth.temperature_c[rows] > _GILL_C
    heavy = truth.weight_g[rows] > _HEART_G
    low_oxygen = truth.oxygen_pct[rows] < _LOW_OXYGEN
    bloom = (season > _BLOOM[0]) & (season < _BLOOM[1])
    return {
        "infectious": [
            (sea & (chance < 0.3), "PD"),
            (sea & heavy & (chance < 0.4), "CMS"),
            (sea & cold & (chance > 0.4), "WINTER_ULCER"),
            (sea & warm & (chance > 0.4), "AGD"),
        ],
        "trauma": [(sea & (chance < 0.5), "PREDATOR"), (days_in_placement < _HANDLING_DAYS, "HANDLING")],
        "physiological": [(~sea, "DEFORMITY"), (sea & (days_in_placement < _SMOLT_DAYS), "SMOLTIFICATION")],
        "environmental": [(low_oxygen, "OXYGEN"), (sea & bloom & (chance < 0.7), "ALGAE")],
    }
