"""Readings, their corrections, and daily values."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

from grilse.access.migration_tables import create_table, row_id
from grilse.access.tenancy import company_key, company_reference, tenant_foreign_key
from grilse.environment.models import RealField


class Migration(migrations.Migration):
    initial = True

    dependencies = [("farm", "0001_tables"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        create_table(
            "Reading",
            {
                "pk": models.CompositePrimaryKey(
                    "container_id", "at", blank=True, editable=False, primary_key=True, serialize=False
                ),
                "at": models.DateTimeField(),
                "temperature_c": RealField(null=True),
                "oxygen_pct": RealField(null=True),
                "salinity_ppt": RealField(null=True),
                "ph": RealField(null=True),
                "co2_mg_l": RealField(null=True),
                "ammonium_mg_l": RealField(null=True),
                "nitrite_mg_l": RealField(null=True),
                "nitrate_mg_l": RealField(null=True),
                "company": company_reference(),
                "container": models.ForeignKey(
                    "farm.Container", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
                ),
            },
            constraints=[
                models.CheckConstraint(
                    condition=Q(temperature_c=None) | Q(temperature_c__range=(-3, 40)),
                    name="environment_reading_temperature",
                ),
                models.CheckConstraint(
                    condition=Q(oxygen_pct=None) | Q(oxygen_pct__range=(0, 300)), name="environment_reading_oxygen"
                ),
            ],
        ),
        create_table(
            "ReadingChange",
            {
                "id": row_id(),
                "at": models.DateTimeField(),
                "temperature_c": RealField(null=True),
                "oxygen_pct": RealField(null=True),
                "salinity_ppt": RealField(null=True),
                "ph": RealField(null=True),
                "co2_mg_l": RealField(null=True),
                "ammonium_mg_l": RealField(null=True),
                "nitrite_mg_l": RealField(null=True),
                "nitrate_mg_l": RealField(null=True),
                "withdrawn": models.BooleanField(),
                "changed_at": models.DateTimeField(db_default=Now()),
                "reason": models.TextField(blank=True, db_default=""),
                "company": company_key(),
                "container": tenant_foreign_key("farm.Container"),
                "user": models.ForeignKey(
                    settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, null=True, related_name="+"
                ),
            },
            indexes=[models.Index(fields=["company", "container", "at"], name="environment_change_reading")],
        ),
        create_table(
            "DailyEnvironment",
            {
                "pk": models.CompositePrimaryKey(
                    "container_id", "date", blank=True, editable=False, primary_key=True, serialize=False
                ),
                "date": models.DateField(),
                "temperature_mean": RealField(null=True),
                "temperature_min": RealField(null=True),
                "temperature_max": RealField(null=True),
                "temperature_n": models.PositiveSmallIntegerField(db_default=0),
                "oxygen_mean": RealField(null=True),
                "oxygen_min": RealField(null=True),
                "oxygen_max": RealField(null=True),
                "oxygen_n": models.PositiveSmallIntegerField(db_default=0),
                "company": company_reference(),
                "container": models.ForeignKey(
                    "farm.Container", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
                ),
            },
            abstract=False,
        ),
    ]
