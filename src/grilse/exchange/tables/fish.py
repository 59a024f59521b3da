"""The fish: batches, placements, orders, weights and harvests."""

from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.planning.models import PlannedStage
from grilse.stock import messages
from grilse.stock.models import Batch, HarvestGrade, Placement, TransferOrder, WeightSample

PLACEMENT = PackageColumn("placement", "the fish it is about", sql="p.name", references="placements")
BATCH = PackageColumn("batch", "the batch", sql="b.number", references="batches")
STAGE = PackageColumn("stage", "the name of a stage of the batch's species", kind="stage", sql="st.name", max_length=40)

BATCHES = PackageTable(
    name="batches",
    description="Fish of one origin. A batch is closed when all of its placements have ended.",
    key=("batch",),
    source="stock_batch x JOIN stock_species sp ON sp.id = x.species_id",
    model=Batch,
    columns=(
        PackageColumn("batch", "its number", field="number"),
        PackageColumn("species", "its species, as `Atlantic Salmon`", kind="text", sql="sp.name", max_length=80),
        PackageColumn("start_date", "its day 0", refuse_future=True),
    ),
)

PLAN_STAGES = PackageTable(
    name="plan_stages",
    description="When a batch is planned to be at a stage.",
    key=("batch", "stage"),
    source="planning_plannedstage x JOIN stock_batch b ON b.id = x.batch_id JOIN stock_stage st ON st.id = x.stage_id",
    model=PlannedStage,
    columns=(
        BATCH,
        STAGE,
        PackageColumn("start_date", "the first day", field="start"),
        PackageColumn("end_date", "the day after the last", field="stop"),
    ),
)

PLACEMENTS = PackageTable(
    name="placements",
    description="A batch in a container at a stage. No two are in one container on one day.",
    key=("placement",),
    source="stock_placement x JOIN stock_batch b ON b.id = x.batch_id"
    " JOIN farm_container c ON c.id = x.container_id JOIN stock_stage st ON st.id = x.stage_id",
    model=Placement,
    columns=(
        PackageColumn("placement", "its name", field="name"),
        BATCH,
        PackageColumn("container", "where the fish are", sql="c.name", references="containers"),
        STAGE,
        PackageColumn("start_date", "the first day", field="start", refuse_future=True),
        PackageColumn(
            "end_date",
            "the day the last fish left; blank while fish are there",
            field="stop",
            presence="present",
            refuse_future=True,
        ),
    ),
)

ORDERS = PackageTable(
    name="orders",
    description="Transfer orders: the movements of one move.",
    key=("order",),
    source="stock_transferorder x JOIN stock_batch b ON b.id = x.batch_id",
    model=TransferOrder,
    columns=(
        PackageColumn("order", "its number", field="number"),
        BATCH,
        PackageColumn("planned_date", "the day it is planned for"),
        PackageColumn("status", "how far it has come"),
    ),
)

WEIGHTS = PackageTable(
    name="weights",
    description="Weight samples.",
    key=("placement", "date", "method", "selection"),
    source="stock_weightsample x JOIN stock_placement p ON p.id = x.placement_id",
    model=WeightSample,
    columns=(
        PLACEMENT,
        PackageColumn("date", "the day", refuse_future=True),
        PackageColumn("fish_sampled", "how many fish were weighed", field="fish_weighed"),
        PackageColumn("mean_weight_g", "their mean weight, g", maximum=messages.MAX_WEIGHT_G),
        PackageColumn(
            "sd_weight_g", "the standard deviation of their weights, g", field="sd_g", maximum=messages.MAX_WEIGHT_G
        ),
        PackageColumn("method", "how they were weighed"),
        PackageColumn(
            "selection",
            "which fish were taken",
            default="random",
            # Rare columns are hashed here, so that records without them keep their earlier fingerprint.
            fingerprint_sql="x.selection || x.not_representative || coalesce(x.mean_length_cm::text, '')",
        ),
        PackageColumn(
            "not_representative", "why it is set aside and moves no estimate; blank while it counts", fingerprint_sql=""
        ),
        PackageColumn(
            "mean_length_cm",
            "the mean length of those that were measured, cm",
            maximum=round(messages.MAX_LENGTH_CM),
            fingerprint_sql="",
        ),
        PackageColumn(
            "k_factor", "their condition, 100 W / L³ (g, cm)", exclusive_minimum=0, maximum=100, fingerprint_sql=""
        ),
    ),
)

HARVEST_GRADES = PackageTable(
    name="harvest_grades",
    description="Fish of one grade in the harvest of a placement on a day.",
    key=("placement", "date", "grade"),
    source="stock_harvestgrade x JOIN stock_placement p ON p.id = x.placement_id",
    model=HarvestGrade,
    columns=(
        PLACEMENT,
        PackageColumn("date", "the day", refuse_future=True),
        PackageColumn("grade", "the grade, as `superior`", fingerprint_sql="x.grade || x.lot"),
        PackageColumn("count", "fish"),
        PackageColumn("gutted_kg", "their gutted weight, kg", maximum=1e9),
        PackageColumn("lot", "the number by which the plant and its customers trace them", fingerprint_sql=""),
    ),
)
