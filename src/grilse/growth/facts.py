"""What is reported of estimating and of learning: by the commands with --json, by the API, of a job."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from grilse.growth.estimate import Estimated
from grilse.growth.learning import Learning
from grilse.growth.models import GrowthModel

FIGURES = ("batches", "pens", "days", "catch_bias", "catch_bias_sd", "unrecorded_loss", "unrecorded_loss_sd")


def estimated_facts(done: Sequence[Estimated]) -> dict[str, Any]:
    """Return the report of estimates."""
    return {
        "batches": sum(one.batches for one in done),
        "states": sum(one.states for one in done),
        "seconds": round(sum(one.seconds for one in done), 3),
    }


def learned_facts(done: Sequence[Learning]) -> dict[str, Any]:
    """Return the report of learning."""
    return {
        "versions": [
            version_facts(one.name, one.before, one.new, one.learned) for of in done for one in of.versions
        ],
        "states": sum(one.states for one in done),
        "seconds": round(sum(one.seconds for one in done), 3),
    }


def kept_versions() -> dict[str, Any]:
    """Return every version that was learned, the newest first; one statement."""
    rows = GrowthModel.objects.filter(learned__isnull=False).order_by("-learned_before", "-id")
    found = rows.values_list("name", "learned_before", "learned")
    return {
        "versions": [
            version_facts(name, before, False, learned)
            for name, before, learned in found
            if before and learned
        ]
    }


def version_facts(name: str, before: date, new: bool, learned: dict[str, Any]) -> dict[str, Any]:
    """Return a version and what taught it."""
    return {"name": name, "before": before, "new": new, **{key: learned[key] for key in (*FIGURES, "table")}}
