"""Finished shards of a generator run."""

from django.db import migrations, models
from django.db.models.functions import Now

from grilse.access.migration_tables import create_table, row_id
from grilse.access.tenancy import company_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access", "0001_tables")]

    operations = [
        create_table(
            "Shard",
            {
                "id": row_id(),
                "run": models.CharField(max_length=16),
                "kind": models.CharField(max_length=8),
                "key": models.CharField(max_length=80),
                "rows": models.JSONField(),
                "content_hash": models.CharField(max_length=32),
                "finished_at": models.DateTimeField(db_default=Now()),
                "company": company_key(),
            },
            constraints=[
                models.UniqueConstraint(fields=["company", "run", "kind", "key"], name="generator_shard_once")
            ],
        )
    ]
