"""Names of containers and feed stores are unique at their site, no longer in the company."""

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


def name_at_site(model: str) -> Operation:
    """Return the operation that replaces the unique key; its index is built while others write."""
    table = f"farm_{model}"
    old, new = f"{table}_name", f"{table}_name_at_site"
    fields = ["company", "name", "hall", "area"]
    columns = "company_id, name, hall_id, area_id"
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                [
                    f"CREATE UNIQUE INDEX CONCURRENTLY {new} ON {table} ({columns}) NULLS NOT DISTINCT",
                    f"ALTER TABLE {table} ADD CONSTRAINT {new} UNIQUE USING INDEX {new}",
                    f"ALTER TABLE {table} DROP CONSTRAINT {old}",
                ],
                [
                    f"CREATE UNIQUE INDEX CONCURRENTLY {old} ON {table} (company_id, name)",
                    f"ALTER TABLE {table} ADD CONSTRAINT {old} UNIQUE USING INDEX {old}",
                    f"ALTER TABLE {table} DROP CONSTRAINT {new}",
                ],
            )
        ],
        state_operations=[
            migrations.AddConstraint(model, models.UniqueConstraint(fields=fields, name=new, nulls_distinct=False)),
            migrations.RemoveConstraint(model, old),
        ],
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("farm", "0003_time_zones")]

    operations = [name_at_site("container"), name_at_site("feedstore")]
