"""The hash of each table of a shard, which names the table that was changed in silence."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generator", "0002_rules")]

    operations = [migrations.AddField("Shard", "table_hashes", models.JSONField(db_default={}, default=dict))]
