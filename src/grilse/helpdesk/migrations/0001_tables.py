"""Tickets, their rules of escalation, and what both refer to."""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Now

from grilse.access.migration_tables import create_table, create_tracked_table, row_id
from grilse.access.tenancy import company_key, tenant_foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [("people", "0001_tables")]

    operations = [
        *create_tracked_table(
            "helpdesk.BusinessHours",
            {
                "id": row_id(),
                "weekday": models.PositiveSmallIntegerField(),
                "opens": models.TimeField(),
                "closes": models.TimeField(),
                "company": company_key(),
            },
            constraints=[
                models.UniqueConstraint(fields=["company", "weekday"], name="helpdesk_businesshours_once"),
                models.CheckConstraint(condition=Q(weekday__lte=6), name="helpdesk_businesshours_weekday"),
                models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="helpdesk_businesshours_times"),
            ],
        ),
        *create_tracked_table(
            "helpdesk.Holiday",
            {
                "id": row_id(),
                "date": models.DateField(),
                "name": models.CharField(blank=True, db_default="", default="", max_length=80),
                "company": company_key(),
            },
            constraints=[models.UniqueConstraint(fields=["company", "date"], name="helpdesk_holiday_once")],
        ),
        *create_tracked_table(
            "helpdesk.Category",
            {
                "id": row_id(),
                "name": models.CharField(max_length=80),
                "active": models.BooleanField(db_default=True, default=True),
                "company": company_key(),
                "team": tenant_foreign_key("people.Team", null=True),
            },
            constraints=[models.UniqueConstraint(fields=["company", "name"], name="helpdesk_category_name")],
        ),
        *create_tracked_table(
            "helpdesk.Ticket",
            {
                "id": row_id(),
                "number": models.PositiveIntegerField(),
                "title": models.CharField(max_length=200),
                "body": models.TextField(blank=True, db_default="", default=""),
                "status": models.CharField(
                    choices=[
                        ("new", "New"),
                        ("open", "Open"),
                        ("in progress", "In Progress"),
                        ("on hold", "On Hold"),
                        ("resolved", "Resolved"),
                        ("closed", "Closed"),
                        ("cancelled", "Cancelled"),
                    ],
                    default="new",
                    max_length=11,
                ),
                "priority": models.CharField(
                    choices=[("low", "Low"), ("normal", "Normal"), ("high", "High"), ("urgent", "Urgent")],
                    default="normal",
                    max_length=6,
                ),
                "opened_at": models.DateTimeField(),
                "answered_at": models.DateTimeField(null=True),
                "resolved_at": models.DateTimeField(null=True),
                "closed_at": models.DateTimeField(null=True),
                "held_since": models.DateTimeField(null=True),
                "held_minutes": models.PositiveIntegerField(db_default=0, default=0),
                "answer_due": models.DateTimeField(null=True),
                "resolve_due": models.DateTimeField(null=True),
                "round": models.PositiveSmallIntegerField(db_default=1, default=1),
                "reopened_at": models.DateTimeField(null=True),
                "area": tenant_foreign_key("farm.Area", null=True),
                "assignee": tenant_foreign_key("people.Person", null=True),
                "category": tenant_foreign_key("helpdesk.Category", null=True),
                "company": company_key(),
                "container": tenant_foreign_key("farm.Container", null=True),
                "geography": tenant_foreign_key("farm.Geography", null=True),
                "reporter": tenant_foreign_key("people.Person"),
                "station": tenant_foreign_key("farm.Station", null=True),
                "team": tenant_foreign_key("people.Team", null=True),
            },
            indexes=[
                models.Index(fields=["company", "-opened_at", "-id"], name="helpdesk_ticket_listed"),
                models.Index(fields=["company", "status", "-opened_at", "-id"], name="helpdesk_ticket_status"),
                models.Index(
                    fields=["company", "assignee", "-opened_at", "-id"],
                    condition=Q(assignee__isnull=False),
                    name="helpdesk_ticket_assignee",
                ),
                models.Index(fields=["company", "reporter", "-opened_at", "-id"], name="helpdesk_ticket_reporter"),
                models.Index(
                    fields=["company", "team", "-opened_at", "-id"],
                    condition=Q(team__isnull=False),
                    name="helpdesk_ticket_team",
                ),
                models.Index(
                    fields=["company", "category", "-opened_at", "-id"],
                    condition=Q(category__isnull=False),
                    name="helpdesk_ticket_category",
                ),
                models.Index(
                    fields=["company", "container", "-opened_at", "-id"],
                    condition=Q(container__isnull=False),
                    name="helpdesk_ticket_container",
                ),
                models.Index(
                    fields=["company", "resolve_due"],
                    condition=Q(status__in=["new", "open", "in progress"]),
                    name="helpdesk_ticket_due",
                ),
            ],
            constraints=[
                models.UniqueConstraint(fields=["company", "number"], name="helpdesk_ticket_number"),
                models.CheckConstraint(condition=~Q(title=""), name="helpdesk_ticket_titled"),
                models.CheckConstraint(
                    condition=Q(
                        status__in=["new", "open", "in progress", "on hold", "resolved", "closed", "cancelled"]
                    ),
                    name="helpdesk_ticket_status_known",
                ),
                models.CheckConstraint(
                    condition=Q(priority__in=["low", "normal", "high", "urgent"]), name="helpdesk_ticket_priority"
                ),
                models.CheckConstraint(
                    condition=Q(held_since__isnull=False, status="on hold")
                    | (~Q(status="on hold") & Q(held_since=None)),
                    name="helpdesk_ticket_held",
                ),
                models.CheckConstraint(
                    condition=Q(closed_at__isnull=False, status__in=["closed", "cancelled"])
                    | (~Q(status__in=["closed", "cancelled"]) & Q(closed_at=None)),
                    name="helpdesk_ticket_closed",
                ),
                models.CheckConstraint(condition=Q(area=None) | Q(station=None), name="helpdesk_ticket_of_one_site"),
            ],
        ),
        *create_tracked_table(
            "helpdesk.Comment",
            {
                "id": row_id(),
                "at": models.DateTimeField(db_default=Now()),
                "body": models.TextField(),
                "internal": models.BooleanField(db_default=False, default=False),
                "author": tenant_foreign_key("people.Person", null=True),
                "company": company_key(),
                "ticket": tenant_foreign_key("helpdesk.Ticket"),
            },
            indexes=[models.Index(fields=["company", "ticket", "at", "id"], name="helpdesk_comment_of_ticket")],
            constraints=[models.CheckConstraint(condition=~Q(body=""), name="helpdesk_comment_said")],
        ),
        *create_tracked_table(
            "helpdesk.Attachment",
            {
                "id": row_id(),
                "at": models.DateTimeField(db_default=Now()),
                "name": models.CharField(max_length=200),
                "content_type": models.CharField(max_length=100),
                "size": models.PositiveIntegerField(),
                "digest": models.CharField(max_length=64),
                "content": models.BinaryField(),
                "author": tenant_foreign_key("people.Person", null=True),
                "company": company_key(),
                "ticket": tenant_foreign_key("helpdesk.Ticket"),
            },
            exclude=["content"],
            constraints=[
                models.UniqueConstraint(fields=["company", "ticket", "digest"], name="helpdesk_attachment_once")
            ],
        ),
        *create_tracked_table(
            "helpdesk.ServiceLevel",
            {
                "id": row_id(),
                "priority": models.CharField(max_length=6),
                "answer_minutes": models.PositiveIntegerField(),
                "resolve_minutes": models.PositiveIntegerField(),
                "category": tenant_foreign_key("helpdesk.Category", null=True),
                "company": company_key(),
            },
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "priority", "category"], nulls_distinct=False, name="helpdesk_servicelevel_once"
                ),
                models.CheckConstraint(
                    condition=Q(priority__in=["low", "normal", "high", "urgent"]), name="helpdesk_servicelevel_priority"
                ),
                models.CheckConstraint(
                    condition=Q(
                        answer_minutes__gt=0, resolve_minutes__gte=F("answer_minutes"), resolve_minutes__lte=525600
                    ),
                    name="helpdesk_servicelevel_minutes",
                ),
            ],
        ),
        *create_tracked_table(
            "helpdesk.EscalationRule",
            {
                "id": row_id(),
                "level": models.PositiveSmallIntegerField(),
                "after_minutes": models.PositiveIntegerField(),
                "priority": models.CharField(blank=True, db_default="", default="", max_length=6),
                "active": models.BooleanField(db_default=True, default=True),
                "category": tenant_foreign_key("helpdesk.Category", null=True),
                "company": company_key(),
                "person": tenant_foreign_key("people.Person", null=True),
                "team": tenant_foreign_key("people.Team", null=True),
            },
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "category", "level"], nulls_distinct=False, name="helpdesk_escalationrule_once"
                ),
                models.CheckConstraint(condition=Q(level__range=(1, 9)), name="helpdesk_escalationrule_level"),
                models.CheckConstraint(
                    condition=Q(priority__in=["", "low", "normal", "high", "urgent"]),
                    name="helpdesk_escalationrule_priority",
                ),
                models.CheckConstraint(
                    condition=Q(person__isnull=False) | Q(team__isnull=False),
                    name="helpdesk_escalationrule_calls_somebody",
                ),
                models.CheckConstraint(condition=Q(after_minutes__lte=525600), name="helpdesk_escalationrule_minutes"),
            ],
        ),
        create_table(
            "Escalation",
            {
                "id": row_id(),
                "round": models.PositiveSmallIntegerField(db_default=1, default=1),
                "level": models.PositiveSmallIntegerField(),
                "due_at": models.DateTimeField(null=True),
                "fired_at": models.DateTimeField(null=True),
                "company": company_key(),
                "rule": tenant_foreign_key("helpdesk.EscalationRule"),
                "ticket": tenant_foreign_key("helpdesk.Ticket"),
            },
            indexes=[models.Index(fields=["due_at"], condition=Q(fired_at=None), name="helpdesk_escalation_due")],
            constraints=[
                models.UniqueConstraint(fields=["company", "ticket", "round", "level"], name="helpdesk_escalation_once")
            ],
        ),
    ]
