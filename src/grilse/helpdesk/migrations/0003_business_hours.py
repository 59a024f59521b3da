"""Several periods of work a day, also over midnight; it can be repeated, if a command is killed between statements."""

from datetime import time

from django.db import migrations, models
from django.db.models import F, Q

TABLE = "helpdesk_businesshours"
DAY, ONCE, TIMES = f"{TABLE}_day", f"{TABLE}_once", f"{TABLE}_times"
REPLACE_TIMES = f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {TIMES}, ADD CONSTRAINT {TIMES} CHECK"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("helpdesk", "0002_rules")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    [
                        f"DROP INDEX CONCURRENTLY IF EXISTS {DAY}",
                        f"CREATE INDEX CONCURRENTLY {DAY} ON {TABLE} (company_id, weekday)",
                        f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {ONCE}",
                        f"{REPLACE_TIMES} (NOT closes = opens OR opens = time '00:00')",
                    ],
                    [
                        f"DROP INDEX CONCURRENTLY IF EXISTS {DAY}",
                        f"CREATE UNIQUE INDEX CONCURRENTLY {ONCE} ON {TABLE} (company_id, weekday)",
                        f"ALTER TABLE {TABLE} ADD CONSTRAINT {ONCE} UNIQUE USING INDEX {ONCE}",
                        f"{REPLACE_TIMES} (closes > opens)",
                    ],
                )
            ],
            [
                migrations.AddIndex("businesshours", models.Index(fields=["company", "weekday"], name=DAY)),
                migrations.RemoveConstraint("businesshours", TIMES),
                migrations.AddConstraint(
                    "businesshours",
                    models.CheckConstraint(condition=~Q(closes=F("opens")) | Q(opens=time.min), name=TIMES),
                ),
                migrations.RemoveConstraint("businesshours", ONCE),
            ],
        )
    ]
