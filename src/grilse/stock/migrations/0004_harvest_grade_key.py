"""The harvest is part of the key of its grades; the indexes are built while people go on writing."""

from django.db import migrations, models
from django.db.migrations.operations import SeparateDatabaseAndState

FIELDS = ["company", "placement", "date", "grade", "lot"]
TABLE, NAME = "stock_harvestgrade", "stock_harvestgrade_once"
EVENT_INDEX = "stock_harvestgradeevent_movement_id"
COLUMNS = "company_id, placement_id, date, grade, lot"


def build_key(columns: str, options: str = "") -> list[str]:
    """Return the statements that replace the unique key by another."""
    return [
        f"DROP INDEX CONCURRENTLY IF EXISTS {TABLE}_key",
        f"CREATE UNIQUE INDEX CONCURRENTLY {TABLE}_key ON {TABLE} ({columns}) {options}",
        f"ALTER TABLE {TABLE} DROP CONSTRAINT {NAME}, ADD CONSTRAINT {NAME} UNIQUE USING INDEX {TABLE}_key",
    ]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("stock", "0003_counts_and_harvests")]

    operations = [
        SeparateDatabaseAndState(
            [
                migrations.RunSQL(build_key(f"{COLUMNS}, movement_id", "NULLS NOT DISTINCT"), build_key(COLUMNS)),
                migrations.RunSQL(
                    [
                        f"DROP INDEX CONCURRENTLY IF EXISTS {EVENT_INDEX}",
                        f"CREATE INDEX CONCURRENTLY {EVENT_INDEX} ON stock_harvestgradeevent (movement_id)",
                    ],
                    f"DROP INDEX CONCURRENTLY IF EXISTS {EVENT_INDEX}",
                ),
            ],
            [
                migrations.RemoveConstraint("harvestgrade", NAME),
                migrations.AddConstraint(
                    "harvestgrade",
                    models.UniqueConstraint(fields=[*FIELDS, "movement"], name=NAME, nulls_distinct=False),
                ),
            ],
        )
    ]
