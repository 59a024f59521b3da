"""One number for what a state says; the first estimate after this writes every state of its batches."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("growth", "0005_reach")]

    operations = [
        migrations.AddField(model, "digest", models.BigIntegerField(default=0))
        for model in ("batchstate", "dailystate")
    ]
