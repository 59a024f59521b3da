"""Which cause of death the staff write down, as codes of the tree of causes."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.observation.context import BatchContext
from grilse.generator.truth.batch_truth import CAUSES
from grilse.science.arrays import Counts, Floats
from grilse.science.temperature import day_of_year

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

# What a diagnosis rests on.
_WINTER_C, _GILL_C, _HEART_G = 8.0, 11.0, 2000.0
_SMOLT_DAYS, _HANDLING_DAYS = 60, 6
_LOW_OXYGEN = 80.0
_BLOOM = (120, 270)  # days of the year
# How often the staff name the finer cause.
_NAMED = 0.6


def draw_cause_codes(context: BatchContext, rows: Counts, causes: Counts) -> NDArray[np.str_]:
    """Code for each true cause (position in CAUSES) on a placement-day."""
    named = context.create_generator("diagnoses").random((2, rows.size))
    code_indexes = np.array([_CODE[_get_coarse_code(cause)] for cause in CAUSES])[causes]
    for cause, rules in _build_diagnosis_rules(context, rows, named[1]).items():
        for applies, code in rules:
            code_indexes[(causes == CAUSES.index(cause)) & (named[0] < _NAMED) & applies] = _CODE[code]
    return CODES[code_indexes]


def _get_coarse_code(cause: str) -> str:
    return "TREATMENT" if cause == "delousing" else cause.upper()


Rules = list[tuple[NDArray[np.bool_], str]]


def _build_diagnosis_rules(context: BatchContext, rows: Counts, chance: Floats) -> dict[str, Rules]:
    """Finer codes with where they apply; a later one goes over an earlier one."""
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
