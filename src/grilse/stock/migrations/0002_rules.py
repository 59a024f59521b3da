"""Row policies of the fish, references within a company, one batch per container, stages of Atlantic salmon."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from grilse.access.migration_rules import (
    create_company_key,
    create_company_policy,
    create_company_references,
    create_geography_policy,
    create_parent_policy,
    create_policies,
    create_reach_function,
    with_events,
)
from grilse.access.tenancy import ALL_GEOGRAPHIES_SQL, COMPANY_SQL

TRACKED_TABLES = (
    "stock_batch", "stock_placement", "stock_transferorder", "stock_transferline", "stock_weightsample",
    "stock_weighedfish", "stock_harvestgrade",
)  # fmt: skip
REFERENCED_TABLES = ("stock_batch", "stock_placement", "stock_transferorder", "stock_movement", "stock_weightsample")
IN_REACH = "{} IN (SELECT stock_placements())"
SOURCE_IN_REACH, TARGET_IN_REACH = IN_REACH.format("source_id"), IN_REACH.format("target_id")
# A range of one container number replaces btree_gist, which the embedded server does not ship.
ONE_BATCH_PER_CONTAINER = """
ALTER TABLE stock_placement ADD CONSTRAINT stock_placement_one_at_a_time EXCLUDE USING gist (
int8range(container_id, container_id, '[]') WITH &&, daterange(start, stop) WITH &&)
"""
STAGES = [
    (1, "Egg&Alevin", 0.05, 0.5, "fresh"),
    (2, "Fry", 0.1, 10.0, "fresh"),
    (3, "Parr", 4.0, 90.0, "fresh"),
    (4, "Smolt", 40.0, 260.0, "fresh"),
    (5, "Post-Smolt", 120.0, 800.0, "fresh"),
    (6, "Adult", 70.0, 9000.0, "sea"),
]


def add_stages(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the species and its stages, if they are missing."""
    database = schema_editor.connection.alias
    species, created = apps.get_model("stock", "Species").objects.using(database).get_or_create(name="Atlantic Salmon")
    stage = apps.get_model("stock", "Stage")
    for order, name, lightest, heaviest, water in STAGES if created else ():
        stage.objects.using(database).create(
            species=species, order=order, name=name, min_weight_g=lightest, max_weight_g=heaviest, water=water
        )


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_tables"), ("farm", "0002_rules")]

    operations = [
        *[operation for table in TRACKED_TABLES for operation in create_company_policy(table, tracked=True)],
        *create_company_policy("stock_movement", append_only=True),
        *[create_company_key(table) for table in REFERENCED_TABLES],
        create_company_references("stock_placement", batch_id="stock_batch", container_id="farm_container"),
        create_company_references("stock_transferorder", batch_id="stock_batch"),
        create_company_references(
            "stock_movement",
            source_id="stock_placement",
            target_id="stock_placement",
            order_id="stock_transferorder",
            replaces_id="stock_movement",
        ),
        create_company_references("stock_weightsample", placement_id="stock_placement"),
        create_company_references("stock_harvestgrade", placement_id="stock_placement"),
        create_company_references(
            "stock_transferline",
            order_id="stock_transferorder",
            source_id="stock_placement",
            container_id="farm_container",
        ),
        create_company_references("stock_weighedfish", sample_id="stock_weightsample"),
        migrations.RunSQL(
            ONE_BATCH_PER_CONTAINER, "ALTER TABLE stock_placement DROP CONSTRAINT stock_placement_one_at_a_time"
        ),
        create_reach_function(
            "stock_placements",
            f"SELECT id FROM stock_placement WHERE company_id = {COMPANY_SQL}"
            " AND container_id IN (SELECT farm_containers())",
        ),
        create_reach_function(
            "stock_batches_elsewhere",
            f"SELECT batch_id FROM stock_placement WHERE company_id = {COMPANY_SQL} GROUP BY batch_id"
            " HAVING NOT bool_or(container_id IN (SELECT farm_containers()))",
        ),
        *[create_geography_policy(table, "container_id") for table in with_events("stock_placement")],
        *[create_geography_policy(table, "id", of="batch_id") for table in with_events("stock_batch")],
        *[create_geography_policy(table, "batch_id") for table in with_events("stock_transferorder")],
        *[
            create_geography_policy(table, "placement_id")
            for table in with_events("stock_weightsample", "stock_harvestgrade")
        ],
        *[
            create_geography_policy(table, "source_id", of="placement_id")
            for table in with_events("stock_transferline")
        ],
        *[create_parent_policy(table, "sample_id", "stock_weightsample") for table in with_events("stock_weighedfish")],
        # A role that reaches one side of a movement sees it; only a role that reaches both sides adds one.
        create_policies(
            "stock_movement",
            geography=(
                f"AS RESTRICTIVE FOR SELECT USING ({ALL_GEOGRAPHIES_SQL} OR {SOURCE_IN_REACH} OR {TARGET_IN_REACH})"
            ),
            geography_adds=(
                f"AS RESTRICTIVE FOR INSERT WITH CHECK ({ALL_GEOGRAPHIES_SQL} OR ((source_id IS NULL OR"
                f" {SOURCE_IN_REACH}) AND (target_id IS NULL OR {TARGET_IN_REACH})))"
            ),
        ),
        migrations.RunPython(add_stages, migrations.RunPython.noop),
    ]
