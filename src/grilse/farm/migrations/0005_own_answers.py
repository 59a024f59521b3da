"""An answer that is kept for whoever sends a write again is there for its login alone."""

from django.db import migrations

USER = "nullif(current_setting('app.user', true), '')::bigint"


class Migration(migrations.Migration):
    dependencies = [("farm", "0004_reach")]

    operations = [
        migrations.RunSQL(
            f"CREATE POLICY own ON farm_keptanswer AS RESTRICTIVE USING (user_id = (SELECT {USER}))",
            "DROP POLICY own ON farm_keptanswer",
        )
    ]
