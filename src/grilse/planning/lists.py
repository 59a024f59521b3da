"""Lists of planned stages and of stored projections."""

from grilse.listing.filters import build_date_filters
from grilse.listing.listing import Listing, build_fields
from grilse.planning.models import PlannedStage, Projection
from grilse.stock.lists import BATCH_FILTER

PLANNED_STAGES = Listing(
    name="planned-stages",
    title="Planned dates of batches at their stages",
    model=PlannedStage,
    fields=build_fields("id", batch="batch__number", stage_order="stage__order", stage="stage__name")
    | build_fields("start stop"),
    orders={"batch": ("batch_id", "stage_id")},
    filters={"batch": BATCH_FILTER, **build_date_filters("start")},
)

PROJECTIONS = Listing(
    name="projections",
    title="Stored projections, without their daily values",
    model=Projection,
    fields=build_fields("id", batch="batch__number")
    | build_fields(
        "made_at as_of days members seed growth_model_id target_g target_p10 target_p50 target_p90 target_chance"
    ),
    orders={"made": ("id",)},
    newest_first=True,
    filters={"batch": BATCH_FILTER, **build_date_filters("as_of")},
)

LISTS = (PLANNED_STAGES, PROJECTIONS)
