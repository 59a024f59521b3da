"""Planned stages and projections."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Now

from grilse.access.migration_tables import create_table, create_tracked_table, row_id
from grilse.access.tenancy import company_key, tenant_foreign_key
from grilse.environment.models import RealField


class Migration(migrations.Migration):
    initial = True

    dependencies = [("growth", "0001_tables")]

    operations = [
        *create_tracked_table(
            "planning.PlannedStage",
            {
                "id": row_id(),
                "start": models.DateField(),
                "stop": models.DateField(),
                "batch": tenant_foreign_key("stock.Batch"),
                "company": company_key(),
                "stage": models.ForeignKey("stock.Stage", models.PROTECT, db_index=False, related_name="+"),
            },
            constraints=[
                models.UniqueConstraint(fields=["company", "batch", "stage"], name="planning_plannedstage_once"),
                models.CheckConstraint(condition=Q(stop__gt=F("start")), name="planning_plannedstage_dates"),
            ],
        ),
        create_table(
            "Projection",
            {
                "id": row_id(),
                "company": company_key(),
                "batch": tenant_foreign_key("stock.Batch"),
                "made_at": models.DateTimeField(db_default=Now()),
                "as_of": models.DateField(),
                "days": models.PositiveSmallIntegerField(),
                "members": models.PositiveIntegerField(),
                "seed": models.BigIntegerField(),
                "growth_model": models.ForeignKey(
                    "growth.GrowthModel",
                    models.DO_NOTHING,
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    related_name="+",
                ),
                "weight_p10_g": ArrayField(RealField()),
                "weight_p50_g": ArrayField(RealField()),
                "weight_p90_g": ArrayField(RealField()),
                "count_p10": ArrayField(RealField()),
                "count_p50": ArrayField(RealField()),
                "count_p90": ArrayField(RealField()),
                "biomass_p10_kg": ArrayField(RealField()),
                "biomass_p50_kg": ArrayField(RealField()),
                "biomass_p90_kg": ArrayField(RealField()),
                "dense_chance": ArrayField(RealField()),
                "full_chance": ArrayField(RealField()),
                "target_g": models.FloatField(),
                "target_p10": models.DateField(null=True),
                "target_p50": models.DateField(null=True),
                "target_p90": models.DateField(null=True),
                "target_chance": models.FloatField(),
                "placements": models.JSONField(),
            },
            indexes=[models.Index(fields=["batch", "-id"], name="planning_projection_latest")],
            constraints=[
                models.CheckConstraint(condition=Q(days__gt=0), name="planning_projection_days"),
                models.CheckConstraint(condition=Q(members__gt=0), name="planning_projection_members"),
                models.CheckConstraint(condition=Q(target_g__gt=0), name="planning_projection_target"),
            ],
        ),
    ]
