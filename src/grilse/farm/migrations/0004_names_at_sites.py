"""Names of containers and feed stores are unique at their site, no longer in the company."""

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


def build_key(table: str, old: str, new: str, columns: str) -> list[str]:
    """Return the statements that replace a unique key by another."""
    drop = f"DROP CONSTRAINT IF EXISTS {old}, DROP CONSTRAINT IF EXISTS {new}"
    return [
        f"DROP INDEX CONCURRENTLY IF EXISTS {new}_key",
        f"CREATE UNIQUE INDEX CONCURRENTLY {new}_key ON {table} {columns}",
        f"ALTER TABLE {table} {drop}, ADD CONSTRAINT {new} UNIQUE USING INDEX {new}_key",
    ]


def name_at_site(model: str) -> Operation:
    """Return the operation that replaces the unique key; its index is built while others write.

    It can be repeated, since a command may be killed after each statement.
    """
    table = f"farm_{model}"
    old, new = f"{table}_name", f"{table}_name_at_site"
    fields = ["company", "name", "hall", "area"]
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                build_key(table, old, new, "(company_id, name, hall_id, area_id) NULLS NOT DISTINCT"),
                build_key(table, new, old, "(company_id, name)"),
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
