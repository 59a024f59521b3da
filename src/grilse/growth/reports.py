"""Reports on estimation and learning, as the commands with --json, the API and jobs return them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from grilse.growth.estimating.run import EstimationReport
from grilse.growth.learning.run import LearningReport
from grilse.growth.models import GrowthModel

FIGURES = ("batches", "pens", "days", "catch_bias", "catch_bias_sd", "unrecorded_loss", "unrecorded_loss_sd")


def report_estimates(done: Sequence[EstimationReport]) -> dict[str, Any]:
    """Return the report of estimates."""
    return {
        "batches": sum(part.batches for part in done),
        "states": sum(part.states for part in done),
        "seconds": round(sum(part.seconds for part in done), 3),
    }


def report_learning(done: Sequence[LearningReport]) -> dict[str, Any]:
    """Return the report of learning."""
    return {
        "versions": [
            report_version(version.name, version.before, version.new, version.learned)
            for of in done
            for version in of.versions
        ],
        "states": sum(learning.states for learning in done),
        "seconds": round(sum(learning.seconds for learning in done), 3),
    }


def report_learned_versions() -> dict[str, Any]:
    """Return every version that was learned, the newest first; one statement."""
    rows = GrowthModel.objects.filter(learned__isnull=False).order_by("-learned_before", "-id")
    values = rows.values_list("name", "learned_before", "learned")
    return {
        "versions": [
            report_version(name, before, False, learned) for name, before, learned in values if before and learned
        ]
    }


def report_version(name: str, before: date, new: bool, learned: dict[str, Any]) -> dict[str, Any]:
    """Return a version with the figures that it was learned from."""
    return {"name": name, "before": before, "new": new, **{key: learned[key] for key in (*FIGURES, "table")}}
