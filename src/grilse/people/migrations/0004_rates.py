"""What a kilometre is paid is the whole company's: a role that holds in some of its geographies changes none."""

from django.db import migrations

from grilse.access.reach import ALL_GEOGRAPHIES_SQL

TABLE = "people_transportrate"


class Migration(migrations.Migration):
    dependencies = [("people", "0003_wellbeing")]

    operations = [
        migrations.RunSQL(
            [
                f"CREATE POLICY whole_adds ON {TABLE} AS RESTRICTIVE FOR INSERT WITH CHECK ({ALL_GEOGRAPHIES_SQL})",
                f"CREATE POLICY whole_changes ON {TABLE} AS RESTRICTIVE FOR UPDATE USING ({ALL_GEOGRAPHIES_SQL})",
                f"CREATE POLICY whole_removes ON {TABLE} AS RESTRICTIVE FOR DELETE USING ({ALL_GEOGRAPHIES_SQL})",
            ],
            [f"DROP POLICY whole_{verb} ON {TABLE}" for verb in ("adds", "changes", "removes")],
        )
    ]
