"""The fish: batches, placements, orders, weights and harvests."""

from grilse.exchange.columns import Column, PackageTable

PLACEMENT = Column(
    name="placement",
    kind="reference",
    to="placements",
    about="the fish it is about",
    sql="p.name",
    field="placement_id",
    presence="filled",
)
BATCH = Column(
    name="batch",
    kind="reference",
    to="batches",
    about="the batch",
    sql="b.number",
    field="batch_id",
    presence="filled",
)
STAGE = Column(
    name="stage",
    kind="stage",
    about="the name of a stage of the batch's species",
    sql="st.name",
    field="stage_id",
    presence="filled",
    longest=40,
)

BATCHES = PackageTable(
    name="batches",
    about="Fish of one origin. A batch is closed when none of its placements stands.",
    key=("batch",),
    source="stock_batch x JOIN stock_species sp ON sp.id = x.species_id",
    written="stock_batch",
    columns=(
        Column(
            name="batch",
            kind="text",
            longest=60,
            about="its number",
            sql="x.number",
            field="number",
            presence="filled",
        ),
        Column(
            name="species",
            kind="text",
            longest=80,
            about="its species, as `Atlantic Salmon`",
            sql="sp.name",
            field="species_id",
            presence="filled",
        ),
        Column(
            name="start_date",
            kind="date",
            about="its day 0",
            sql="x.start_date",
            field="start_date",
            presence="filled",
            happened=True,
        ),
    ),
)

PLAN_STAGES = PackageTable(
    name="plan_stages",
    about="When a batch is planned to be at a stage.",
    key=("batch", "stage"),
    source="planning_plannedstage x JOIN stock_batch b ON b.id = x.batch_id"
    " JOIN stock_stage st ON st.id = x.stage_id",
    written="planning_plannedstage",
    columns=(
        BATCH,
        STAGE,
        Column(
            name="start_date",
            kind="date",
            about="the first day",
            sql="x.start",
            field="start",
            presence="filled",
        ),
        Column(
            name="end_date",
            kind="date",
            about="the day after the last",
            sql="x.stop",
            field="stop",
            presence="filled",
        ),
    ),
)

PLACEMENTS = PackageTable(
    name="placements",
    about="A batch in a container at a stage. No two stand in one container on one day.",
    key=("placement",),
    source="stock_placement x JOIN stock_batch b ON b.id = x.batch_id"
    " JOIN farm_container c ON c.id = x.container_id JOIN stock_stage st ON st.id = x.stage_id",
    written="stock_placement",
    columns=(
        Column(
            name="placement", kind="text", about="its name", sql="x.name", field="name", presence="filled"
        ),
        BATCH,
        Column(
            name="container",
            kind="reference",
            to="containers",
            about="where the fish stand",
            sql="c.name",
            field="container_id",
            presence="filled",
        ),
        STAGE,
        Column(
            name="start_date",
            kind="date",
            about="the first day",
            sql="x.start",
            field="start",
            presence="filled",
            happened=True,
        ),
        Column(
            name="end_date",
            kind="date",
            about="the day the last fish left; blank while they stand",
            sql="x.stop",
            field="stop",
            presence="present",
            happened=True,
        ),
    ),
)

ORDERS = PackageTable(
    name="orders",
    about="Transfer orders: the movements of one move.",
    key=("order",),
    source="stock_transferorder x JOIN stock_batch b ON b.id = x.batch_id",
    written="stock_transferorder",
    columns=(
        Column(
            name="order",
            kind="text",
            longest=80,
            about="its number",
            sql="x.number",
            field="number",
            presence="filled",
        ),
        BATCH,
        Column(
            name="planned_date",
            kind="date",
            about="the day it is planned for",
            sql="x.planned_date",
            field="planned_date",
            presence="filled",
        ),
        Column(
            name="status",
            kind="choice",
            choices=("planned", "in progress", "completed", "cancelled"),
            about="how far it has come",
            sql="x.status",
            field="status",
            presence="filled",
        ),
    ),
)

WEIGHTS = PackageTable(
    name="weights",
    about="Weight samples.",
    key=("placement", "date", "method", "selection"),
    source="stock_weightsample x JOIN stock_placement p ON p.id = x.placement_id",
    written="stock_weightsample",
    columns=(
        PLACEMENT,
        Column(
            name="date",
            kind="date",
            about="the day",
            sql="x.date",
            field="date",
            presence="filled",
            happened=True,
        ),
        Column(
            name="fish_sampled",
            kind="integer",
            about="how many fish were weighed",
            sql="x.fish_weighed",
            field="fish_weighed",
            presence="filled",
            least=1,
            most=2_147_483_647,
        ),
        Column(
            name="mean_weight_g",
            kind="number",
            about="their mean weight, g",
            sql="x.mean_weight_g",
            field="mean_weight_g",
            presence="filled",
            above=0,
            most=1e6,
        ),
        Column(
            name="sd_weight_g",
            kind="number",
            about="the standard deviation of their weights, g",
            sql="x.sd_g",
            field="sd_g",
            least=0,
            most=1e6,
        ),
        Column(
            name="method",
            kind="choice",
            choices=("HAND", "CAMERA", "GRADER", "HARVEST"),
            about="how they were weighed",
            sql="x.method",
            field="method",
            presence="filled",
        ),
        Column(
            name="selection",
            kind="choice",
            choices=("random", "largest", "smallest"),
            default="random",
            about="which fish were taken",
            sql="x.selection",
            field="selection",
            # Why it is set aside goes in here: records without such samples keep the fingerprint they had.
            hashed="x.selection || x.not_representative",
        ),
        Column(
            name="not_representative",
            kind="text",
            longest=200,
            about="why it is set aside and moves no estimate; blank while it counts",
            sql="x.not_representative",
            field="not_representative",
            hashed="",
        ),
    ),
)

HARVEST_GRADES = PackageTable(
    name="harvest_grades",
    about="Fish of one grade in the harvest of a placement on a day.",
    key=("placement", "date", "grade"),
    source="stock_harvestgrade x JOIN stock_placement p ON p.id = x.placement_id",
    written="stock_harvestgrade",
    columns=(
        PLACEMENT,
        Column(
            name="date",
            kind="date",
            about="the day",
            sql="x.date",
            field="date",
            presence="filled",
            happened=True,
        ),
        Column(
            name="grade",
            kind="text",
            longest=20,
            about="the grade, as `superior`",
            sql="x.grade",
            field="grade",
            presence="filled",
        ),
        Column(
            name="count",
            kind="integer",
            about="fish",
            sql="x.count",
            field="count",
            presence="filled",
            least=0,
            most=2_147_483_647,
        ),
        Column(
            name="gutted_kg",
            kind="number",
            about="their gutted weight, kg",
            sql="x.gutted_kg",
            field="gutted_kg",
            presence="filled",
            least=0,
            most=1e9,
        ),
    ),
)
