"""What the database itself keeps for the places: isolation of companies, references within one."""

from django.db import migrations

from grilse.farm.tenancy import CURRENT, isolation, parent, references

OWN_USER = "(SELECT nullif(current_setting('app.user', true), '')::bigint)"


class Migration(migrations.Migration):
    dependencies = [("farm", "0001_initial")]

    operations = [
        isolation("farm_company", column="id"),
        # A login finds its companies before it acts for one of them.
        migrations.RunSQL(
            [
                "ALTER TABLE farm_membership ENABLE ROW LEVEL SECURITY",
                (
                    f"CREATE POLICY company ON farm_membership USING (company_id = {CURRENT})"
                    f" WITH CHECK (company_id = {CURRENT})"
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
            isolation(f"farm_{name}")
            for name in ("geography", "area", "station", "hall", "container", "feedstore", "sensor")
        ],
        *[
            parent(f"farm_{name}")
            for name in ("geography", "area", "station", "hall", "container", "feedstore")
        ],
        references("farm_area", geography_id="farm_geography"),
        references("farm_station", geography_id="farm_geography"),
        references("farm_hall", station_id="farm_station"),
        references("farm_container", hall_id="farm_hall", area_id="farm_area"),
        references("farm_feedstore", hall_id="farm_hall", area_id="farm_area"),
        references("farm_sensor", container_id="farm_container"),
    ]
