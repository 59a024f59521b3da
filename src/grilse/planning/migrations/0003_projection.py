"""Kept runs of the ensemble; a door can read and add them, never change one."""

import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models.functions import Now

from grilse.access.tenancy import create_company_policy, create_company_references, tenant_foreign_key
from grilse.environment.models import RealField

DAILY = (
    "weight_p10_g",
    "weight_p50_g",
    "weight_p90_g",
    "count_p10",
    "count_p50",
    "count_p90",
    "biomass_p10_kg",
    "biomass_p50_kg",
    "biomass_p90_kg",
    "dense_chance",
    "full_chance",
)


class Migration(migrations.Migration):
    dependencies = [
        ("farm", "0002_rules"),
        ("growth", "0003_hindsight"),
        ("planning", "0002_rules"),
        ("stock", "0002_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Projection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                ("batch", tenant_foreign_key("stock.Batch")),
                ("made_at", models.DateTimeField(db_default=Now())),
                ("as_of", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                ("members", models.PositiveIntegerField()),
                ("seed", models.BigIntegerField()),
                (
                    "growth_model",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="growth.growthmodel",
                    ),
                ),
                *[(name, ArrayField(RealField())) for name in DAILY],
                ("target_g", models.FloatField()),
                ("target_p10", models.DateField(null=True)),
                ("target_p50", models.DateField(null=True)),
                ("target_p90", models.DateField(null=True)),
                ("target_chance", models.FloatField()),
                ("placements", models.JSONField()),
            ],
            options={
                "indexes": [models.Index(fields=["batch", "-id"], name="planning_projection_latest")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("days__gt", 0)), name="planning_projection_days"),
                    models.CheckConstraint(condition=models.Q(("members__gt", 0)), name="planning_projection_members"),
                    models.CheckConstraint(condition=models.Q(("target_g__gt", 0)), name="planning_projection_target"),
                ],
            },
        ),
        create_company_policy("planning_projection", append_only=True),
        create_company_references("planning_projection", batch_id="stock_batch"),
    ]
