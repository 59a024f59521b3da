"""The report of a plan for `grilse plan --json` and the API."""

from pathlib import Path
from typing import Any

from grilse.generator.schedule.plan import HistoryPlan
from grilse.generator.schedule.scheduler import Schedule
from grilse.generator.schedule.utilisation import StageUse, WorldUse

# Of the report, with the attribute of `StageUse`.
STAGE_FIELDS = {
    **{name: name for name in ("geography", "order", "stage", "places", "average", "most", "reserved", "saturation")},
    "peak": "peak_share",
    **{name: name for name in ("containers", "last_day")},
}


def build_plan_report(schedule: Schedule, use: WorldUse, output: Path | None = None) -> dict[str, Any]:
    """Return the report of a plan and of the stagger that it uses."""
    return {"file": output, **build_use_report(schedule.plan, use), "stagger": schedule.stagger, "note": schedule.note}


def build_use_report(plan: HistoryPlan, use: WorldUse) -> dict[str, Any]:
    """Return how far a plan uses the sites of its world."""
    planned = plan.batches
    pens = [len(batch.stages[-1].containers) for batch in planned]
    eggs = [batch.eggs for batch in planned]
    return {
        "world": plan.world,
        "batches": len(planned),
        "geographies": use.batches,
        "from": use.first,
        "until": use.until,
        "years": use.years,
        "eggs": {"least": min(eggs), "most": max(eggs), "sum": sum(eggs)},
        "pens_per_batch": {"least": min(pens), "most": max(pens), "sum": sum(pens)},
        "standing": {"land": use.count_active_batches(at_sea=False), "sea": use.count_active_batches(at_sea=True)},
        "harvested": use.harvested_batches,
        "saturation": {
            "areas": round(use.compute_share(at_sea=True), 4),
            "halls": round(use.compute_share(at_sea=False), 4),
        },
        "containers": round(use.container_share, 4),
        "bottleneck": _build_stage_report(use.bottleneck),
        "use": [{**_build_stage_report(stage), "months": stage.months} for stage in use.stages],
    }


def _build_stage_report(stage: StageUse) -> dict[str, Any]:
    values = {name: getattr(stage, attribute) for name, attribute in STAGE_FIELDS.items()}
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}
