"""What a generated history depends on, and the last day of each shard, so that days can be appended."""

from django.db import migrations, models

from grilse.access.migration_rules import create_company_policy
from grilse.access.migration_tables import create_table, row_id
from grilse.access.tenancy import company_key


class Migration(migrations.Migration):
    dependencies = [("generator", "0003_table_hashes")]

    operations = [
        create_table(
            "History",
            {
                "id": row_id(),
                "run": models.CharField(max_length=16),
                "plan": models.TextField(),
                "world": models.TextField(),
                "seed": models.BigIntegerField(),
                "readings_per_day": models.PositiveSmallIntegerField(),
                "catch_bias": models.FloatField(),
                "until": models.DateField(),
                "follows_calendar": models.BooleanField(db_default=False, default=False),
                "company": company_key(),
            },
            constraints=[models.UniqueConstraint(fields=["company"], name="generator_history_once")],
        ),
        *create_company_policy("generator_history"),
        migrations.AddField("Shard", "row_sums", models.JSONField(db_default={}, default=dict)),
        migrations.AddField("Shard", "until", models.DateField(null=True)),
    ]
