"""Lists of plans and of looks ahead."""

from grilse.listing.filters import build_date_filters, build_reference_filter
from grilse.listing.listing import Listing
from grilse.planning.models import PlannedStage, Projection
from grilse.stock.models import Batch

NEEDS = "planning.read"
OF_BATCH = {"batch": build_reference_filter("batch_id", Batch, "number", "the batch, by number")}

PLANNED_STAGES = Listing(
    name="planned-stages",
    title="The dates between which batches are planned to be at stages",
    of=PlannedStage,
    needs=NEEDS,
    fields={
        "id": "id",
        "batch": "batch__number",
        "stage_order": "stage__order",
        "stage": "stage__name",
        "start": "start",
        "stop": "stop",
    },
    orders={"batch": ("batch_id", "stage_id")},
    filters={**OF_BATCH, **build_date_filters("start")},
)

PROJECTIONS = Listing(
    name="projections",
    title="Kept runs of looks ahead, without their daily values",
    of=Projection,
    needs=NEEDS,
    fields={
        "id": "id",
        "batch": "batch__number",
        **{
            name: name
            for name in (
                "made_at",
                "as_of",
                "days",
                "members",
                "seed",
                "growth_model_id",
                "target_g",
                "target_p10",
                "target_p50",
                "target_p90",
                "target_chance",
            )
        },
    },
    orders={"made": ("id",)},
    newest_first=True,
    filters={**OF_BATCH, **build_date_filters("as_of")},
)

LISTS = (PLANNED_STAGES, PROJECTIONS)
