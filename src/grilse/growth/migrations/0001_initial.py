import django.db.models.deletion
from django.db import migrations, models

import grilse.environment.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("farm", "0001_initial"), ("stock", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="BatchState",
            fields=[
                ("date", models.DateField()),
                ("count", models.IntegerField()),
                ("count_estimate", grilse.environment.models.RealField()),
                ("count_sd", grilse.environment.models.RealField()),
                ("mean_weight_g", grilse.environment.models.RealField()),
                ("mean_weight_sd_g", grilse.environment.models.RealField()),
                ("biomass_kg", grilse.environment.models.RealField()),
                ("biomass_sd_kg", grilse.environment.models.RealField()),
                ("temperature_c", grilse.environment.models.RealField()),
                ("degree_days", grilse.environment.models.RealField()),
                ("deaths", models.IntegerField()),
                ("feed_kg", grilse.environment.models.RealField()),
                ("fcr", grilse.environment.models.RealField(null=True)),
                ("tgc_multiplier", grilse.environment.models.RealField()),
                ("provenance", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "batch_id", "date", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.IntegerField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="stock.batch",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="farm.company",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="DailyState",
            fields=[
                ("date", models.DateField()),
                ("count", models.IntegerField()),
                ("count_estimate", grilse.environment.models.RealField()),
                ("count_sd", grilse.environment.models.RealField()),
                ("mean_weight_g", grilse.environment.models.RealField()),
                ("mean_weight_sd_g", grilse.environment.models.RealField()),
                ("biomass_kg", grilse.environment.models.RealField()),
                ("biomass_sd_kg", grilse.environment.models.RealField()),
                ("temperature_c", grilse.environment.models.RealField()),
                ("degree_days", grilse.environment.models.RealField()),
                ("deaths", models.IntegerField()),
                ("feed_kg", grilse.environment.models.RealField()),
                ("fcr", grilse.environment.models.RealField(null=True)),
                ("tgc_multiplier", grilse.environment.models.RealField()),
                ("provenance", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "placement_id", "date", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="farm.company",
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="stock.placement",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="GrowthModel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("tgc", models.JSONField()),
                ("source", models.CharField(blank=True, max_length=200)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company", "name"), name="growth_growthmodel_name")]
            },
        ),
        migrations.CreateModel(
            name="MortalityModel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("monthly_rate", models.JSONField()),
                ("source", models.CharField(blank=True, max_length=200)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company", "name"), name="growth_mortalitymodel_name")]
            },
        ),
        migrations.CreateModel(
            name="TemperatureProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day_of_year", models.PositiveSmallIntegerField()),
                ("temperature_c", models.FloatField()),
                ("sd_c", models.FloatField()),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="farm.area",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "geography",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="farm.geography",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "geography", "area", "day_of_year"),
                        name="growth_temperatureprofile_day",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("day_of_year__range", (1, 366))), name="growth_temperatureprofile_range"
                    ),
                ]
            },
        ),
    ]
