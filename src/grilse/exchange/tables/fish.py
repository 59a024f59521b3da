"""Fish: batches, placements, orders, the ledger with its corrections, weights and harvests."""

from grilse.exchange.columns import PackageColumn, PackageTable
from grilse.exchange.tables.places import LABELLED_CONTAINERS
from grilse.planning.models import PlannedStage
from grilse.stock import messages
from grilse.stock.models import Batch, FishCount, HarvestGrade, Movement, Placement, TransferOrder, WeightSample

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
    source="stock_placement x JOIN stock_batch b ON b.id = x.batch_id JOIN stock_stage st ON st.id = x.stage_id"
    f" JOIN {LABELLED_CONTAINERS} c ON c.id = x.container_id",
    fingerprint_source="stock_placement x JOIN stock_batch b ON b.id = x.batch_id"
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

# The number in the file of a corrected row, or of a harvest that grades name; the fingerprint uses the replaced content
# instead.
NUMBERED = (
    "LEFT JOIN (SELECT m.id, row_number() OVER (PARTITION BY m.company_id ORDER BY m.date, m.kind,"
    ' s.name COLLATE "C", t.name COLLATE "C", m.count, m.mean_weight_g, m.id)::text AS ref'
    " FROM stock_movement m LEFT JOIN stock_placement s ON s.id = m.source_id"
    " LEFT JOIN stock_placement t ON t.id = m.target_id"
    " WHERE m.replaces_id IS NOT NULL OR m.id IN (SELECT replaces_id FROM stock_movement)"
    " OR m.id IN (SELECT movement_id FROM stock_harvestgrade)) {0}"
    " ON {0}.id = {1}"
)
HARVEST_GRADES = PackageTable(
    name="harvest_grades",
    description="Fish of one grade in a harvest.",
    key=("placement", "date", "grade", "lot", "harvest"),
    source="stock_harvestgrade x JOIN stock_placement p ON p.id = x.placement_id"
    f" {NUMBERED.format('own', 'x.movement_id')}",
    fingerprint_source="stock_harvestgrade x JOIN stock_placement p ON p.id = x.placement_id",
    model=HarvestGrade,
    columns=(
        PLACEMENT,
        PackageColumn("date", "the day", refuse_future=True),
        PackageColumn("grade", "the grade, as `superior`", fingerprint_sql="x.grade || x.lot"),
        PackageColumn("count", "fish"),
        PackageColumn("gutted_kg", "their gutted weight, kg", maximum=1e9),
        PackageColumn("lot", "the number by which the plant and its customers trace them", fingerprint_sql=""),
        PackageColumn(
            "harvest",
            "the `ref` of the harvest in `movements`; needed where the placement has several on the day",
            kind="text",
            sql="own.ref",
            max_length=40,
            fingerprint_sql="",
        ),
    ),
)

COUNTS = PackageTable(
    name="counts",
    description="The fish that were counted in a placement at the end of a day. Where the ledger differs, the import"
    " adds a COUNT_CORRECTION.",
    key=("placement", "date"),
    source="stock_fishcount x JOIN stock_placement p ON p.id = x.placement_id",
    model=FishCount,
    is_newer_than_fingerprint=True,
    columns=(
        PLACEMENT,
        PackageColumn("date", "the day; a placement is not counted on the day it ends", refuse_future=True),
        PackageColumn("count", "fish"),
        PackageColumn("method", "how they were counted"),
        PackageColumn("note", "how or why they were counted"),
    ),
)

SIDES = (
    "stock_movement x LEFT JOIN stock_placement s ON s.id = x.source_id"
    " LEFT JOIN stock_placement t ON t.id = x.target_id LEFT JOIN stock_transferorder o ON o.id = x.order_id"
)
# The content of the row that a row replaces, and of the rows replaced before, down to the first.
REPLACED = (
    " LEFT JOIN (WITH RECURSIVE replaced (id, content) AS ("
    "SELECT m.id, hash_record_extended(ROW(m.date, m.kind, s.name, t.name, m.count, m.mean_weight_g), 0)"
    " FROM stock_movement m LEFT JOIN stock_placement s ON s.id = m.source_id"
    " LEFT JOIN stock_placement t ON t.id = m.target_id"
    " WHERE m.replaces_id IS NULL AND m.id IN (SELECT replaces_id FROM stock_movement)"
    " UNION ALL"
    " SELECT m.id, hash_record_extended("
    "ROW(m.date, m.kind, s.name, t.name, m.count, m.mean_weight_g, r.content), 0)"
    " FROM replaced r JOIN stock_movement m ON m.replaces_id = r.id"
    " LEFT JOIN stock_placement s ON s.id = m.source_id LEFT JOIN stock_placement t ON t.id = m.target_id"
    ") SELECT id, content FROM replaced) old ON old.id = x.replaces_id"
)

MOVEMENTS = PackageTable(
    name="movements",
    description="The ledger. A population is the sum of the rows that nothing replaces; in a closed placement it"
    " is zero, and it is never below zero.",
    key=(),
    sort_columns=("date", "kind", "from_placement", "to_placement", "count", "mean_weight_g", "cause"),
    source=f"{SIDES} {NUMBERED.format('own', 'x.id')} {NUMBERED.format('older', 'x.replaces_id')}",
    fingerprint_source=SIDES + REPLACED,
    model=Movement,
    columns=(
        PackageColumn("date", "the day", refuse_future=True),
        PackageColumn(
            "kind", "STOCKING has only a target, TRANSFER both sides, COUNT_CORRECTION either, the others only a source"
        ),
        PackageColumn(
            "from_placement",
            "the source: the fish leave it (its start ≤ date ≤ its end)",
            field="source",
            sql="s.name",
            presence="present",
            references="placements",
        ),
        PackageColumn(
            "to_placement",
            "the target: the fish come to it (its start ≤ date < its end)",
            field="target",
            sql="t.name",
            presence="present",
            references="placements",
        ),
        PackageColumn("count", "fish; 0 only in a row that replaces another (a withdrawal)"),
        PackageColumn("mean_weight_g", "their mean weight, g, where it was measured", maximum=messages.MAX_WEIGHT_G),
        PackageColumn("weight_method", "how it was measured"),
        PackageColumn("fish_weighed", "how many fish were weighed"),
        PackageColumn("cause", "the cause, of a death", fingerprint_sql="x.cause || x.reason"),
        PackageColumn("order", "the transfer order", sql="o.number", references="orders"),
        PackageColumn(
            "ref",
            "a name of the row in this file; only rows that `replaces` names need one",
            kind="text",
            sql="own.ref",
            max_length=40,
            fingerprint_sql="",
        ),
        PackageColumn(
            "replaces",
            "the `ref` of the row that this one corrects; both stay",
            joined_model=Movement,
            kind="text",
            sql="older.ref",
            max_length=40,
            fingerprint_sql="old.content",
        ),
        PackageColumn("reason", "why it corrects or withdraws another", fingerprint_sql=""),
    ),
)
