"""Hindsight beside what was known, versions of the base, and flagged records."""

import django.db.models.deletion
from django.db import migrations, models

import grilse.environment.models
from grilse.access.tenancy import create_company_policy, create_company_references, tenant_foreign_key

HINDSIGHT = (
    "hindsight_count",
    "hindsight_count_sd",
    "hindsight_weight_g",
    "hindsight_weight_sd_g",
    "hindsight_biomass_kg",
    "hindsight_biomass_sd_kg",
)


def _column(state: str, name: str) -> migrations.AddField:
    return migrations.AddField(
        model_name=state, name=name, field=grilse.environment.models.RealField(default=0.0), preserve_default=False
    )


def _version(state: str) -> migrations.AddField:
    return migrations.AddField(
        model_name=state,
        name="growth_model",
        field=models.ForeignKey(
            to="growth.growthmodel",
            on_delete=django.db.models.deletion.DO_NOTHING,
            db_constraint=False,
            db_index=False,
            null=True,
            related_name="+",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("growth", "0002_rules"), ("stock", "0003_atlantic_salmon")]

    operations = [
        # States are derived: those of the estimator before are not what this one would have written.
        migrations.RunSQL("TRUNCATE growth_dailystate, growth_batchstate", migrations.RunSQL.noop),
        *[_column(state, name) for state in ("dailystate", "batchstate") for name in HINDSIGHT],
        *[_version(state) for state in ("dailystate", "batchstate")],
        migrations.AddField(model_name="growthmodel", name="learned_before", field=models.DateField(null=True)),
        migrations.AddField(model_name="growthmodel", name="learned", field=models.JSONField(null=True)),
        migrations.AddConstraint(
            model_name="growthmodel",
            constraint=models.CheckConstraint(
                condition=models.Q(learned_before=None, learned=None)
                | models.Q(learned_before__isnull=False, learned__isnull=False),
                name="growth_growthmodel_learned",
            ),
        ),
        migrations.CreateModel(
            name="FlaggedRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                (
                    "record",
                    models.CharField(
                        choices=[("sample", "Sample"), ("transfer", "Transfer"), ("harvest", "Harvest")], max_length=8
                    ),
                ),
                ("record_id", models.BigIntegerField()),
                ("measured_g", models.FloatField()),
                ("expected_g", models.FloatField()),
                ("sigmas", models.FloatField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[("bad record", "Bad Record"), ("level shift", "Level Shift"), ("open", "Open")],
                        max_length=12,
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
                ("placement", tenant_foreign_key("stock.Placement")),
            ],
            options={
                "indexes": [models.Index(fields=["company", "placement"], name="growth_flaggedrecord_of")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "record", "record_id"), name="growth_flaggedrecord_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["bad record", "level shift", "open"])),
                        name="growth_flaggedrecord_verdict",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("record__in", ["sample", "transfer", "harvest"])),
                        name="growth_flaggedrecord_record",
                    ),
                ],
            },
        ),
        create_company_policy("growth_flaggedrecord"),
        create_company_references("growth_flaggedrecord", placement_id="stock_placement"),
    ]
