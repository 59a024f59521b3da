"""When a reading was entered; null for a reading of a bulk load, whose shard has its hash."""

from django.db import migrations, models

from grilse.access.audit import FIXED_SEARCH_PATH

MEASURED = "temperature_c, oxygen_pct, salinity_ppt, ph, co2_mg_l, ammonium_mg_l, nitrite_mg_l, nitrate_mg_l"
# The default and the function know whether people or a bulk load write: loads set no acting company.
ENTERED = "CASE WHEN current_setting('app.company', true) <> '' THEN now() END"
COLUMN = "ALTER TABLE {table} ADD COLUMN entered_at timestamptz"
STORE_CHANGED_READINGS = f"""
CREATE OR REPLACE FUNCTION environment_keep_reading() RETURNS trigger LANGUAGE plpgsql
SET search_path = {FIXED_SEARCH_PATH} AS $$
BEGIN
  INSERT INTO environment_readingchange ({{columns}}, withdrawn, user_id, reason)
  SELECT {{columns}}, TG_OP = 'DELETE', nullif(current_setting('app.user', true), '')::bigint,
         coalesce(current_setting('app.reason', true), '')
    FROM before;
  RETURN NULL;
END
$$
"""
BEFORE = f"company_id, container_id, at, {MEASURED}"


class Migration(migrations.Migration):
    dependencies = [("environment", "0002_rules")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [
                        *(COLUMN.format(table=f"environment_{name}") for name in ("reading", "readingchange")),
                        f"ALTER TABLE environment_reading ALTER COLUMN entered_at SET DEFAULT {ENTERED}",
                        STORE_CHANGED_READINGS.format(columns=f"{BEFORE}, entered_at"),
                    ],
                    [
                        STORE_CHANGED_READINGS.format(columns=BEFORE),
                        *(
                            f"ALTER TABLE environment_{name} DROP COLUMN entered_at"
                            for name in ("reading", "readingchange")
                        ),
                    ],
                )
            ],
            state_operations=[
                migrations.AddField(name, "entered_at", models.DateTimeField(null=True))
                for name in ("Reading", "ReadingChange")
            ],
        )
    ]
