"""What is reported of a plan: by `grilse plan --json` and by the API."""

from pathlib import Path
from typing import Any

from grilse.generator.planned import Plan
from grilse.generator.schedule import Schedule
from grilse.generator.utilisation import StageUse, Use


def planned_facts(made: Schedule, use: Use, output: Path | None = None) -> dict[str, Any]:
    """Return the report of a plan, with what was decided on the way."""
    return {"file": output, **used_facts(made.plan, use), "stagger": made.stagger, "note": made.note}


def used_facts(plan: Plan, use: Use) -> dict[str, Any]:
    """Return how far a plan uses its world."""
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
        "standing": {"land": use.standing(at_sea=False), "sea": use.standing(at_sea=True)},
        "harvested": use.harvested,
        "saturation": {"areas": round(use.share(at_sea=True), 4), "halls": round(use.share(at_sea=False), 4)},
        "containers": round(use.containers, 4),
        "bottleneck": _stage(use.bottleneck),
        "use": [{**_stage(stage), "months": stage.months} for stage in use.stages],
    }


def _stage(stage: StageUse) -> dict[str, Any]:
    return {
        "geography": stage.geography,
        "order": stage.order,
        "stage": stage.stage,
        "places": stage.places,
        "average": round(stage.average, 4),
        "most": stage.most,
        "reserved": stage.reserved,
        "saturation": round(stage.saturation, 4),
        "peak": round(stage.peak, 4),
        "containers": round(stage.containers, 4),
        "last_day": stage.last_day,
    }
