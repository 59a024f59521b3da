"""Causes of death, lice counts and limits, treatments and health samples."""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from grilse.access.migration_tables import create_table, create_tracked_table, row_id
from grilse.access.tenancy import company_key, tenant_foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [("stock", "0001_tables")]

    operations = [
        create_table(
            "MortalityCause",
            {
                "id": row_id(),
                "code": models.CharField(max_length=40, unique=True),
                "name": models.CharField(max_length=80),
                "parent": models.ForeignKey(
                    "health.MortalityCause", models.PROTECT, null=True, related_name="children"
                ),
            },
        ),
        *create_tracked_table(
            "health.LiceLimit",
            {
                "id": row_id(),
                "kind": models.CharField(
                    choices=[("limit", "Limit"), ("report", "Report"), ("act", "Act"), ("guidance", "Guidance")],
                    max_length=8,
                ),
                "valid_from": models.DateField(),
                "valid_to": models.DateField(null=True),
                "week_from": models.PositiveSmallIntegerField(),
                "week_to": models.PositiveSmallIntegerField(),
                "adult_females": models.FloatField(),
                "source": models.CharField(blank=True, max_length=200),
                "company": company_key(),
                "geography": tenant_foreign_key("farm.Geography"),
            },
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "geography", "kind", "valid_from", "week_from"], name="health_licelimit_once"
                ),
                models.CheckConstraint(
                    condition=Q(week_from__gte=1, week_from__lte=F("week_to"), week_to__lte=53),
                    name="health_licelimit_weeks",
                ),
                models.CheckConstraint(
                    condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="health_licelimit_dates"
                ),
            ],
        ),
        *create_tracked_table(
            "health.LiceCount",
            {
                "id": row_id(),
                "date": models.DateField(),
                "fish_counted": models.PositiveSmallIntegerField(),
                "adult_female": models.PositiveIntegerField(null=True),
                "mobile": models.PositiveIntegerField(null=True),
                "attached": models.PositiveIntegerField(null=True),
                "total": models.PositiveIntegerField(null=True),
                "caligus": models.PositiveIntegerField(null=True),
                "method": models.CharField(blank=True, db_default="", max_length=12),
                "company": company_key(),
                "placement": tenant_foreign_key("stock.Placement"),
            },
            indexes=[models.Index(fields=["company", "date"], name="health_licecount_listed")],
            constraints=[
                models.UniqueConstraint(fields=["company", "placement", "date"], name="health_licecount_once"),
                models.CheckConstraint(condition=Q(fish_counted__gt=0), name="health_licecount_fish"),
                models.CheckConstraint(
                    condition=Q(total=None)
                    | Q(total__gte=Coalesce("adult_female", 0) + Coalesce("mobile", 0) + Coalesce("attached", 0)),
                    name="health_licecount_forms",
                ),
            ],
        ),
        *create_tracked_table(
            "health.Treatment",
            {
                "id": row_id(),
                "kind": models.CharField(
                    choices=[("delousing", "Delousing"), ("vaccination", "Vaccination"), ("medication", "Medication")],
                    max_length=12,
                ),
                "method": models.CharField(max_length=40),
                "start": models.DateField(),
                "stop": models.DateField(),
                "withdrawal_days": models.PositiveSmallIntegerField(db_default=0, default=0),
                "reason": models.CharField(blank=True, db_default="", max_length=80),
                "efficacy": models.FloatField(null=True),
                "company": company_key(),
                "placement": tenant_foreign_key("stock.Placement"),
            },
            indexes=[models.Index(fields=["company", "start"], name="health_treatment_listed")],
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "placement", "kind", "method", "start"], name="health_treatment_once"
                ),
                models.CheckConstraint(condition=Q(stop__gte=F("start")), name="health_treatment_dates"),
                models.CheckConstraint(
                    condition=Q(kind__in=["delousing", "vaccination", "medication"]), name="health_treatment_kind"
                ),
                models.CheckConstraint(
                    condition=Q(efficacy=None) | Q(efficacy__range=(0, 1)), name="health_treatment_efficacy"
                ),
            ],
        ),
        *create_tracked_table(
            "health.HealthSample",
            {
                "id": row_id(),
                "date": models.DateField(),
                "fish": models.PositiveSmallIntegerField(),
                "company": company_key(),
                "placement": tenant_foreign_key("stock.Placement"),
            },
            indexes=[models.Index(fields=["company", "date"], name="health_healthsample_listed")],
            constraints=[
                models.UniqueConstraint(fields=["company", "placement", "date"], name="health_healthsample_once"),
                models.CheckConstraint(condition=Q(fish__gt=0), name="health_healthsample_fish"),
            ],
        ),
        *create_tracked_table(
            "health.HealthScore",
            {
                "id": row_id(),
                "parameter": models.CharField(max_length=20),
                "score_0": models.PositiveSmallIntegerField(),
                "score_1": models.PositiveSmallIntegerField(),
                "score_2": models.PositiveSmallIntegerField(),
                "score_3": models.PositiveSmallIntegerField(),
                "company": company_key(),
                "sample": tenant_foreign_key("health.HealthSample", related_name="scores"),
            },
            constraints=[
                models.UniqueConstraint(fields=["company", "sample", "parameter"], name="health_healthscore_once")
            ],
        ),
    ]
