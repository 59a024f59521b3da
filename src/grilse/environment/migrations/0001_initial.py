import django.db.models.deletion
from django.db import migrations, models

import grilse.environment.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("farm", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="DailyEnvironment",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "container_id", "date", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("date", models.DateField()),
                ("temperature_mean", grilse.environment.models.RealField(null=True)),
                ("temperature_min", grilse.environment.models.RealField(null=True)),
                ("temperature_max", grilse.environment.models.RealField(null=True)),
                ("temperature_n", models.PositiveSmallIntegerField(db_default=0)),
                ("oxygen_mean", grilse.environment.models.RealField(null=True)),
                ("oxygen_min", grilse.environment.models.RealField(null=True)),
                ("oxygen_max", grilse.environment.models.RealField(null=True)),
                ("oxygen_n", models.PositiveSmallIntegerField(db_default=0)),
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
                    "container",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="farm.container",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "container_id", "at", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("temperature_c", grilse.environment.models.RealField(null=True)),
                ("oxygen_pct", grilse.environment.models.RealField(null=True)),
                ("salinity_ppt", grilse.environment.models.RealField(null=True)),
                ("ph", grilse.environment.models.RealField(null=True)),
                ("co2_mg_l", grilse.environment.models.RealField(null=True)),
                ("ammonium_mg_l", grilse.environment.models.RealField(null=True)),
                ("nitrite_mg_l", grilse.environment.models.RealField(null=True)),
                ("nitrate_mg_l", grilse.environment.models.RealField(null=True)),
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
                    "container",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="farm.container",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("temperature_c", None), ("temperature_c__range", (-3, 40)), _connector="OR"
                        ),
                        name="environment_reading_temperature",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("oxygen_pct", None), ("oxygen_pct__range", (0, 300)), _connector="OR"),
                        name="environment_reading_oxygen",
                    ),
                ]
            },
        ),
    ]
