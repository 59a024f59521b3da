"""Row policies of readings, one row per reading and parameter as a view, and readings before a change."""

from django.db import migrations

from grilse.access.migration_rules import (
    create_company_policy,
    create_company_references,
    create_function,
    create_geography_policy,
    create_statement_trigger,
)

PARAMETERS = {
    "temperature": "temperature_c",
    "oxygen": "oxygen_pct",
    "salinity": "salinity_ppt",
    "ph": "ph",
    "co2": "co2_mg_l",
    "ammonium": "ammonium_mg_l",
    "nitrite": "nitrite_mg_l",
    "nitrate": "nitrate_mg_l",
}
VALUES = ", ".join(f"('{name}', {column})" for name, column in PARAMETERS.items())
VALUE_VIEW = f"""
CREATE VIEW environment_value WITH (security_invoker = true) AS
SELECT r.company_id, r.container_id, r.at, v.parameter, v.value FROM environment_reading r
CROSS JOIN LATERAL (VALUES {VALUES}) AS v (parameter, value) WHERE v.value IS NOT NULL
"""
COLUMNS = ", ".join(("company_id", "container_id", "at", *PARAMETERS.values()))
# Runs once per statement, not once per row: a file may replace a year of readings.
STORE_CHANGED_READINGS = f"""
CREATE FUNCTION environment_keep_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO environment_readingchange ({COLUMNS}, withdrawn, user_id, reason)
  SELECT {COLUMNS}, TG_OP = 'DELETE', nullif(current_setting('app.user', true), '')::bigint,
         coalesce(current_setting('app.reason', true), '')
    FROM before;
  RETURN NULL;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("environment", "0001_tables"), ("farm", "0002_rules")]

    operations = [
        *create_company_policy("environment_reading"),
        *create_company_policy("environment_dailyenvironment"),
        *create_company_policy("environment_readingchange", append_only=True),
        *[
            create_geography_policy(f"environment_{name}", "container_id")
            for name in ("reading", "dailyenvironment", "readingchange")
        ],
        create_company_references("environment_readingchange", container_id="farm_container"),
        migrations.RunSQL(VALUE_VIEW, "DROP VIEW environment_value"),
        create_function(STORE_CHANGED_READINGS, "environment_keep_reading()"),
        *[
            create_statement_trigger(
                f"environment_reading_{name}",
                "environment_reading",
                event,
                "OLD TABLE AS before",
                "environment_keep_reading()",
            )
            for name, event in {"replaced": "UPDATE", "withdrawn": "DELETE"}.items()
        ],
    ]
