"""Jobs of a company; the queue stores only their ids."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from grilse.access.tenancy import TenantModel


class Job(TenantModel):
    """Work that a user submitted, and its result; a job that has ended never changes."""

    class State(models.TextChoices):
        """The state of a job."""

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
    """The geographies of the user at submission, to which the job is limited; null is the whole company."""
    asked_at = models.DateTimeField(db_default=Now())
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=60, blank=True, default="")
    progress = models.FloatField(null=True)
    """Progress of the step, 0 to 1."""
    result = models.JSONField(null=True)
    """The JSON that the command of the same name prints with --json."""
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


OPEN_STATES = (Job.State.WAITING, Job.State.RUNNING)
RUN_TASK = "jobs.run"
"""The task of the queue that runs a job."""
