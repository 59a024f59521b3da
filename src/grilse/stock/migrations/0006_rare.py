"""All but deaths by their source: what ties batches, and what an estimate reads beside the many deaths."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stock", "0005_ties")]

    operations = [
        migrations.RemoveIndex(model_name="movement", name="stock_movement_ties"),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                condition=models.Q(("kind", "MORTALITY"), _negated=True), fields=["source"], name="stock_movement_rare"
            ),
        ),
    ]
