"""Counts of feed stores and lost feed, what they drew from which lot, and the lots that counts added."""

from django.db import migrations, models
from django.db.models import Q

from grilse.access.migration_rules import (
    create_company_policy,
    create_company_references,
    create_geography_policy,
    create_parent_policy,
    create_statement_trigger,
    with_events,
)
from grilse.access.migration_tables import create_table, create_tracked_table, row_id
from grilse.access.tenancy import company_key, company_reference, tenant_foreign_key

KINDS = [(kind, kind.title()) for kind in ("COUNT", "SPILLED", "SPOILED", "RETURNED")]
TRANSITION_TABLES = {
    "insert": "NEW TABLE AS added",
    "update": "NEW TABLE AS added OLD TABLE AS gone",
    "delete": "OLD TABLE AS gone",
}


class Migration(migrations.Migration):
    dependencies = [("feeding", "0002_rules")]

    operations = [
        migrations.AddField("FeedLot", "counted_at", models.DateTimeField(null=True)),
        *create_tracked_table(
            "feeding.StoreAdjustment",
            {
                "id": row_id(),
                "at": models.DateTimeField(),
                "kind": models.CharField(choices=KINDS, max_length=8),
                "grams": models.BigIntegerField(),
                "reason": models.CharField(blank=True, db_default="", default="", max_length=200),
                "difference": models.BigIntegerField(db_default=0, default=0),
                "cost": models.BigIntegerField(db_default=0, default=0),
                "company": company_key(),
                "feed": tenant_foreign_key("feeding.Feed"),
                "store": tenant_foreign_key("farm.FeedStore"),
            },
            exclude=["difference", "cost"],
            indexes=[
                models.Index(fields=["company", "feed"], name="feeding_adjustment_feed"),
                models.Index(fields=["company", "at"], name="feeding_adjustment_listed"),
            ],
            constraints=[
                models.UniqueConstraint(fields=["store", "feed", "at", "kind"], name="feeding_adjustment_once"),
                models.CheckConstraint(
                    condition=Q(grams__gt=0) | Q(grams=0, kind="COUNT"), name="feeding_adjustment_mass"
                ),
            ],
        ),
        create_table(
            "StoreDraw",
            {
                "pk": models.CompositePrimaryKey(
                    "adjustment_id", "lot_id", blank=True, editable=False, primary_key=True, serialize=False
                ),
                "grams": models.BigIntegerField(),
                "adjustment": models.ForeignKey(
                    "feeding.StoreAdjustment", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
                ),
                "company": company_reference(),
                "lot": models.ForeignKey(
                    "feeding.FeedLot", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
                ),
            },
            indexes=[models.Index(fields=["lot"], name="feeding_storedraw_lot")],
            constraints=[models.CheckConstraint(condition=Q(grams__gt=0), name="feeding_storedraw_mass")],
        ),
        *create_company_policy("feeding_storeadjustment", tracked=True),
        *create_company_policy("feeding_storedraw"),
        create_company_references("feeding_storeadjustment", store_id="farm_feedstore", feed_id="feeding_feed"),
        *[
            create_statement_trigger(
                f"feeding_storedraw_{event}", "feeding_storedraw", event, transition_tables, "feeding_draw_counted()"
            )
            for event, transition_tables in TRANSITION_TABLES.items()
        ],
        *[create_geography_policy(table, "store_id") for table in with_events("feeding_storeadjustment")],
        create_parent_policy("feeding_storedraw", "lot_id", "feeding_feedlot"),
    ]
