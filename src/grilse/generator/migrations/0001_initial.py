import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("farm", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Shard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run", models.CharField(max_length=16)),
                ("kind", models.CharField(max_length=8)),
                ("key", models.CharField(max_length=80)),
                ("rows", models.JSONField()),
                ("content_hash", models.CharField(max_length=32)),
                ("finished_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "run", "kind", "key"), name="generator_shard_once")
                ]
            },
        )
    ]
