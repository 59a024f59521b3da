import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("farm", "0001_initial"), ("stock", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="HealthSample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("fish", models.PositiveSmallIntegerField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stock.placement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HealthScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("parameter", models.CharField(max_length=20)),
                ("score_0", models.PositiveSmallIntegerField()),
                ("score_1", models.PositiveSmallIntegerField()),
                ("score_2", models.PositiveSmallIntegerField()),
                ("score_3", models.PositiveSmallIntegerField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="health.healthsample",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LiceCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("fish_counted", models.PositiveSmallIntegerField()),
                ("adult_female", models.PositiveIntegerField(null=True)),
                ("mobile", models.PositiveIntegerField(null=True)),
                ("attached", models.PositiveIntegerField(null=True)),
                ("total", models.PositiveIntegerField(null=True)),
                ("caligus", models.PositiveIntegerField(null=True)),
                ("method", models.CharField(blank=True, db_default="", max_length=12)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stock.placement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LiceLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("limit", "Limit"), ("report", "Report"), ("act", "Act"), ("guidance", "Guidance")],
                        max_length=8,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("week_from", models.PositiveSmallIntegerField()),
                ("week_to", models.PositiveSmallIntegerField()),
                ("adult_females", models.FloatField()),
                ("source", models.CharField(blank=True, max_length=200)),
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
        ),
        migrations.CreateModel(
            name="MortalityCause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=80)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="health.mortalitycause",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Treatment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("delousing", "Delousing"),
                            ("vaccination", "Vaccination"),
                            ("medication", "Medication"),
                        ],
                        max_length=12,
                    ),
                ),
                ("method", models.CharField(max_length=40)),
                ("start", models.DateField()),
                ("stop", models.DateField()),
                ("withdrawal_days", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("reason", models.CharField(blank=True, db_default="", max_length=80)),
                ("efficacy", models.FloatField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stock.placement",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="healthsample",
            constraint=models.UniqueConstraint(
                fields=("company", "placement", "date"), name="health_healthsample_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="healthsample",
            constraint=models.CheckConstraint(condition=models.Q(("fish__gt", 0)), name="health_healthsample_fish"),
        ),
        migrations.AddConstraint(
            model_name="healthscore",
            constraint=models.UniqueConstraint(
                fields=("company", "sample", "parameter"), name="health_healthscore_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="licecount",
            constraint=models.UniqueConstraint(fields=("company", "placement", "date"), name="health_licecount_once"),
        ),
        migrations.AddConstraint(
            model_name="licecount",
            constraint=models.CheckConstraint(
                condition=models.Q(("fish_counted__gt", 0)), name="health_licecount_fish"
            ),
        ),
        migrations.AddConstraint(
            model_name="licelimit",
            constraint=models.UniqueConstraint(
                fields=("company", "geography", "kind", "valid_from", "week_from"), name="health_licelimit_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="licelimit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("week_from__gte", 1), ("week_from__lte", models.F("week_to")), ("week_to__lte", 53)
                ),
                name="health_licelimit_weeks",
            ),
        ),
        migrations.AddConstraint(
            model_name="licelimit",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="health_licelimit_dates",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.UniqueConstraint(
                fields=("company", "placement", "kind", "method", "start"), name="health_treatment_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(("stop__gte", models.F("start"))), name="health_treatment_dates"
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["delousing", "vaccination", "medication"])),
                name="health_treatment_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="treatment",
            constraint=models.CheckConstraint(
                condition=models.Q(("efficacy", None), ("efficacy__range", (0, 1)), _connector="OR"),
                name="health_treatment_efficacy",
            ),
        ),
    ]
