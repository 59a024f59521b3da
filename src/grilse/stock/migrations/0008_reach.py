"""Fish and their events out of reach do not exist."""

from django.db import migrations

from grilse.access.reach import ALL_GEOGRAPHIES_SQL, create_geography_policy, create_reach_function
from grilse.access.tenancy import create_company_policy

MINE = "nullif(current_setting('app.company', true), '')::bigint"
SIDE = "{} IN (SELECT stock_placements())"
EVENTS = ("batch", "placement", "transferorder", "weightsample", "harvestgrade")


class Migration(migrations.Migration):
    dependencies = [("stock", "0007_history"), ("farm", "0004_reach")]

    operations = [
        *[create_company_policy(f"stock_{name}event", append_only=True) for name in EVENTS],
        create_reach_function(
            "stock_placements",
            f"SELECT id FROM stock_placement WHERE company_id = {MINE} AND container_id IN (SELECT farm_containers())",
        ),
        create_reach_function(
            "stock_batches_elsewhere",
            f"SELECT batch_id FROM stock_placement WHERE company_id = {MINE} GROUP BY batch_id"
            " HAVING NOT bool_or(container_id IN (SELECT farm_containers()))",
        ),
        create_geography_policy("stock_placement", "container_id"),
        create_geography_policy("stock_placementevent", "container_id"),
        create_geography_policy("stock_batch", "id", of="batch_id"),
        create_geography_policy("stock_batchevent", "id", of="batch_id"),
        create_geography_policy("stock_transferorder", "batch_id"),
        create_geography_policy("stock_transferorderevent", "batch_id"),
        *[
            create_geography_policy(f"stock_{name}", "placement_id")
            for name in ("weightsample", "weightsampleevent", "harvestgrade", "harvestgradeevent")
        ],
        # A move over the border of a reach is seen from its side, and made by nobody who sees one side only.
        migrations.RunSQL(
            [
                (
                    "CREATE POLICY geography ON stock_movement AS RESTRICTIVE FOR SELECT USING"
                    f" ({ALL_GEOGRAPHIES_SQL} OR {SIDE.format('source_id')} OR {SIDE.format('target_id')})"
                ),
                (
                    "CREATE POLICY geography_adds ON stock_movement AS RESTRICTIVE FOR INSERT WITH CHECK"
                    f" ({ALL_GEOGRAPHIES_SQL} OR ((source_id IS NULL OR {SIDE.format('source_id')})"
                    f" AND (target_id IS NULL OR {SIDE.format('target_id')})))"
                ),
            ],
            ["DROP POLICY geography_adds ON stock_movement", "DROP POLICY geography ON stock_movement"],
        ),
    ]
