"""What a company sees of its jobs; the queue itself knows their ids only."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from grilse.access.tenancy import TenantModel


class Job(TenantModel):
    """Work that somebody asked for, and what came of it; once it is over it never changes."""

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=12)
    wish = models.JSONField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False, related_name="+")
    geographies = ArrayField(models.BigIntegerField(), null=True)
    """What the asker could reach, and so the job can; none is the whole company."""
    asked_at = models.DateTimeField(db_default=Now())
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=60, blank=True, default="")
    progress = models.FloatField(null=True)
    """Of its step, 0 to 1."""
    result = models.JSONField(null=True)
    """What the command of the same name prints with --json."""
    error = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["company", "-id"], name="jobs_job_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed", "cancelled"]), name="jobs_job_state"
            ),
            models.CheckConstraint(condition=Q(progress=None) | Q(progress__range=(0, 1)), name="jobs_job_progress"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], ended_at=None)
                | Q(state__in=["done", "failed", "cancelled"], ended_at__isnull=False),
                name="jobs_job_ended",
            ),
            models.CheckConstraint(
                condition=Q(state="done", result__isnull=False)
                | Q(state__in=["waiting", "running", "failed", "cancelled"], result__isnull=True),
                name="jobs_job_result",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "cancelled"], error="")
                | (Q(state="failed") & ~Q(error="")),
                name="jobs_job_error",
            ),
        ]
