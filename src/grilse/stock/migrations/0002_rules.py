"""What the database itself keeps for the fish: isolation, references, one batch in a container at a time."""

from django.db import migrations

from grilse.access.tenancy import create_company_key, create_company_policy, create_company_references


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial"), ("farm", "0002_rules")]

    operations = [
        *[
            create_company_policy(f"stock_{name}")
            for name in ("batch", "placement", "transferorder", "weightsample", "harvestgrade")
        ],
        create_company_policy("stock_movement", append_only=True),
        *[create_company_key(f"stock_{name}") for name in ("batch", "placement", "transferorder", "movement")],
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
        # A range of one container stands in for btree_gist, which an embedded server does not carry.
        migrations.RunSQL(
            "ALTER TABLE stock_placement ADD CONSTRAINT stock_placement_one_at_a_time EXCLUDE USING gist ("
            "int8range(container_id, container_id, '[]') WITH &&, daterange(start, stop) WITH &&)",
            "ALTER TABLE stock_placement DROP CONSTRAINT stock_placement_one_at_a_time",
        ),
    ]
