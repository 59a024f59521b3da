"""Indexes of the orders in which rows are listed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stock", "0009_lines_fish_lots")]

    operations = [
        migrations.AddIndex(
            model_name="batch", index=models.Index(fields=["company", "start_date"], name="stock_batch_listed")
        ),
        migrations.AddIndex(
            model_name="placement", index=models.Index(fields=["company", "start"], name="stock_placement_listed")
        ),
        migrations.AddIndex(
            model_name="transferorder",
            index=models.Index(fields=["company", "planned_date"], name="stock_order_listed"),
        ),
        migrations.AddIndex(
            model_name="movement", index=models.Index(fields=["company", "date"], name="stock_movement_listed")
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                condition=models.Q(("kind", "MORTALITY"), _negated=True),
                fields=["company", "kind", "date"],
                name="stock_movement_kind_listed",
            ),
        ),
        migrations.AddIndex(
            model_name="weightsample", index=models.Index(fields=["company", "date"], name="stock_weightsample_listed")
        ),
        migrations.AddIndex(
            model_name="harvestgrade", index=models.Index(fields=["company", "date"], name="stock_harvestgrade_listed")
        ),
    ]
