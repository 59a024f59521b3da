"""Findings and the thresholds that companies set."""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Now

from grilse.access.migration_tables import create_table, create_tracked_table, row_id
from grilse.access.tenancy import company_key, tenant_foreign_key
from grilse.environment.models import RealField

KINDS = [
    ("lice", "Lice"),
    ("mortality", "Mortality"),
    ("appetite", "Appetite"),
    ("drift", "Drift"),
    ("density", "Density"),
    ("site biomass", "Site Biomass"),
    ("company biomass", "Company Biomass"),
    ("oxygen", "Oxygen"),
    ("feed", "Feed"),
    ("weight sample", "Sample"),
    ("lice count", "Lice Count"),
    ("death round", "Death Round"),
    ("sensor", "Sensor"),
    ("withdrawal", "Withdrawal"),
    ("flagged record", "Flagged Record"),
    ("late ticket", "Late Ticket"),
    ("planned move", "Planned Move"),
]
NAMES = [name for name, _ in KINDS]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_tables"),
        ("farm", "0001_tables"),
        ("people", "0001_tables"),
        ("helpdesk", "0001_tables"),
        ("stock", "0001_tables"),
    ]

    operations = [
        *create_tracked_table(
            "attention.AlertRule",
            {
                "id": row_id(),
                "kind": models.CharField(choices=KINDS, max_length=16),
                "active": models.BooleanField(db_default=True, default=True),
                "threshold": models.FloatField(blank=True, null=True),
                "severe": models.FloatField(blank=True, null=True),
                "horizon_days": models.PositiveSmallIntegerField(blank=True, null=True),
                "company": company_key(),
                "geography": tenant_foreign_key("farm.Geography", null=True),
            },
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "kind", "geography"], nulls_distinct=False, name="attention_alertrule_once"
                ),
                models.CheckConstraint(condition=Q(kind__in=NAMES), name="attention_alertrule_kind"),
                models.CheckConstraint(
                    condition=Q(threshold=None) | Q(threshold__gte=0), name="attention_alertrule_above"
                ),
                models.CheckConstraint(condition=Q(severe=None) | Q(severe__gte=0), name="attention_alertrule_severe"),
                models.CheckConstraint(
                    condition=Q(horizon_days=None) | Q(horizon_days__lte=90), name="attention_alertrule_horizon"
                ),
            ],
        ),
        *create_tracked_table(
            "attention.Finding",
            {
                "id": row_id(),
                "kind": models.CharField(choices=KINDS, max_length=16),
                "subject": models.CharField(max_length=40),
                "reference": models.CharField(blank=True, db_default="", default="", max_length=120),
                "severe": models.BooleanField(),
                "score": RealField(),
                "figure": RealField(),
                "threshold": RealField(),
                "cases": models.PositiveIntegerField(),
                "watched": models.PositiveIntegerField(),
                "expected_on": models.DateField(null=True),
                "trend": django.contrib.postgres.fields.ArrayField(
                    base_field=RealField(blank=True, null=True), blank=True, default=list
                ),
                "day": models.DateField(),
                "begun_on": models.DateField(),
                "begun_at": models.DateTimeField(db_default=Now()),
                "ended_on": models.DateField(null=True),
                "ended_at": models.DateTimeField(null=True),
                "checked_at": models.DateTimeField(db_default=Now()),
                "acknowledged_at": models.DateTimeField(null=True),
                "acknowledged_until": models.DateField(null=True),
                "acknowledged_score": RealField(null=True),
                "acknowledged_severe": models.BooleanField(db_default=False, default=False),
                "note": models.CharField(blank=True, db_default="", default="", max_length=400),
                "company": company_key(),
                "geography": tenant_foreign_key("farm.Geography", null=True),
                "area": tenant_foreign_key("farm.Area", null=True),
                "hall": tenant_foreign_key("farm.Hall", null=True),
                "container": tenant_foreign_key("farm.Container", null=True),
                "batch": tenant_foreign_key("stock.Batch", null=True),
                "acknowledged_by": tenant_foreign_key("people.Person", null=True),
                "assignee": tenant_foreign_key("people.Person", null=True),
                "ticket": tenant_foreign_key("helpdesk.Ticket", null=True),
            },
            exclude=["trend", "checked_at"],
            indexes=[
                models.Index(fields=["company", "-begun_on", "-id"], name="attention_finding_listed"),
                models.Index(fields=["company", "-id"], condition=Q(ended_at=None), name="attention_finding_open"),
            ],
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "kind", "subject"], condition=Q(ended_at=None), name="attention_finding_once"
                ),
                models.CheckConstraint(condition=Q(kind__in=NAMES), name="attention_finding_kind"),
                models.CheckConstraint(
                    condition=Q(ended_at=None, ended_on=None) | Q(ended_at__isnull=False, ended_on__gte=F("begun_on")),
                    name="attention_finding_ended",
                ),
                models.CheckConstraint(condition=Q(area=None) | Q(hall=None), name="attention_finding_of_one_site"),
            ],
        ),
        create_table(
            "MortalityBand",
            {
                "id": row_id(),
                "band": models.IntegerField(null=True),
                "site": models.BigIntegerField(null=True),
                "upper_pct": RealField(),
                "company": company_key(),
            },
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "band", "site"], nulls_distinct=False, name="attention_mortalityband_once"
                ),
                models.CheckConstraint(
                    condition=Q(band=None, site__isnull=False) | Q(band__isnull=False, site=None),
                    name="attention_mortalityband_of_one",
                ),
            ],
        ),
        *create_tracked_table(
            "attention.AlertSettings",
            {
                "id": row_id(),
                "at_once": django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=16), blank=True, default=list
                ),
                "only_severe": models.BooleanField(db_default=False, default=False),
                "digest_at": models.TimeField(null=True),
                "quiet_from": models.TimeField(null=True),
                "quiet_to": models.TimeField(null=True),
                "digested_on": models.DateField(null=True),
                "company": company_key(),
                "person": tenant_foreign_key("people.Person"),
                "geography": tenant_foreign_key("farm.Geography", null=True),
            },
            exclude=["digested_on"],
            constraints=[
                models.UniqueConstraint(fields=["company", "person"], name="attention_alertsettings_once"),
                models.CheckConstraint(
                    condition=Q(quiet_from=None, quiet_to=None) | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                    name="attention_alertsettings_quiet",
                ),
            ],
        ),
        *create_tracked_table(
            "attention.Webhook",
            {
                "id": row_id(),
                "name": models.CharField(max_length=80),
                "url": models.CharField(max_length=400),
                "secret": models.CharField(max_length=80),
                "kinds": django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=16), blank=True, default=list
                ),
                "only_severe": models.BooleanField(db_default=False, default=False),
                "active": models.BooleanField(db_default=True, default=True),
                "company": company_key(),
                "geography": tenant_foreign_key("farm.Geography", null=True),
            },
            exclude=["secret"],
            constraints=[models.UniqueConstraint(fields=["company", "name"], name="attention_webhook_name")],
        ),
        create_table(
            "AlertMessage",
            {
                "id": row_id(),
                "findings": django.contrib.postgres.fields.ArrayField(
                    base_field=models.BigIntegerField(), default=list
                ),
                "payload": models.JSONField(null=True),
                "queued_at": models.DateTimeField(db_default=Now()),
                "due_at": models.DateTimeField(),
                "attempts": models.PositiveSmallIntegerField(db_default=0, default=0),
                "sent_at": models.DateTimeField(null=True),
                "failed_at": models.DateTimeField(null=True),
                "error": models.CharField(blank=True, db_default="", default="", max_length=400),
                "company": company_key(),
                "person": tenant_foreign_key("people.Person", null=True),
                "webhook": tenant_foreign_key("attention.Webhook", null=True),
            },
            indexes=[models.Index(fields=["company", "-id"], name="attention_alertmessage_latest")],
            constraints=[
                models.CheckConstraint(
                    condition=Q(person=None, webhook__isnull=False, payload__isnull=False)
                    | Q(person__isnull=False, webhook=None, payload=None),
                    name="attention_alertmessage_to_one",
                )
            ],
        ),
    ]
