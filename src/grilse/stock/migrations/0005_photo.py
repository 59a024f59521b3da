"""Photos of records."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

from grilse.access.migration_rules import (
    create_company_policy,
    create_company_references,
    create_geography_policy,
    with_events,
)
from grilse.access.migration_tables import create_tracked_table, row_id
from grilse.access.tenancy import company_key, tenant_foreign_key

KINDS = [
    ("losses", "Losses"),
    ("lice-counts", "Lice Counts"),
    ("weight-samples", "Weight Samples"),
    ("meals", "Meals"),
    ("deliveries", "Deliveries"),
    ("treatments", "Treatments"),
    ("transfers", "Transfers"),
    ("harvests", "Harvests"),
    ("health-samples", "Health Samples"),
    ("readings", "Readings"),
]


class Migration(migrations.Migration):
    dependencies = [("stock", "0004_harvest_grade_key"), ("farm", "0002_rules")]

    operations = [
        *create_tracked_table(
            "stock.Photo",
            {
                "id": row_id(),
                "kind": models.CharField(choices=KINDS, max_length=16),
                "date": models.DateField(),
                "at": models.DateTimeField(db_default=Now()),
                "content_type": models.CharField(max_length=20),
                "size": models.PositiveIntegerField(),
                "digest": models.CharField(max_length=64),
                "content": models.BinaryField(),
                "company": company_key(),
                "container": tenant_foreign_key("farm.Container", null=True),
                "store": tenant_foreign_key("farm.FeedStore", null=True),
            },
            exclude=["content"],
            indexes=[models.Index(fields=["company", "date"], name="stock_photo_listed")],
            constraints=[
                models.UniqueConstraint(
                    fields=["company", "container", "store", "date", "kind", "digest"],
                    name="stock_photo_once",
                    nulls_distinct=False,
                ),
                models.CheckConstraint(
                    condition=Q(container__isnull=False, store=None) | Q(container=None, store__isnull=False),
                    name="stock_photo_place",
                ),
            ],
        ),
        *create_company_policy("stock_photo", tracked=True),
        create_company_references("stock_photo", container_id="farm_container", store_id="farm_feedstore"),
        *[create_geography_policy(table, "container_id", "store_id") for table in with_events("stock_photo")],
    ]
