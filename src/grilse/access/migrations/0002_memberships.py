"""Memberships, which name a geography of the farm."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from grilse.access.migration_tables import create_tracked_table, row_id
from grilse.access.tenancy import company_key, tenant_foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_tables"),
        ("farm", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *create_tracked_table(
            "access.Membership",
            {
                "id": row_id(),
                "company": company_key(),
                "user": models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships"),
                "geography": tenant_foreign_key("farm.Geography", null=True),
                "role": models.CharField(
                    choices=[
                        ("admin", "Admin"),
                        ("planner", "Planner"),
                        ("manager", "Manager"),
                        ("operator", "Operator"),
                        ("vet", "Vet"),
                        ("finance", "Finance"),
                        ("viewer", "Viewer"),
                    ],
                    max_length=8,
                ),
            },
            db_table="farm_membership",
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "user", "role", "geography"], nulls_distinct=False, name="farm_membership_once"
                ),
                models.CheckConstraint(
                    condition=Q(role__in=("admin", "planner", "manager", "operator", "vet", "finance", "viewer")),
                    name="farm_membership_role",
                ),
            ],
        )
    ]
