"""Jobs of companies."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

from grilse.access.migration_tables import create_table, row_id
from grilse.access.tenancy import company_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access", "0001_tables"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        create_table(
            "Job",
            {
                "id": row_id(),
                "kind": models.CharField(max_length=12),
                "wish": models.JSONField(),
                "state": models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("running", "Running"),
                        ("done", "Done"),
                        ("failed", "Failed"),
                        ("cancelled", "Cancelled"),
                    ],
                    default="waiting",
                    max_length=9,
                ),
                "geographies": ArrayField(models.BigIntegerField(), null=True),
                "asked_at": models.DateTimeField(db_default=Now()),
                "begun_at": models.DateTimeField(null=True),
                "ended_at": models.DateTimeField(null=True),
                "step": models.CharField(blank=True, default="", max_length=60),
                "progress": models.FloatField(null=True),
                "result": models.JSONField(null=True),
                "error": models.TextField(blank=True, default=""),
                "asked_by": models.ForeignKey(
                    settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+"
                ),
                "company": company_key(),
            },
            indexes=[models.Index(fields=["company", "-id"], name="jobs_job_latest")],
            constraints=[
                models.CheckConstraint(
                    condition=Q(state__in=["waiting", "running", "done", "failed", "cancelled"]), name="jobs_job_state"
                ),
                models.CheckConstraint(
                    condition=Q(progress=None) | Q(progress__range=(0, 1)), name="jobs_job_progress"
                ),
                models.CheckConstraint(
                    condition=Q(ended_at=None, state__in=["waiting", "running"])
                    | Q(ended_at__isnull=False, state__in=["done", "failed", "cancelled"]),
                    name="jobs_job_ended",
                ),
                models.CheckConstraint(
                    condition=Q(result__isnull=False, state="done")
                    | Q(result__isnull=True, state__in=["waiting", "running", "failed", "cancelled"]),
                    name="jobs_job_result",
                ),
                models.CheckConstraint(
                    condition=Q(error="", state__in=["waiting", "running", "done", "cancelled"])
                    | (Q(state="failed") & ~Q(error="")),
                    name="jobs_job_error",
                ),
            ],
        )
    ]
