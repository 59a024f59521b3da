"""What is reported of projections: by the commands with --json, by the API, and as the result of a job."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import numpy as np

from grilse.planning import queries
from grilse.planning.runs import LEVELS, Held, Run, RunHead
from grilse.planning.variance import Latest

TOLD = (30, 90, 180)
"""Days ahead of which a report tells, beside the last."""


def projected_facts(ids: Sequence[int]) -> dict[str, Any]:
    """Return the report of runs; one statement, and for each of them one."""
    runs = queries.projections_whole(ids)
    latest = queries.against_plans([run.batch_id for run in runs])
    return {"runs": [run_facts(run, latest.get(run.batch_id)) for run in runs]}


def run_facts(run: Run, latest: Latest | None) -> dict[str, Any]:
    """Return a run as facts, at some days ahead and its last."""
    days = [0, *(day for day in TOLD if day < run.days), run.days]
    return {
        **head_facts(run),
        "ahead": [
            {
                "days": day,
                "date": run.as_of + timedelta(days=day),
                **{name: _levels(getattr(run, name)[:, day]) for name in ("weight_g", "count", "biomass_kg")},
                "dense_chance": float(run.dense_chance[day]),
                "full_chance": float(run.full_chance[day]),
            }
            for day in days
        ],
        "against_plan": None if latest is None else asdict(latest),
    }


def head_facts(run: RunHead) -> dict[str, Any]:
    """Return how a run was made, and its target."""
    return {
        "run": run.id,
        "batch": run.number,
        "made_at": run.made_at,
        "as_of": run.as_of,
        "days": run.days,
        "members": run.members,
        "seed": run.seed,
        "target": {
            "weight_g": run.target_g,
            **dict(zip(LEVELS, run.target, strict=True)),
            "chance": run.target_chance,
        },
    }


def came_facts(held: Held) -> dict[str, Any]:
    """Return what came beside what was expected, as facts."""
    return {
        **head_facts(held.run),
        "ended": held.ended,
        "came": [
            {
                "days": day,
                "date": held.run.as_of + timedelta(days=day),
                **{
                    name: {
                        **_levels(getattr(held.run, name)[:, day]),
                        "came": float(beside.value[day - 1]),
                        "error": round(float(beside.error[day - 1]), 4),
                        "inside": bool(beside.inside[day - 1]),
                    }
                    for name in ("weight_g", "count", "biomass_kg")
                    for beside in [getattr(held, name)]
                },
            }
            for day in days_that_came(held)
        ],
    }


def days_that_came(held: Held) -> list[int]:
    """Return the days told of that came, and the last that did."""
    known = np.flatnonzero(np.isfinite(held.weight_g.value)) + 1
    return sorted({int(day) for day in known if day in TOLD} | {int(day) for day in known[-1:]})


def _levels(band: Any) -> dict[str, float]:
    return {level: float(value) for level, value in zip(LEVELS, band, strict=True)}
