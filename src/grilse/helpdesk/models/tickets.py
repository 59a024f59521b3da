"""Tickets, their categories, comments and files."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantModel, tenant_foreign_key


@track_changes()
class Category(TenantModel):
    """A category of tickets."""

    name = models.CharField(max_length=80)
    team = tenant_foreign_key("people.Team", null=True)
    """The team that its tickets are assigned to first."""
    active = models.BooleanField(db_default=True, default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="helpdesk_category_name")]

    def __str__(self) -> str:
        return self.name


@track_changes()
class Ticket(TenantModel):
    """A request to the help desk."""

    class Status(models.TextChoices):
        """Progress of a ticket."""

        NEW = "new"
        OPEN = "open"
        IN_PROGRESS = "in progress"
        ON_HOLD = "on hold"
        RESOLVED = "resolved"
        CLOSED = "closed"
        CANCELLED = "cancelled"

    class Priority(models.TextChoices):
        """Urgency of a ticket."""

        LOW = "low"
        NORMAL = "normal"
        HIGH = "high"
        URGENT = "urgent"

    number = models.PositiveIntegerField()
    """Consecutive within the company."""
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True, db_default="", default="")
    status = models.CharField(max_length=11, choices=Status, default=Status.NEW)
    priority = models.CharField(max_length=6, choices=Priority, default=Priority.NORMAL)
    category = tenant_foreign_key("helpdesk.Category", null=True)
    geography = tenant_foreign_key("farm.Geography", null=True)
    """Geography of its site; a ticket without a geography is visible everywhere."""
    area = tenant_foreign_key("farm.Area", null=True)
    station = tenant_foreign_key("farm.Station", null=True)
    container = tenant_foreign_key("farm.Container", null=True)
    reporter = tenant_foreign_key("people.Person")
    assignee = tenant_foreign_key("people.Person", null=True)
    team = tenant_foreign_key("people.Team", null=True)
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    """When somebody else than the reporter first commented or acted."""
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    held_since = models.DateTimeField(null=True)
    held_minutes = models.PositiveIntegerField(db_default=0, default=0)
    """Business minutes on hold, which due times do not count."""
    answer_due = models.DateTimeField(null=True)
    resolve_due = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(db_default=1, default=1)
    """How many times it was opened; each round has its own due times and escalations."""
    reopened_at = models.DateTimeField(null=True)
    """Start of its round; none is when it was opened."""

    class Meta:
        indexes = [
            models.Index(fields=["company", "-opened_at", "-id"], name="helpdesk_ticket_listed"),
            models.Index(fields=["company", "status", "-opened_at", "-id"], name="helpdesk_ticket_status"),
            models.Index(
                fields=["company", "assignee", "-opened_at", "-id"],
                condition=Q(assignee__isnull=False),
                name="helpdesk_ticket_assignee",
            ),
            models.Index(fields=["company", "reporter", "-opened_at", "-id"], name="helpdesk_ticket_reporter"),
            *[
                models.Index(
                    fields=["company", name, "-opened_at", "-id"],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"helpdesk_ticket_{name}",
                )
                for name in ("team", "category", "container")
            ],
            # Overdue tickets, of the few that are open.
            models.Index(
                fields=["company", "resolve_due"],
                condition=Q(status__in=["new", "open", "in progress"]),
                name="helpdesk_ticket_due",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="helpdesk_ticket_number"),
            models.CheckConstraint(condition=~Q(title=""), name="helpdesk_ticket_titled"),
            models.CheckConstraint(
                condition=Q(status__in=["new", "open", "in progress", "on hold", "resolved", "closed", "cancelled"]),
                name="helpdesk_ticket_status_known",
            ),
            models.CheckConstraint(
                condition=Q(priority__in=["low", "normal", "high", "urgent"]), name="helpdesk_ticket_priority"
            ),
            models.CheckConstraint(
                condition=Q(status="on hold", held_since__isnull=False) | (~Q(status="on hold") & Q(held_since=None)),
                name="helpdesk_ticket_held",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["closed", "cancelled"], closed_at__isnull=False)
                | (~Q(status__in=["closed", "cancelled"]) & Q(closed_at=None)),
                name="helpdesk_ticket_closed",
            ),
            models.CheckConstraint(condition=Q(area=None) | Q(station=None), name="helpdesk_ticket_of_one_site"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.title}"

    @property
    def counted_from(self) -> datetime:
        """Start of its round, from which due times count."""
        return self.reopened_at or self.opened_at


@track_changes()
class Comment(TenantModel):
    """A comment on a ticket."""

    ticket = tenant_foreign_key("helpdesk.Ticket")
    author = tenant_foreign_key("people.Person", null=True)
    """None is the scheduler."""
    at = models.DateTimeField(db_default=Now())
    body = models.TextField()
    internal = models.BooleanField(db_default=False, default=False)
    """Visible only to those who work on tickets."""

    class Meta:
        indexes = [models.Index(fields=["company", "ticket", "at", "id"], name="helpdesk_comment_of_ticket")]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="helpdesk_comment_said")]


@track_changes(exclude=["content"])
class Attachment(TenantModel):
    """A file on a ticket."""

    ticket = tenant_foreign_key("helpdesk.Ticket")
    author = tenant_foreign_key("people.Person", null=True)
    at = models.DateTimeField(db_default=Now())
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "ticket", "digest"], name="helpdesk_attachment_once")]

    def __str__(self) -> str:
        return self.name
