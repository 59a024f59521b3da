"""The time zone of a geography; geographies that are there keep counting their days in UTC."""

from django.db import migrations, models

from grilse.access.migration_tables import add_tracked_fields
from grilse.farm.models import refuse_unknown_zone

# A time zone that PostgreSQL does not know would end every statement that needs a day of the geography.
KNOWN_TIME_ZONE = """
ALTER TABLE farm_geography ADD CONSTRAINT farm_geography_zone
CHECK ((timestamptz 'epoch' AT TIME ZONE time_zone) IS NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("farm", "0002_rules")]

    operations = [
        *add_tracked_fields(
            "farm.Geography",
            {
                "time_zone": models.CharField(
                    blank=True, db_default="UTC", default="UTC", max_length=40, validators=[refuse_unknown_zone]
                )
            },
            ["id", "company_id", "name", "code"],
        ),
        migrations.RunSQL(KNOWN_TIME_ZONE, "ALTER TABLE farm_geography DROP CONSTRAINT farm_geography_zone"),
    ]
