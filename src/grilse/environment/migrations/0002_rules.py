"""Isolation of companies, and the narrow form of the readings."""

from django.db import migrations

from grilse.access.tenancy import create_company_policy

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


class Migration(migrations.Migration):
    dependencies = [("environment", "0001_initial"), ("farm", "0002_rules")]

    operations = [
        create_company_policy("environment_reading"),
        create_company_policy("environment_dailyenvironment"),
        migrations.RunSQL(
            "CREATE VIEW environment_value WITH (security_invoker = true) AS"
            " SELECT r.company_id, r.container_id, r.at, v.parameter, v.value FROM environment_reading r"
            f" CROSS JOIN LATERAL (VALUES {VALUES}) AS v (parameter, value) WHERE v.value IS NOT NULL",
            "DROP VIEW environment_value",
        ),
    ]
