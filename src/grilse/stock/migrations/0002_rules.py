"""What the database itself keeps for the fish: isolation, references, one batch in a container at a time."""

from django.db import migrations

from grilse.farm.tenancy import isolation, parent, references


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial"), ("farm", "0002_rules")]

    operations = [
        *[
            isolation(f"stock_{name}")
            for name in ("batch", "placement", "transferorder", "weightsample", "harvestgrade")
        ],
        isolation("stock_movement", append_only=True),
        *[parent(f"stock_{name}") for name in ("batch", "placement", "transferorder", "movement")],
        references("stock_placement", batch_id="stock_batch", container_id="farm_container"),
        references("stock_transferorder", batch_id="stock_batch"),
        references(
            "stock_movement",
            source_id="stock_placement",
            target_id="stock_placement",
            order_id="stock_transferorder",
            replaces_id="stock_movement",
        ),
        references("stock_weightsample", placement_id="stock_placement"),
        references("stock_harvestgrade", placement_id="stock_placement"),
        # A range of one container stands in for btree_gist, which an embedded server does not carry.
        migrations.RunSQL(
            "ALTER TABLE stock_placement ADD CONSTRAINT stock_placement_one_at_a_time EXCLUDE USING gist ("
            "int8range(container_id, container_id, '[]') WITH &&, daterange(start, stop) WITH &&)",
            "ALTER TABLE stock_placement DROP CONSTRAINT stock_placement_one_at_a_time",
        ),
    ]
