"""Rules are the whole company's: a role that holds in some of its geographies changes none."""

from django.db import migrations

from grilse.access.reach import ALL_GEOGRAPHIES_SQL

TABLES = ("category", "businesshours", "holiday", "servicelevel", "escalationrule")


class Migration(migrations.Migration):
    dependencies = [("helpdesk", "0005_internal")]

    operations = [
        migrations.RunSQL(
            [
                f"CREATE POLICY whole_adds ON helpdesk_{name} AS RESTRICTIVE FOR INSERT WITH CHECK ({ALL_GEOGRAPHIES_SQL})",
                f"CREATE POLICY whole_changes ON helpdesk_{name} AS RESTRICTIVE FOR UPDATE USING ({ALL_GEOGRAPHIES_SQL})",
                f"CREATE POLICY whole_removes ON helpdesk_{name} AS RESTRICTIVE FOR DELETE USING ({ALL_GEOGRAPHIES_SQL})",
            ],
            [f"DROP POLICY whole_{verb} ON helpdesk_{name}" for verb in ("adds", "changes", "removes")],
        )
        for name in TABLES
    ]
