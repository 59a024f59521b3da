"""What is reported of projections: by the commands with --json, by the API, and as the result of a job."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import numpy as np

from grilse.planning import queries
from grilse.planning.runs import LEVELS, ProjectionRun, ProjectionSummary, RunComparison
from grilse.planning.variance import LatestVariance

REPORTED_DAYS = (30, 90, 180)
"""Days ahead of which a report tells, beside the last."""


def report_projections(ids: Sequence[int]) -> dict[str, Any]:
    """Return the report of runs; one statement, and for each of them one."""
    runs = queries.read_projections(ids)
    latest = queries.compare_with_plans([run.batch_id for run in runs])
    return {"runs": [report_run(run, latest.get(run.batch_id)) for run in runs]}


def report_run(run: ProjectionRun, latest: LatestVariance | None) -> dict[str, Any]:
    """Return a run as facts, at some days ahead and its last."""
    days = [0, *(day for day in REPORTED_DAYS if day < run.days), run.days]
    return {
        **report_summary(run),
        "ahead": [
            {
                "days": day,
                "date": run.as_of + timedelta(days=day),
                **{name: _build_levels(getattr(run, name)[:, day]) for name in ("weight_g", "count", "biomass_kg")},
                "dense_chance": float(run.dense_chance[day]),
                "full_chance": float(run.full_chance[day]),
            }
            for day in days
        ],
        "against_plan": None if latest is None else asdict(latest),
    }


def report_summary(run: ProjectionSummary) -> dict[str, Any]:
    """Return how a run was made, and its target."""
    return {
        "run": run.id,
        "batch": run.number,
        "made_at": run.made_at,
        "as_of": run.as_of,
        "days": run.days,
        "members": run.members,
        "seed": run.seed,
        "target": {"weight_g": run.target_g, **dict(zip(LEVELS, run.target, strict=True)), "chance": run.target_chance},
    }


def report_comparison(held: RunComparison) -> dict[str, Any]:
    """Return what came beside what was expected, as facts."""
    return {
        **report_summary(held.run),
        "ended": held.ended,
        "came": [
            {
                "days": day,
                "date": held.run.as_of + timedelta(days=day),
                **{
                    name: {
                        **_build_levels(getattr(held.run, name)[:, day]),
                        "came": float(beside.value[day - 1]),
                        "error": round(float(beside.error[day - 1]), 4),
                        "inside": bool(beside.in_interval[day - 1]),
                    }
                    for name in ("weight_g", "count", "biomass_kg")
                    for beside in [getattr(held, name)]
                },
            }
            for day in list_compared_days(held)
        ],
    }


def list_compared_days(held: RunComparison) -> list[int]:
    """Return the days told of that came, and the last that did."""
    known = np.flatnonzero(np.isfinite(held.weight_g.value)) + 1
    return sorted({int(day) for day in known if day in REPORTED_DAYS} | {int(day) for day in known[-1:]})


def _build_levels(band: Any) -> dict[str, float]:
    return {level: float(value) for level, value in zip(LEVELS, band, strict=True)}
