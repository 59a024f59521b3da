"""What the plant reports of each harvest."""

import numpy as np

from grilse.generator.observation.entries import entries
from grilse.generator.observation.records import Columns, rounded
from grilse.generator.observation.scene import Scene
from grilse.science.arrays import Counts
from grilse.science.harvest import grade_shares, gutted
from grilse.science.parameters import load

_GRADE_WEIGHT = np.array(load("observation")["stock"]["grade_weight"])
GRADES = ("superior", "ordinary", "production")


def harvest_rows(scene: Scene) -> Columns:
    """The fish that left for the plant, each counted and weighed there."""
    harvests = scene.truth.harvests
    return entries(
        "HARVEST",
        day=harvests["day"],
        source=harvests["placement"],
        count=harvests["count"],
        mean_weight_g=rounded(harvests["weight_g"], 0.1),
        weight_method="HARVEST",
        fish_weighed=harvests["count"],
    )


def grade_rows(scene: Scene) -> Columns:
    """Fish and gutted weight of each grade of each harvest; grades without fish have no row."""
    harvests = scene.truth.harvests
    counts = _graded(scene, harvests["count"])
    weight = _GRADE_WEIGHT / np.maximum((counts * _GRADE_WEIGHT).sum(axis=1, keepdims=True), 1.0)
    whole = gutted(harvests["count"] * harvests["weight_g"]) / 1000.0
    kilograms = counts * weight * whole[:, None]
    harvest, grade = np.nonzero(counts)
    return {
        "placement": harvests["placement"][harvest].astype(np.int64),
        "date": (harvests["day"][harvest] + scene.first).astype(np.int32),
        "grade": np.array(GRADES)[grade],
        "count": counts[harvest, grade],
        "gutted_kg": np.round(kilograms[harvest, grade], 1),
    }


def _graded(scene: Scene, count: Counts) -> Counts:
    """Fish of each grade; quality differs from pen to pen."""
    random = scene.random("grades")
    shares = grade_shares(random.beta(3.0, 2.0, count.size))
    return np.asarray(random.multinomial(count, shares), np.int64).reshape(-1, len(GRADES))
