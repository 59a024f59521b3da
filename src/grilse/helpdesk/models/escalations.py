"""Escalation rules, and the escalations of tickets."""

from django.db import models
from django.db.models import Q

from grilse.access.audit import track_changes
from grilse.access.tenancy import TenantModel, tenant_foreign_key
from grilse.helpdesk.models.clocks import YEAR


@track_changes()
class EscalationRule(TenantModel):
    """A level of escalation: after some business minutes a ticket goes to a person or team."""

    category = tenant_foreign_key("helpdesk.Category", null=True)
    """None is every category without rules of its own."""
    level = models.PositiveSmallIntegerField()
    after_minutes = models.PositiveIntegerField()
    """Since the ticket was opened, without the time on hold."""
    person = tenant_foreign_key("people.Person", null=True)
    team = tenant_foreign_key("people.Team", null=True)
    priority = models.CharField(max_length=6, blank=True, db_default="", default="")
    """What the ticket's priority is raised to; empty leaves it."""
    active = models.BooleanField(db_default=True, default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "category", "level"], nulls_distinct=False, name="helpdesk_escalationrule_once"
            ),
            models.CheckConstraint(condition=Q(level__range=(1, 9)), name="helpdesk_escalationrule_level"),
            models.CheckConstraint(
                condition=Q(priority__in=["", "low", "normal", "high", "urgent"]),
                name="helpdesk_escalationrule_priority",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(team__isnull=False), name="helpdesk_escalationrule_calls_somebody"
            ),
            models.CheckConstraint(condition=Q(after_minutes__lte=YEAR), name="helpdesk_escalationrule_minutes"),
        ]

    def __str__(self) -> str:
        return f"of level {self.level}"


class Escalation(TenantModel):
    """When a level of a ticket is due, and when it fired; it fires once, however many schedulers run."""

    ticket = tenant_foreign_key("helpdesk.Ticket")
    round = models.PositiveSmallIntegerField(db_default=1, default=1)
    level = models.PositiveSmallIntegerField()
    rule = tenant_foreign_key("helpdesk.EscalationRule")
    due_at = models.DateTimeField(null=True)
    """None while the ticket is on hold."""
    fired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # What the scheduler looks for, of all companies.
            models.Index(fields=["due_at"], condition=Q(fired_at=None), name="helpdesk_escalation_due")
        ]
        constraints = [
            models.UniqueConstraint(fields=["company", "ticket", "round", "level"], name="helpdesk_escalation_once")
        ]
