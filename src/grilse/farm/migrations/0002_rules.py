"""What the database itself keeps for the places: isolation of companies, references within one."""

from django.db import migrations

from grilse.access.tenancy import (
    CURRENT_COMPANY_SQL,
    create_company_key,
    create_company_policy,
    create_company_references,
)

OWN_USER = "(SELECT nullif(current_setting('app.user', true), '')::bigint)"


class Migration(migrations.Migration):
    dependencies = [("farm", "0001_initial")]

    operations = [
        create_company_policy("farm_company", column="id"),
        # A login finds its companies before it acts for one of them.
        migrations.RunSQL(
            [
                "ALTER TABLE farm_membership ENABLE ROW LEVEL SECURITY",
                (
                    f"CREATE POLICY company ON farm_membership USING (company_id = {CURRENT_COMPANY_SQL})"
                    f" WITH CHECK (company_id = {CURRENT_COMPANY_SQL})"
                ),
                f"CREATE POLICY own ON farm_membership FOR SELECT USING (user_id = {OWN_USER})",
            ],
            [
                "DROP POLICY own ON farm_membership",
                "DROP POLICY company ON farm_membership",
                "ALTER TABLE farm_membership DISABLE ROW LEVEL SECURITY",
            ],
        ),
        *[
            create_company_policy(f"farm_{name}")
            for name in ("geography", "area", "station", "hall", "container", "feedstore", "sensor")
        ],
        *[
            create_company_key(f"farm_{name}")
            for name in ("geography", "area", "station", "hall", "container", "feedstore")
        ],
        create_company_references("farm_area", geography_id="farm_geography"),
        create_company_references("farm_station", geography_id="farm_geography"),
        create_company_references("farm_hall", station_id="farm_station"),
        create_company_references("farm_container", hall_id="farm_hall", area_id="farm_area"),
        create_company_references("farm_feedstore", hall_id="farm_hall", area_id="farm_area"),
        create_company_references("farm_sensor", container_id="farm_container"),
    ]
