"""The jobs of companies; one that is over never changes, and none is ever deleted by a door."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from grilse.access.reach import create_restrictive_policy
from grilse.access.tenancy import CURRENT_COMPANY_SQL

MINE = f"company_id = {CURRENT_COMPANY_SQL}"
REACH = "nullif(nullif(current_setting('app.geographies', true), '*'), '')"


class Migration(migrations.Migration):
    initial = True

    dependencies = [("farm", "0004_reach"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("wish", models.JSONField()),
                (
                    "state",
                    models.CharField(
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
                ),
                (
                    "geographies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("begun_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("step", models.CharField(blank=True, default="", max_length=60)),
                ("progress", models.FloatField(null=True)),
                ("result", models.JSONField(null=True)),
                ("error", models.TextField(blank=True, default="")),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="farm.company"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["company", "-id"], name="jobs_job_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done", "failed", "cancelled"])),
                        name="jobs_job_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("progress", None), ("progress__range", (0, 1)), _connector="OR"),
                        name="jobs_job_progress",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("state__in", ["waiting", "running"])),
                            models.Q(("ended_at__isnull", False), ("state__in", ["done", "failed", "cancelled"])),
                            _connector="OR",
                        ),
                        name="jobs_job_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("result__isnull", False), ("state", "done")),
                            models.Q(
                                ("result__isnull", True), ("state__in", ["waiting", "running", "failed", "cancelled"])
                            ),
                            _connector="OR",
                        ),
                        name="jobs_job_result",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("error", ""), ("state__in", ["waiting", "running", "done", "cancelled"])),
                            models.Q(("state", "failed"), models.Q(("error", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="jobs_job_error",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            [
                "ALTER TABLE jobs_job ENABLE ROW LEVEL SECURITY",
                f"CREATE POLICY company_reads ON jobs_job FOR SELECT USING ({MINE})",
                f"CREATE POLICY company_adds ON jobs_job FOR INSERT WITH CHECK ({MINE})",
                (
                    "CREATE POLICY company_changes ON jobs_job FOR UPDATE"
                    f" USING ({MINE} AND state IN ('waiting', 'running')) WITH CHECK ({MINE})"
                ),
            ],
            [
                *(f"DROP POLICY company_{verb} ON jobs_job" for verb in ("reads", "adds", "changes")),
                "ALTER TABLE jobs_job DISABLE ROW LEVEL SECURITY",
            ],
        ),
        # What a job says of places out of reach is not there; one of the whole company says it of all.
        create_restrictive_policy("jobs_job", f"geographies <@ {REACH}::bigint[]"),
    ]
