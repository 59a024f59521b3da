"""Names of halls are unique at their station, no longer in the company; the index is built while others write."""

from django.db import migrations, models

OLD, NEW = "farm_hall_name", "farm_hall_name_at_station"


def build_key(name: str, columns: str, replaced: str) -> list[str]:
    """Return the statements that replace the unique key; they can be repeated after a command was killed."""
    drop = f"DROP CONSTRAINT IF EXISTS {replaced}, DROP CONSTRAINT IF EXISTS {name}"
    return [
        f"DROP INDEX CONCURRENTLY IF EXISTS {name}_key",
        f"CREATE UNIQUE INDEX CONCURRENTLY {name}_key ON farm_hall ({columns})",
        f"ALTER TABLE farm_hall {drop}, ADD CONSTRAINT {name} UNIQUE USING INDEX {name}_key",
    ]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("farm", "0004_names_at_sites")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    build_key(NEW, "company_id, name, station_id", OLD), build_key(OLD, "company_id, name", NEW)
                )
            ],
            state_operations=[
                migrations.AddConstraint(
                    "hall", models.UniqueConstraint(fields=["company", "name", "station"], name=NEW)
                ),
                migrations.RemoveConstraint("hall", OLD),
            ],
        )
    ]
