"""Growth and mortality models, temperature profiles, estimated states and flagged records."""

from django.db import migrations, models
from django.db.models import Q

from grilse.access.migration_tables import create_table, create_tracked_table, row_id
from grilse.access.tenancy import company_key, company_reference, tenant_foreign_key
from grilse.environment.models import RealField


class Migration(migrations.Migration):
    initial = True

    dependencies = [("stock", "0001_tables")]

    operations = [
        *create_tracked_table(
            "growth.GrowthModel",
            {
                "id": row_id(),
                "name": models.CharField(max_length=80),
                "tgc": models.JSONField(),
                "source": models.CharField(blank=True, max_length=200),
                "company": company_key(),
                "learned_before": models.DateField(null=True),
                "learned": models.JSONField(null=True),
            },
            constraints=[
                models.UniqueConstraint(fields=["company", "name"], name="growth_growthmodel_name"),
                models.CheckConstraint(
                    condition=Q(learned=None, learned_before=None)
                    | Q(learned__isnull=False, learned_before__isnull=False),
                    name="growth_growthmodel_learned",
                ),
            ],
        ),
        *create_tracked_table(
            "growth.MortalityModel",
            {
                "id": row_id(),
                "name": models.CharField(max_length=80),
                "monthly_rate": models.JSONField(),
                "source": models.CharField(blank=True, max_length=200),
                "company": company_key(),
            },
            constraints=[models.UniqueConstraint(fields=["company", "name"], name="growth_mortalitymodel_name")],
        ),
        *create_tracked_table(
            "growth.TemperatureProfile",
            {
                "id": row_id(),
                "day_of_year": models.PositiveSmallIntegerField(),
                "temperature_c": models.FloatField(),
                "sd_c": models.FloatField(),
                "area": tenant_foreign_key("farm.Area", null=True),
                "company": company_key(),
                "geography": tenant_foreign_key("farm.Geography"),
            },
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "geography", "area", "day_of_year"],
                    nulls_distinct=False,
                    name="growth_temperatureprofile_day",
                ),
                models.CheckConstraint(
                    condition=Q(day_of_year__range=(1, 366)), name="growth_temperatureprofile_range"
                ),
            ],
        ),
        create_table(
            "DailyState",
            {
                "pk": models.CompositePrimaryKey(
                    "placement_id", "date", blank=True, editable=False, primary_key=True, serialize=False
                ),
                "date": models.DateField(),
                "count": models.IntegerField(),
                "count_estimate": RealField(),
                "count_sd": RealField(),
                "mean_weight_g": RealField(),
                "mean_weight_sd_g": RealField(),
                "biomass_kg": RealField(),
                "biomass_sd_kg": RealField(),
                "temperature_c": RealField(),
                "degree_days": RealField(),
                "deaths": models.IntegerField(),
                "feed_kg": RealField(),
                "fcr": RealField(null=True),
                "tgc_multiplier": RealField(),
                "provenance": models.IntegerField(),
                "company": company_reference(),
                "placement": models.ForeignKey(
                    "stock.Placement", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
                ),
                "hindsight_count": RealField(),
                "hindsight_count_sd": RealField(),
                "hindsight_weight_g": RealField(),
                "hindsight_weight_sd_g": RealField(),
                "hindsight_biomass_kg": RealField(),
                "hindsight_biomass_sd_kg": RealField(),
                "growth_model": models.ForeignKey(
                    "growth.GrowthModel",
                    models.DO_NOTHING,
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    related_name="+",
                ),
                "digest": models.BigIntegerField(default=0),
            },
            abstract=False,
        ),
        create_table(
            "BatchState",
            {
                "pk": models.CompositePrimaryKey(
                    "batch_id", "date", blank=True, editable=False, primary_key=True, serialize=False
                ),
                "date": models.DateField(),
                "count": models.IntegerField(),
                "count_estimate": RealField(),
                "count_sd": RealField(),
                "mean_weight_g": RealField(),
                "mean_weight_sd_g": RealField(),
                "biomass_kg": RealField(),
                "biomass_sd_kg": RealField(),
                "temperature_c": RealField(),
                "degree_days": RealField(),
                "deaths": models.IntegerField(),
                "feed_kg": RealField(),
                "fcr": RealField(null=True),
                "tgc_multiplier": RealField(),
                "provenance": models.IntegerField(),
                "day": models.IntegerField(),
                "batch": models.ForeignKey(
                    "stock.Batch", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
                ),
                "company": company_reference(),
                "hindsight_count": RealField(),
                "hindsight_count_sd": RealField(),
                "hindsight_weight_g": RealField(),
                "hindsight_weight_sd_g": RealField(),
                "hindsight_biomass_kg": RealField(),
                "hindsight_biomass_sd_kg": RealField(),
                "growth_model": models.ForeignKey(
                    "growth.GrowthModel",
                    models.DO_NOTHING,
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    related_name="+",
                ),
                "digest": models.BigIntegerField(default=0),
            },
            abstract=False,
        ),
        create_table(
            "FlaggedRecord",
            {
                "id": row_id(),
                "date": models.DateField(),
                "record": models.CharField(
                    choices=[("sample", "Sample"), ("transfer", "Transfer"), ("harvest", "Harvest")], max_length=8
                ),
                "record_id": models.BigIntegerField(),
                "measured_g": models.FloatField(),
                "expected_g": models.FloatField(),
                "sigmas": models.FloatField(),
                "verdict": models.CharField(
                    choices=[("bad record", "Bad Record"), ("level shift", "Level Shift"), ("open", "Open")],
                    max_length=12,
                ),
                "company": company_key(),
                "placement": tenant_foreign_key("stock.Placement"),
            },
            indexes=[models.Index(fields=["company", "placement"], name="growth_flaggedrecord_of")],
            constraints=[
                models.UniqueConstraint(fields=["company", "record", "record_id"], name="growth_flaggedrecord_once"),
                models.CheckConstraint(
                    condition=Q(verdict__in=["bad record", "level shift", "open"]), name="growth_flaggedrecord_verdict"
                ),
                models.CheckConstraint(
                    condition=Q(record__in=["sample", "transfer", "harvest"]), name="growth_flaggedrecord_record"
                ),
            ],
        ),
    ]
