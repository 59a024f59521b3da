"""Transfers by their source: what ties batches."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stock", "0004_not_representative")]

    operations = [
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(condition=models.Q(("kind", "TRANSFER")), fields=["source"], name="stock_movement_ties"),
        )
    ]
