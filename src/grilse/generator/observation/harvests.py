"""Records of harvests: the ledger rows, and the grades that the processing plant reports."""

import numpy as np

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.ledger_rows import build_ledger_rows
from grilse.generator.observation.records import Columns, round_to_resolution
from grilse.science.arrays import Counts
from grilse.science.harvest import grade_shares, gutted_weight
from grilse.science.parameters import load_parameters

_GRADE_WEIGHT = np.array(load_parameters("observation")["stock"]["grade_weight"])
GRADES = ("superior", "ordinary", "production")


def build_harvest_rows(context: BatchContext) -> Columns:
    """Return the harvested fish; the plant counts and weighs each."""
    harvests = context.truth.harvests
    return build_ledger_rows(
        "HARVEST",
        day=harvests["day"],
        source=harvests["placement"],
        count=harvests["count"],
        mean_weight_g=round_to_resolution(harvests["weight_g"], 0.1),
        weight_method="HARVEST",
        fish_weighed=harvests["count"],
    )


def build_grade_rows(context: BatchContext) -> Columns:
    """Return fish and gutted weight by harvest and grade; grades without fish have no row."""
    harvests = context.truth.harvests
    counts = _draw_grades(context, harvests["count"])
    weight = _GRADE_WEIGHT / np.maximum((counts * _GRADE_WEIGHT).sum(axis=1, keepdims=True), 1.0)
    gutted_kg = gutted_weight(harvests["count"] * harvests["weight_g"]) / 1000.0
    kilograms = counts * weight * gutted_kg[:, None]
    harvest, grade = np.nonzero(counts)
    return {
        "placement": harvests["placement"][harvest].astype(np.int64),
        "date": context.convert_dates(harvests["day"][harvest]),
        "grade": np.array(GRADES)[grade],
        "count": counts[harvest, grade],
        "gutted_kg": np.round(kilograms[harvest, grade], 1),
    }


def _draw_grades(context: BatchContext, count: Counts) -> Counts:
    """Return the fish of each grade; quality differs from pen to pen."""
    rng = context.create_generator("grades")
    shares = grade_shares(rng.beta(3.0, 2.0, count.size))
    return np.asarray(rng.multinomial(count, shares), np.int64).reshape(-1, len(GRADES))
