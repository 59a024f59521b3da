"""What readings said before they were replaced or withdrawn, kept by triggers."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import grilse.environment.models
from grilse.access.reach import create_geography_policy
from grilse.access.tenancy import create_company_policy, create_company_references

PARAMETERS = (
    "temperature_c",
    "oxygen_pct",
    "salinity_ppt",
    "ph",
    "co2_mg_l",
    "ammonium_mg_l",
    "nitrite_mg_l",
    "nitrate_mg_l",
)
SAID = ", ".join(("company_id", "container_id", "at", *PARAMETERS))
# Once a statement, not once a row: a file may replace a year of readings.
KEEP = f"""
CREATE FUNCTION environment_keep_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO environment_readingchange ({SAID}, withdrawn, user_id, reason)
  SELECT {SAID}, TG_OP = 'DELETE', nullif(current_setting('app.user', true), '')::bigint,
         coalesce(current_setting('app.reason', true), '')
    FROM before;
  RETURN NULL;
END
$$
"""
ON = """
CREATE TRIGGER {name} AFTER {event} ON environment_reading
REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION environment_keep_reading()
"""
TRIGGERS = {"environment_reading_replaced": "UPDATE", "environment_reading_withdrawn": "DELETE"}


class Migration(migrations.Migration):
    dependencies = [
        ("environment", "0003_reach"),
        ("farm", "0004_reach"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                *[(name, grilse.environment.models.RealField(null=True)) for name in PARAMETERS],
                ("withdrawn", models.BooleanField()),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("reason", models.TextField(blank=True, db_default="")),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "container",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="farm.container",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["company", "container", "at"], name="environment_change_reading")]
            },
        ),
        create_company_policy("environment_readingchange", append_only=True),
        create_geography_policy("environment_readingchange", "container_id"),
        create_company_references("environment_readingchange", container_id="farm_container"),
        migrations.RunSQL(KEEP, "DROP FUNCTION environment_keep_reading()"),
        *[
            migrations.RunSQL(ON.format(name=name, event=event), f"DROP TRIGGER {name} ON environment_reading")
            for name, event in TRIGGERS.items()
        ],
    ]
